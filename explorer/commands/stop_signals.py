"""Ctrl-C and the system's polite end, as requests to stop at a step boundary and save."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

GRACE_SECONDS = 5.0  # after SIGTERM; whoever sent it may kill next

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # a hang-up is of POSIX, a break of Windows


class StopSignals:
    """Within it, the first signal calls `stop`; see `check` for those who cannot wait.

    Args:
        is_launched: A launcher sends each Ctrl-C a second time: that is not impatience then.
        hears_ctrl_c: `stop` is called for Ctrl-C too.
    """

    def __init__(self, stop: Callable[[], None], *, is_launched: bool = False, hears_ctrl_c: bool = True) -> None:
        self._stop, self._is_launched, self._hears_ctrl_c = stop, is_launched, hears_ctrl_c
        self._former: dict[int, Any] = {}
        self._deadline: float | None = None
        self._count = 0
        self.received: int | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other may
            for name in _NAMES:
                number = getattr(signal, name, None)
                if number is not None:
                    self._former[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, former in self._former.items():
            signal.signal(number, former)

    @property
    def exit_status(self) -> int | None:
        """What the program ends with, as a shell says it; None where it ends as usual, also after Ctrl-C."""
        return None if self.received in (None, signal.SIGINT) else 128 + int(self.received or 0)

    def check(self) -> None:
        """Ends the program where a step takes longer than allowed, or Ctrl-C came again: what was saved stays."""
        is_late = self._deadline is not None and time.monotonic() > self._deadline
        if is_late or (self._count > 1 and not self._is_launched):
            print("Left within a step; the run can be resumed from its last checkpoint.", file=sys.stderr, flush=True)
            os._exit(128 + int(self.received or signal.SIGINT))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        if number == signal.SIGINT:
            self._count += 1
        elif self._deadline is None:
            self._deadline = time.monotonic() + GRACE_SECONDS
        if number != signal.SIGINT or self._hears_ctrl_c:
            self._stop()
