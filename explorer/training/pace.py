"""When a training reports what it has done: by the clock, or as several processes have agreed."""

import time

from torch import nn

from explorer.training.metrics import Part

SHARE = 0.005  # of the time that reports may take
_MOST_TIMES = 4  # as long as usual between two reports, where they take longer


class Pace:
    """The pace of a training in one process: a report is due after so many seconds, later where reports are costly."""

    def __init__(self, report_seconds: float) -> None:
        self.report_seconds = report_seconds
        self._began = time.monotonic()
        self._every = report_seconds
        self._worked: float | None = None  # processor time of this thread when the last report was due

    def begin(self) -> None:
        """The next report is counted from now, and the last one is over."""
        if self._worked is not None:
            cost, self._worked = time.thread_time() - self._worked, None
            self._every = min(max(self.report_seconds, cost / SHARE), _MOST_TIMES * self.report_seconds)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Time since `begin`."""
        return time.monotonic() - self._began

    def is_due(self) -> bool:
        """Asked once after each batch."""
        if time.monotonic() - self._began < self._every:
            return False
        self._worked = time.thread_time()
        return True

    def gather(self, part: Part) -> Part:
        """`part` as it is over all processes."""
        return part

    def align(self, model: nn.Module) -> None:
        """Before a test: has all processes test the same weights and statistics."""
