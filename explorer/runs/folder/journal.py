"""The events of a run as lines of JSON: a kill costs a second of them at most, none from before a save. No torch."""

import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from explorer.bilingual import Text
from explorer.runs.folder import plain_json
from explorer.training import events
from explorer.training.events import ENDINGS, Event, Preparing, Steps, Testing

FLUSH_SECONDS = 1.0
SYNC_SECONDS = 10.0

_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        events.Started,
        events.Steps,
        events.EpochEnded,
        events.LearningRateChanged,
        events.EndedEarly,
        events.Warned,
        events.Paused,
        events.Resumed,
        events.Finished,
        events.Stopped,
        events.Failed,
    )
}


def encode(event: Event) -> str:
    """One line, without its end; the run's id is left out, since the file lies in the run's folder."""
    data = {field.name: _plain(getattr(event, field.name)) for field in fields(event) if field.name != "run"}
    return plain_json.dumps({"event": type(event).__name__, **data}, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        # Nine digits give back the same float32; JSON has no word for what is not finite.
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return value


def decode(line: str, run: str) -> Event | None:
    """The event in `line`; None for a damaged line and for a kind of event that this version does not know."""
    try:
        data = json.loads(line)
        kind = _KINDS[data.pop("event")]
        values = {field.name: _back(data[field.name]) for field in fields(kind) if field.name in data}
        return kind(run=run, **values)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _back(value: Any) -> Any:
    if isinstance(value, dict):
        return Text(**value)
    if isinstance(value, list):
        return tuple(math.nan if item is None else item for item in value)
    return value


def read(path: Path, run: str) -> Iterator[Event]:
    """The events in `path`, in order; damaged lines are left out, and a missing file has none."""
    try:
        file = path.open(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            event = decode(line, run)
            if event is not None:
                yield event


class Journal:
    """Appends events to a file, about once a second; what could not be written is kept for the next time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab+", buffering=0)
        self._size = self._file.seek(0, os.SEEK_END)
        self._waiting: list[Event] = []
        self._flushed = self._synced = time.monotonic()
        if self._size:
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                # The last writer was killed within a line: end it, so that only that line is lost.
                self._size += self._file.write(b"\n")

    def append(self, event: Event) -> None:
        """Remembers `event`, and writes when it is time to.

        Raises:
            OSError: Nothing can be written just now; nothing is lost, and a later call tries again.
        """
        if isinstance(event, Preparing | Testing):
            return  # progress that nobody looks at afterwards
        self._add(event)
        if isinstance(event, ENDINGS) or time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush(sync=isinstance(event, ENDINGS))

    def _add(self, event: Event) -> None:
        last = self._waiting[-1] if self._waiting else None
        if isinstance(event, Steps) and isinstance(last, Steps) and _follows(last, event):
            self._waiting[-1] = replace(
                event,
                losses=last.losses + event.losses,
                accuracies=last.accuracies + event.accuracies,
                images=last.images + event.images,
                seconds=last.seconds + event.seconds,
            )
        else:
            self._waiting.append(event)

    def flush(self, *, sync: bool = False) -> None:
        """Writes what waits; with `sync` it is on the disk when this returns.

        Raises:
            OSError: As for `append`.
        """
        now = time.monotonic()
        self._flushed = now
        content = "".join(encode(event) + "\n" for event in self._waiting).encode("utf-8")
        try:
            written = 0
            while written < len(content):
                written += self._file.write(content[written:])
            if sync or now - self._synced >= SYNC_SECONDS:
                self._synced = now
                os.fsync(self._file.fileno())
        except OSError:
            os.ftruncate(self._file.fileno(), self._size)  # no half line: all of it is written again later
            raise
        self._size += len(content)
        self._waiting.clear()

    def close(self) -> None:
        """Writes what waits, and lets go of the file also when that fails.

        Raises:
            OSError: As for `append`.
        """
        try:
            self.flush(sync=True)
        finally:
            self._file.close()


def _follows(last: Steps, event: Steps) -> bool:
    # Rates of a schedule differ from step to step: about one of a second is kept.
    is_next = event.step - len(event.losses) == last.step
    return is_next and event.epoch == last.epoch and len(last.losses) < 10_000
