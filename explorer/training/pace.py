"""When a training reports what it has done: by the clock, or as several processes have agreed."""

import time

from torch import nn

from explorer.training.metrics import Part


class Pace:
    """The pace of a training in one process: a report is due after so many seconds."""

    def __init__(self, report_seconds: float) -> None:
        self.report_seconds = report_seconds
        self._began = time.monotonic()

    def begin(self) -> None:
        """The next report is counted from now."""
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Time since `begin`."""
        return time.monotonic() - self._began

    def is_due(self) -> bool:
        """Asked once after each batch."""
        return self.seconds >= self.report_seconds

    def gather(self, part: Part) -> Part:
        """`part` as it is over all processes."""
        return part

    def align(self, model: nn.Module) -> None:
        """Before a test: has all processes test the same weights and statistics."""
