"""Event files that TensorBoard opens, written beside the journal; gives up quietly when it cannot. No torch.

Scalars by step: `train/loss`, `train/accuracy` (means over about a second), `train/epoch_loss`, `train/epoch_accuracy`,
`test/loss`, `test/accuracy`, `learning_rate`, `images_per_second`. Besides these the plan, as a text and, flattened, as
hyperparameters.
"""

import json
import logging
import re
import socket
import threading
import time
from pathlib import Path
from typing import Any

from explorer.runs.plan import RunPlan
from explorer.training.events import ENDINGS, EpochEnded, Event, Started, Steps

EVERY_SECONDS = 1.0  # one point a second: a point costs 50 microseconds, a step of a small network not much more
FLUSH_SECONDS = 5.0
_FILE = re.compile(r"events\.out\.tfevents\.([0-9]{1,18})\.")

_logger = logging.getLogger(__name__)
_importing = threading.Lock()  # two threads that import the library at once can wait for each other for good


def preload() -> None:
    """Imports the library, which takes a second or two, before the first run needs it."""
    try:
        with _importing:
            import tensorboardX  # noqa: F401
    except Exception:
        _logger.exception("no TensorBoard events will be written")


class TensorBoardLog:
    """Writes synchronously, without tensorboardX's own thread: an error there would end nobody knows where."""

    def __init__(self, folder: Path, plan: RunPlan | None = None) -> None:
        self._folder, self._plan = folder, plan
        self._writer: Any = None
        self._has_failed = False
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._images, self._seconds = 0, 0.0
        self._last: Steps | None = None  # of those that wait to be written
        self._written = self._flushed = time.monotonic()

    def append(self, event: Event) -> None:
        if self._has_failed or not isinstance(event, (Started, Steps, EpochEnded, *ENDINGS)):
            return
        try:
            self._take(event)
        except ModuleNotFoundError as error:
            _logger.warning("no TensorBoard events in %s: %s", self._folder, error)
            self._has_failed = True
        except Exception:
            # Whatever goes wrong in the library, these files are an extra.
            _logger.exception("no more TensorBoard events in %s", self._folder)
            self._has_failed = True

    def close(self) -> None:
        if self._writer is None:
            return
        try:
            self._writer.close()
        except Exception:
            if not self._has_failed:
                _logger.exception("the TensorBoard events in %s may lack their end", self._folder)
        self._writer = None

    def _take(self, event: Event) -> None:
        match event:
            case Started():
                self._start(event.step)
            case Steps():
                self._losses += event.losses
                self._accuracies += event.accuracies
                self._images += event.images
                self._seconds += event.seconds
                self._last = event
                if time.monotonic() - self._written >= EVERY_SECONDS:
                    self._write_steps()
            case EpochEnded():
                self._write_steps()
                self._write(
                    event.step,
                    {
                        "train/epoch_loss": event.train_loss,
                        "train/epoch_accuracy": event.train_accuracy,
                        "test/loss": event.test_loss,
                        "test/accuracy": event.test_accuracy,
                    },
                )
                if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                    self._flush()
            case _:
                self._write_steps()
                self._flush()

    def _start(self, step: int) -> None:
        with _importing:
            from tensorboardX.proto.event_pb2 import Event as Record
            from tensorboardX.proto.event_pb2 import SessionLog
            from tensorboardX.record_writer import RecordWriter

        if self._writer is None:
            self._writer = RecordWriter(str(self._new_file()))
            self._put(Record(wall_time=time.time(), file_version="brain.Event:2"))
            self._write_plan(step)
        # Tells TensorBoard to forget what an earlier session wrote of this step and later ones; of the step of the
        # checkpoint itself nothing is written again, unless it lay before the test, which has the same result then.
        start = SessionLog(status=SessionLog.SessionStatus.Value("START"))
        self._put(Record(wall_time=time.time(), step=step + 1, session_log=start))

    def _new_file(self) -> Path:
        """Named so that TensorBoard reads the files of a resumed run in order, also where the clock was set back."""
        earlier = (_FILE.match(path.name) for path in self._folder.glob("events.out.tfevents.*"))
        latest = max((int(found[1]) for found in earlier if found is not None), default=0)
        stamp = max(int(time.time()), latest + 1)
        return self._folder / f"events.out.tfevents.{stamp}.{socket.gethostname()}"

    def _write_plan(self, step: int) -> None:
        from tensorboardX import summary
        from tensorboardX.proto.event_pb2 import Event as Record

        if self._plan is None:
            return
        whole = json.dumps(self._plan.to_json(), indent=1)
        indented = "\n".join(f"    {line}" for line in whole.splitlines())  # a block of code in Markdown
        parts = [summary.text("plan", indented), *summary.hparams(_flat(self._plan), {"test/accuracy": None})[:2]]
        for part in parts:
            self._put(Record(wall_time=time.time(), step=step, summary=part))

    def _write_steps(self) -> None:
        if self._last is None or not self._losses:
            return
        values = {
            "train/loss": sum(self._losses) / len(self._losses),
            "train/accuracy": sum(self._accuracies) / len(self._accuracies),
            "learning_rate": self._last.lr,
        }
        if self._seconds > 0:
            values["images_per_second"] = self._images / self._seconds
        self._write(self._last.step, values)
        self._losses, self._accuracies, self._last = [], [], None
        self._images, self._seconds = 0, 0.0

    def _write(self, step: int, values: dict[str, float]) -> None:
        from tensorboardX.proto.event_pb2 import Event as Record
        from tensorboardX.proto.summary_pb2 import Summary

        self._written = time.monotonic()
        if self._writer is None:
            return
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
        self._put(Record(wall_time=time.time(), step=step, summary=summary))

    def _put(self, record: Any) -> None:
        self._writer.write(record.SerializeToString())

    def _flush(self) -> None:
        if self._writer is not None:
            self._flushed = time.monotonic()
            self._writer.flush()  # waits for the disk


def _flat(plan: RunPlan) -> dict[str, str | float | bool]:
    """The plan as TensorBoard's hyperparameters: one level, and only what is set."""
    data = plan.to_json()
    choice, config = data["choice"], data["config"]
    values: dict[str, Any] = {
        "architecture": plan.title,
        "dataset": plan.dataset,
        "input": "x".join(str(length) for length in plan.choice.input_shape),
        "classes": plan.choice.classes,
        **{f"network_{name}": value for name, value in choice.get("settings", {}).items()},
        **config,
    }
    known = {name: value for name, value in values.items() if value is not None}
    return {
        name: value if isinstance(value, (bool, int, float, str)) else json.dumps(value)
        for name, value in known.items()
    }
