"""When a training reports what it has done: by the clock, or as several processes have agreed."""

import math
import time
from collections.abc import Callable

from torch import nn

from explorer.training.metrics import Part

SHARE = 0.005  # of the time that reports may take
_MOST_TIMES = 4  # as long as usual between two reports, where they take longer


class Pace:
    """The pace of a training in one process: a report is due after so many seconds, later where reports are costly.

    A GPU is given its work far faster than it does it. There a report is also due after as many batches as it does in
    that time, so that stopping, and what is shown, need not wait for thousands that were given to it already.

    Args:
        wait: Waits until the device has done what it was given; None where it has when a step returns.
    """

    def __init__(self, report_seconds: float, wait: Callable[[], object] | None = None) -> None:
        self.report_seconds = report_seconds
        self._began = time.monotonic()
        self._every = report_seconds
        self._worked: float | None = None  # processor time of this thread when the last report was due
        self._wait = wait
        self._given = 0  # batches since `begin`
        self._most = {False: 1, True: 1}  # of them between two reports, in training and in tests
        self._is_testing = False

    def begin(self, *, is_testing: bool = False) -> None:
        """The next report is counted from now, and the last one is over."""
        if self._worked is not None:
            cost, self._worked = time.thread_time() - self._worked, None
            self._every = min(max(self.report_seconds, cost / SHARE), _MOST_TIMES * self.report_seconds)
        self._given, self._is_testing = 0, is_testing
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Time since `begin`."""
        return time.monotonic() - self._began

    def is_due(self) -> bool:
        """Asked once after each batch."""
        self._given += 1
        is_ahead = self._wait is not None and self._given >= self._most[self._is_testing]
        if not is_ahead and time.monotonic() - self._began < self._every:
            return False
        self._catch_up()
        self._worked = time.thread_time()
        return True

    def _catch_up(self) -> None:
        if self._wait is None:
            return
        self._wait()  # no cost of the report, although processors wait busily for a GPU
        fitting = math.ceil(self._given * self._every / max(self.seconds, 1e-9))
        self._most[self._is_testing] = max(1, min(fitting, 2 * self._given))

    def gather(self, part: Part) -> Part:
        """`part` as it is over all processes."""
        return part

    def align(self, model: nn.Module) -> None:
        """Before a test: has all processes test the same weights and statistics."""
