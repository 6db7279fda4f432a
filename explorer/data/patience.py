"""Work on files that may lie on a network: cancelled at once, and given up when nothing answers. No torch.

On daemon threads, since one that waits for a dead server cannot be ended, not even for the end of the program.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from explorer.bilingual import Text
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

SECONDS = 30.0  # without a sign of life; a sleeping disk needs ten
_POLL = 0.02
T = TypeVar("T")


def answered(work: Callable[[Watch], T], *, place: Path, watch: Watch, seconds: float = SECONDS) -> T:
    """What `work` returns or raises; it should look at the watch it is given often.

    Raises:
        Cancelled: The user wants no more of it; at once, whatever `work` waits for.
        ExplorerError: `work` has not looked at its watch for so many `seconds`: `place` does not answer.
    """
    outcome: Future[T] = Future()
    is_given_up = threading.Event()
    said: list[tuple[Text, float | None]] = []
    last_look = [time.monotonic()]

    def look() -> bool:
        last_look[0] = time.monotonic()
        return is_given_up.is_set()

    own_watch = Watch(lambda what, fraction: said.append((what, fraction)), look)
    threading.Thread(target=_into, args=(outcome, lambda: work(own_watch)), name="files", daemon=True).start()
    try:
        while not outcome.done():
            time.sleep(_POLL)
            watch.check()
            if said:
                watch.report(*said[-1])
                said.clear()
            if time.monotonic() - last_look[0] > seconds:
                raise no_answer(place)
    finally:
        is_given_up.set()
    return outcome.result()


def in_parallel(
    work: Callable[[int], None],
    count: int,
    *,
    threads: int,
    place: Path,
    watch: Watch,
    what: Callable[[int], Text],
    seconds: float = SECONDS,
) -> None:
    """Calls `work` with 0 to `count` - 1 on so many threads; `what` says how many are done.

    Raises:
        Cancelled: The user wants no more of it; what is being worked on is not waited for.
        ExplorerError: Nothing got done for so many `seconds`: `place` does not answer.
    """
    crew = _Crew(work, count, threads)
    seen, when = 0, time.monotonic()
    try:
        while not crew.is_done():
            time.sleep(_POLL)
            watch.check()
            if crew.done > seen:
                seen, when = crew.done, time.monotonic()
                watch.report(what(seen), seen / count)
            if time.monotonic() - when > seconds:
                raise no_answer(place)
    finally:
        crew.is_over.set()


class _Crew:
    """Threads that take the next number each until there are none left, or `is_over`."""

    def __init__(self, work: Callable[[int], None], count: int, threads: int) -> None:
        self.done = 0
        self.is_over = threading.Event()
        self._work, self._todo = work, iter(range(count))
        self._lock = threading.Lock()
        self._outcomes: list[Future[None]] = [Future() for _ in range(max(1, min(threads, count)))]
        for outcome in self._outcomes:
            threading.Thread(target=_into, args=(outcome, self._work_on), name="decode", daemon=True).start()

    def is_done(self) -> bool:
        """Whether all is done; raises what one of them raised."""
        ended = [outcome for outcome in self._outcomes if outcome.done()]
        for outcome in ended:
            outcome.result()
        return len(ended) == len(self._outcomes)

    def _work_on(self) -> None:
        while not self.is_over.is_set():
            with self._lock:
                number = next(self._todo, None)
            if number is None:
                return
            self._work(number)
            with self._lock:
                self.done += 1


def _into(outcome: "Future[T]", work: Callable[[], T]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001 (raised again by whoever waits)
        outcome.set_exception(error)


def no_answer(place: Path) -> ExplorerError:
    """That a folder or file does not answer, as on a network that is gone."""
    return ExplorerError(
        Text(f"{place} does not answer.", f"{place} 没有响应。"),
        Text("If it is on a network or a removable disk, see whether that is connected.",
             "如果它位于网络或可移动磁盘上，请检查连接。"),
    )  # fmt: skip
