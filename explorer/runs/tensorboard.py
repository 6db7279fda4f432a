"""Event files that TensorBoard opens, written beside the journal; gives up quietly when it cannot. No torch."""

import logging
import socket
import time
from pathlib import Path
from typing import Any

from explorer.training.events import ENDINGS, EpochEnded, Event, Started, Steps

EVERY_SECONDS = 1.0  # one point a second: a point costs 50 microseconds, a step of a small network not much more
FLUSH_SECONDS = 5.0

_logger = logging.getLogger(__name__)


def preload() -> None:
    """Imports the library, which takes a second or two, before the first run needs it."""
    try:
        import tensorboardX  # noqa: F401
    except Exception:
        _logger.exception("no TensorBoard events will be written")


class TensorBoardLog:
    """Writes synchronously, without tensorboardX's own thread: an error there would end nobody knows where."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None
        self._has_failed = False
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._written = self._flushed = time.monotonic()

    def append(self, event: Event) -> None:
        if self._has_failed or not isinstance(event, (Started, Steps, EpochEnded, *ENDINGS)):
            return
        try:
            self._take(event)
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
                if time.monotonic() - self._written >= EVERY_SECONDS:
                    self._write_steps(event.step, event.lr)
            case EpochEnded():
                self._write(
                    event.step,
                    {
                        "loss/epoch": event.train_loss,
                        "loss/test": event.test_loss,
                        "accuracy/epoch": event.train_accuracy,
                        "accuracy/test": event.test_accuracy,
                    },
                )
                if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                    self._flush()
            case _:
                self._flush()

    def _start(self, step: int) -> None:
        from tensorboardX.proto.event_pb2 import Event as Record
        from tensorboardX.proto.event_pb2 import SessionLog
        from tensorboardX.record_writer import RecordWriter

        if self._writer is None:
            name = f"events.out.tfevents.{time.time():.0f}.{socket.gethostname()}"
            self._writer = RecordWriter(str(self._folder / name))
            self._put(Record(wall_time=time.time(), file_version="brain.Event:2"))
        # Tells TensorBoard to forget what an earlier session wrote beyond the checkpoint.
        start = SessionLog(status=SessionLog.SessionStatus.Value("START"))
        self._put(Record(wall_time=time.time(), step=step, session_log=start))

    def _write_steps(self, step: int, lr: float) -> None:
        mean_loss = sum(self._losses) / len(self._losses)
        mean_accuracy = sum(self._accuracies) / len(self._accuracies)
        self._write(step, {"loss/train": mean_loss, "accuracy/train": mean_accuracy, "learning_rate": lr})
        self._losses, self._accuracies = [], []

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
