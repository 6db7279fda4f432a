"""The runs on disk: one folder each, and an index over them. No torch.

A folder holds `plan.json`, `events.jsonl`, `checkpoints/`, TensorBoard's event files and `run.lock`, which is locked
as long as a process trains the run.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from explorer import __version__, atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError, unwritable
from explorer.runs.curves.history import History
from explorer.runs.folder import about as abouts
from explorer.runs.folder import journal, own_source, place, plain_json, stop_request
from explorer.runs.folder.about import About
from explorer.runs.folder.lock import FileLock, is_locked
from explorer.runs.folder.names import EVENTS, LOCK, PLAN, START
from explorer.runs.plan import RunPlan
from explorer.runs.shelf import fork
from explorer.runs.shelf import head as heads
from explorer.runs.shelf.index import Index
from explorer.runs.shelf.record import RunRecord, Status, summarise
from explorer.runs.shelf.recorder import Recorder
from explorer.training.events import Stopped

__all__ = ["RunRecord", "Status", "Store"]

TRASH = ".deleted-"
_LONGEST_NAME = 40  # characters of a network's name in the name of a folder


class Store:
    """All runs below `root`. May be used from any thread; several processes may share a root.

    A root that is not there, and cannot be made, has no runs; only what would write into it says why it cannot.
    """

    def __init__(self, root: Path) -> None:
        with contextlib.suppress(OSError):
            root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._index = Index(root / "index.sqlite")
        self._claims: dict[str, FileLock] = {}
        self._guard = threading.Lock()
        for left_over in root.glob(f"{TRASH}*"):
            shutil.rmtree(left_over, ignore_errors=True)

    def make_root(self) -> None:
        """Makes the folder of the runs, unless it is there.

        Raises:
            ExplorerError: It cannot be made.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.root, error) from error

    # -- making and changing ----------------------------------------------------------------------------------------

    def create(self, plan: RunPlan, *, queued: bool = False) -> RunRecord:
        """A new run, which counts as running from now on: pass its `recorder` to a runner.

        Of a fork the weights are copied. With `queued` it waits for its turn instead, behind all that do already.

        Raises:
            ExplorerError: The folder cannot be written, or the weights that a fork starts from are gone.
        """
        plan = plan.decided()
        start = None if plan.origin is None else fork.weights_of(plan.origin, self.root, self.records())
        created = datetime.now(UTC).replace(microsecond=0)
        # The title where that is no name but the whole path of a file: Windows allows 260 characters of all.
        name = re.sub(r"[^A-Za-z0-9_.]+", "-", plan.title)[:_LONGEST_NAME].strip("-.") or "net"
        run = f"{created:%Y%m%dT%H%M%SZ}-{name}-{os.urandom(4).hex()}"
        folder = self.folder(run)
        self.make_root()
        try:
            folder.mkdir()
            waits_at = self._put_last(run) if queued else None
            if not queued:
                self._claim(run)
            if plan.own is not None:
                own_source.keep(plan.own, folder)
            if start is not None:
                atomic.write_bytes(folder / START, start.read_bytes())
            number = self._index.reserve(run, least=self._highest_number() + 1)
            head = {"number": number, "created": created.isoformat(), "program": __version__}
            atomic.write_text(folder / PLAN, plain_json.dumps({**plan.to_json(), **head}, indent=1))
            status = Status.RUNNING if waits_at is None else Status.QUEUED
            record = RunRecord(run, number, plan, status, created, place=waits_at)
            self._index.put(record)
        except (OSError, sqlite3.Error) as error:
            self._release(run)
            shutil.rmtree(folder, ignore_errors=True)
            raise unwritable(self.root, error) from error
        return record

    def let_go(self, run: str) -> None:
        """Gives back a run that was created here, for another process to train."""
        self._release(run)

    def recorder(self, run: str) -> Recorder:
        """What writes the run's events down; it holds the run until it is closed. Also to resume a run.

        A run that waited leaves the queue when it ends by itself or is stopped; otherwise it comes first in it.

        Raises:
            ExplorerError: There is no such run, it is being trained, or its folder cannot be written.
        """
        head = heads.read(self.folder(run))
        self._claim(run)
        with self._guard:
            lock = self._claims.pop(run)
        try:
            _remove_stale(self.folder(run))
            stop_request.forget(self.folder(run))
            waits_at = None
            if place.read(self.folder(run)) is not None:
                waits_at = place.FIRST
                place.write(self.folder(run), waits_at)
            history = self._replay(run)
            return Recorder(self.folder(run), replace(head, place=waits_at), history, self._index, lock)
        except OSError as error:
            lock.release()
            raise unwritable(self.folder(run), error) from error

    def describe(self, run: str, about: About) -> RunRecord:
        """Writes down what the user calls the run and says of it; also while it is trained, here or elsewhere.

        Raises:
            ExplorerError: There is no such run, or its folder cannot be written.
        """
        record = self.record(run)
        try:
            abouts.write(self.folder(run), about)
            self._index.describe(run, about)
        except (OSError, sqlite3.Error) as error:
            raise unwritable(self.folder(run), error) from error
        return replace(record, about=about)

    def arrange_queue(self, runs: Sequence[str]) -> None:
        """Gives the waiting `runs` the first places, in this order; what does not wait any more is left alone.

        Raises:
            ExplorerError: A folder cannot be written.
        """
        for number, run in enumerate(runs, 1):
            try:
                if place.read(self.folder(run)) not in (None, number) and not self._is_alive(run):
                    place.write(self.folder(run), number)
            except OSError as error:
                raise unwritable(self.folder(run), error) from error

    def delete(self, run: str) -> None:
        """Removes the run with all its files.

        Raises:
            ExplorerError: It is being trained, there is no such run, or the folder cannot be removed.
        """
        record = self.record(run)
        if record.status == Status.RUNNING:
            raise ExplorerError(
                Text(f"Run {record.number} is being trained.", f"运行 {record.number} 正在训练。"),
                Text("Stop it first.", "请先停止它。"),
            )
        trash = self.root / f"{TRASH}{run}"
        try:
            atomic.replace(self.folder(run), trash)  # gone at once, also if removing takes long or breaks off
        except OSError as error:
            raise unwritable(self.folder(run), error) from error
        shutil.rmtree(trash, ignore_errors=True)
        with contextlib.suppress(sqlite3.Error):
            self._index.remove(run)

    def ask_to_stop(self, run: str) -> None:
        """Has the process that trains `run`, wherever it is, stop at its next step boundary.

        Raises:
            ExplorerError: Nobody trains it, or its folder cannot be written.
        """
        if not self._is_alive(run):
            raise ExplorerError(
                Text(f"Run {run} is not being trained.", f"运行 {run} 没有在训练。"),
                Text("It has ended.", "它已经结束。"),
            )
        try:
            stop_request.ask(self.folder(run))
        except OSError as error:
            raise unwritable(self.folder(run), error) from error

    def close(self) -> None:
        """Gives back runs that were created and never recorded, and closes the index."""
        for run in list(self._claims):
            self._release(run)
        self._index.close()

    # -- reading ----------------------------------------------------------------------------------------------------

    def folder(self, run: str) -> Path:
        return self.root / run

    def records(self) -> tuple[RunRecord, ...]:
        """Every run, newest first; a run whose process died is `INTERRUPTED`."""
        known = self._index.records()
        present = self._present()
        for run in known.keys() - present:
            with contextlib.suppress(sqlite3.Error):
                self._index.remove(run)
        found = []
        for run in present:
            with contextlib.suppress(ExplorerError):  # some other folder, or one that is just being made
                found.append(self._current(run, known.get(run)))
        return tuple(sorted(found, key=lambda r: (r.number, r.id), reverse=True))

    def record(self, run: str) -> RunRecord:
        """One run.

        Raises:
            ExplorerError: There is none of that id, or its plan cannot be used.
        """
        if not self.folder(run).is_dir():
            raise heads.unknown(run)
        record = self._current(run, self._index.records().get(run))
        plan = heads.read(self.folder(run)).plan
        if plan != record.plan:  # somebody has corrected it by hand: where the data lie now, for example
            record = replace(record, plan=plan)
            with contextlib.suppress(sqlite3.Error):
                self._index.put(record)
        return record

    def unusable(self, listed: Iterable[RunRecord]) -> dict[str, ExplorerError]:
        """Of each run that is not among those `listed`, because its plan cannot be used: why not."""
        found = {}
        for run in sorted(self._present() - {record.id for record in listed}):
            try:
                heads.read(self.folder(run))
            except heads.NoRun:
                continue
            except ExplorerError as error:
                found[run] = error
        return found

    def find(self, text: str) -> RunRecord:
        """The run that `text` means: an id, the end of one, a number, or `last`.

        Raises:
            ExplorerError: None is meant by it, or several, or the plan of that one cannot be used.
        """
        records = self.records()
        if text == "last" and records:
            return self.record(records[0].id)
        exact = [record for record in records if text in (record.id, str(record.number))]
        matches = exact or [record for record in records if text and record.id.endswith(f"-{text}")]
        if len(matches) == 1:
            return self.record(matches[0].id)
        if text in self._present():
            return self.record(text)
        raise heads.unknown(text)

    def plan(self, run: str) -> RunPlan:
        """What the run trains.

        Raises:
            ExplorerError: There is no such run, or its plan is damaged.
        """
        return heads.read(self.folder(run)).plan

    def history(self, run: str) -> History:
        """The run's events, replayed; a run whose process died ends with `Stopped`."""
        history = self._replay(run)
        if self._is_alive(run):
            history.ending = None
        elif history.ending is None:
            history.apply(Stopped(run))
        return history

    def mark_interrupted(self) -> tuple[RunRecord, ...]:
        """Finds the runs whose process died since somebody last looked."""
        running = [record.id for record in self._index.records().values() if record.status == Status.RUNNING]
        records = {record.id: record for record in self.records()}
        return tuple(records[run] for run in running if run in records and records[run].status == Status.INTERRUPTED)

    def glance(self, running: Iterable[str] = ()) -> tuple[object, ...]:
        """Another value when other processes changed something, or one of `running` died; costs next to nothing.

        What this store itself has changed need not show.
        """
        alive = frozenset(run for run in running if self._is_alive(run))
        try:
            changed = self.root.stat().st_mtime_ns
        except OSError:  # the folder went, or its drive
            changed = 0
        return self._index.version(), changed, alive

    # -- kept to itself ---------------------------------------------------------------------------------------------

    def _present(self) -> set[str]:
        try:
            return {entry.name for entry in self.root.iterdir() if not entry.name.startswith(".") and entry.is_dir()}
        except OSError:  # the folder went, or its drive, or was never there
            return set()

    def _put_last(self, run: str) -> int:
        """Has `run` wait behind all others; its place."""
        last = max((record.place or 0 for record in self.records()), default=0)
        place.write(self.folder(run), last + 1)
        return last + 1

    def _highest_number(self) -> int:
        return max((record.number for record in self.records()), default=0)

    def _current(self, run: str, known: RunRecord | None) -> RunRecord:
        if known is not None and self._still_holds(known):
            return known
        head = heads.read(self.folder(run))
        while True:
            is_alive = self._is_alive(run)  # asked first: whoever has let go has written everything
            record = summarise(head, self._replay(run), is_alive=is_alive)
            with contextlib.suppress(sqlite3.Error):
                self._index.put(record)
            if self._is_alive(run) == is_alive:
                return record  # else somebody took it up meanwhile, and what was entered is not true any more

    def _still_holds(self, known: RunRecord) -> bool:
        match known.status:
            case Status.RUNNING:
                return self._is_alive(known.id)
            case Status.FINISHED:
                return True
            case _:  # a run that can go on may wait for its turn, or wait no more
                return place.read(self.folder(known.id)) == known.place

    def _replay(self, run: str) -> History:
        history = History(run)
        for event in journal.read(self.folder(run) / EVENTS, run):
            history.apply(event)
        return history

    def _is_alive(self, run: str) -> bool:
        return run in self._claims or is_locked(self.folder(run) / LOCK)

    def _claim(self, run: str) -> None:
        with self._guard:
            if run in self._claims:
                return
            lock = FileLock(self.folder(run) / LOCK)
            try:
                is_ours = lock.acquire()
            except OSError as error:
                raise unwritable(self.folder(run), error) from error
            if not is_ours:
                raise ExplorerError(
                    Text(f"Run {run} is being trained already.", f"运行 {run} 正在训练中。"),
                    Text("Wait until it has ended, or stop it there.", "请等它结束，或在那里停止它。"),
                )
            self._claims[run] = lock

    def _release(self, run: str) -> None:
        with self._guard:
            lock = self._claims.pop(run, None)
        if lock is not None:
            lock.release()


def _remove_stale(folder: Path) -> None:
    # Nobody else writes here while the lock is ours: what is left was left by a process that was killed.
    for path in folder.rglob(".*.tmp"):
        atomic.remove(path)
