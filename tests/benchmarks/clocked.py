"""A training whose reports are timed, on the thread that trains; what it did in a span of time is asked for later."""

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.training.events import Event, Steps

Span = tuple[float, float]  # by `time.perf_counter`


@dataclass(frozen=True, slots=True)
class _Report:
    """What had been done at a report, and what it had taken: seconds of the thread, of the process and of the window's
    thread on a processor; `waited` for one that others had."""

    at: float
    images: int
    thread: float
    process: float
    gui: float
    waited: float


class Reports:
    """Times the reports of one training. Made on the thread of the window, if there is one."""

    def __init__(self) -> None:
        self._found: list[_Report] = []
        self._images = 0
        self._gui = 0  # the thread of the window, as the system knows it

    def of(self, work: Any) -> Any:
        """`work`, with its reports timed."""
        return _Clocked(work, self)

    def watch_gui(self) -> None:
        """The thread that calls this is that of the window."""
        self._gui = threading.get_native_id()

    @property
    def seconds(self) -> float:
        """Since the first report."""
        return time.perf_counter() - self._found[0].at if self._found else 0.0

    def note(self, images: int) -> None:
        """A report of so many more images, on the thread that trains."""
        self._images += images
        now, waited = time.perf_counter(), _scheduled(threading.get_native_id())[1]
        gui = _scheduled(self._gui)[0] if self._gui else 0.0
        self._found.append(_Report(now, self._images, time.thread_time(), time.process_time(), gui, waited))

    def facts(self, span: Span) -> dict[str, float]:
        """Of the time between the first and the last report in `span`.

        Returns:
            rate: Images a second. rate_when_given: Of the time in which the training had or wanted no processor that
            others had. beside_ms: Processor time of all other threads, in milliseconds a second; gui_ms: that of the
            window's. Nothing where there are not two reports.
        """
        inside = [report for report in self._found if span[0] <= report.at <= span[1]]
        if len(inside) < 2:
            return {}
        first, last = inside[0], inside[-1]
        seconds, images = last.at - first.at, last.images - first.images
        beside = (last.process - first.process) - (last.thread - first.thread)
        return {
            "rate": images / seconds,
            "rate_when_given": images / (seconds - (last.waited - first.waited)),
            "beside_ms": 1000 * beside / seconds,
            "gui_ms": 1000 * (last.gui - first.gui) / seconds,
        }


class _Clocked:
    """A `runs.runner.Work`, which it hands everything on to."""

    def __init__(self, work: Any, reports: Reports) -> None:
        self._work, self._reports = work, reports

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)

    def events(self) -> Generator[Event, None, None]:
        for event in self._work.events():
            if isinstance(event, Steps):
                self._reports.note(event.images)
            yield event


def _scheduled(thread: int) -> tuple[float, float]:
    """Seconds that a thread of this process has had a processor, and that it has waited for one; 0 where not told."""
    try:
        told = Path(f"/proc/self/task/{thread}/schedstat").read_text(encoding="ascii").split()
    except OSError:
        return 0.0, 0.0
    return int(told[0]) / 1e9, int(told[1]) / 1e9
