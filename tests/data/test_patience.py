"""Nothing that reads files waits for ever, or longer than the user wants."""

import threading
import time
from pathlib import Path

import pytest

from explorer.bilingual import Text
from explorer.data.patience import answered, in_parallel
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError

PLACE = Path("/mnt/far")


class Hanging:
    """Work that waits for what never comes, until it is `set`."""

    def __init__(self) -> None:
        self.is_hanging = False
        self._end = threading.Event()

    def __call__(self, _: Watch) -> None:
        self.is_hanging = True
        self._end.wait(100)
        self.is_hanging = False

    def set(self) -> None:
        self._end.set()


def counted(done: int) -> Text:
    return Text(f"{done} done", f"已完成 {done}")


def test_the_answer_comes_through() -> None:
    said: list[str] = []
    heard = threading.Event()
    watch = Watch(lambda what, _: said.append(str(what)) or heard.set())  # type: ignore[func-returns-value]

    def work(own: Watch) -> int:
        own.report(Text("looking", "查看"))
        heard.wait(60)
        return 7

    assert answered(work, place=PLACE, watch=watch) == 7
    assert said == ["looking"]


def test_an_error_comes_through() -> None:
    def work(_: Watch) -> None:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        answered(work, place=PLACE, watch=Watch())


def test_what_does_not_answer_is_given_up() -> None:
    hanging = Hanging()
    with pytest.raises(ExplorerError, match=r"/mnt/far does not answer.*network") as refusal:
        answered(hanging, place=PLACE, watch=Watch(), seconds=0.2)
    assert hanging.is_hanging
    assert "没有响应" in refusal.value.language("zh")
    hanging.set()


def test_what_is_slow_but_alive_is_not() -> None:
    def work(own: Watch) -> str:
        for _ in range(12):
            time.sleep(0.1)
            own.check()
        return "there"

    assert answered(work, place=PLACE, watch=Watch(), seconds=1.0) == "there"


def test_cancelling_does_not_wait_for_what_hangs() -> None:
    hanging = Hanging()
    with pytest.raises(Cancelled):
        answered(hanging, place=PLACE, watch=Watch(is_cancelled=lambda: hanging.is_hanging))
    assert hanging.is_hanging
    hanging.set()


def test_cancelled_work_ends_itself() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(own: Watch) -> None:
        try:
            while True:
                begun.set()
                time.sleep(0.01)
                own.check()
        except Cancelled:
            ended.set()
            raise

    with pytest.raises(Cancelled):
        answered(work, place=PLACE, watch=Watch(is_cancelled=begun.is_set))
    assert ended.wait(60)


def test_many_are_done_once_each_on_several_threads() -> None:
    seen: list[int] = []
    names = set()
    said: list[float | None] = []
    all_there = threading.Barrier(4)

    def work(number: int) -> None:
        if number < 4:
            all_there.wait(60)  # one thread would wait for ever
        names.add(threading.get_ident())
        seen.append(number)

    watch = Watch(lambda _, fraction: said.append(fraction))
    in_parallel(work, 100, threads=4, place=PLACE, watch=watch, what=counted)
    assert sorted(seen) == list(range(100))
    assert len(names) == 4
    assert said == sorted(said)  # type: ignore[type-var]
    in_parallel(work, 0, threads=4, place=PLACE, watch=Watch(), what=counted)


def test_one_that_fails_ends_all() -> None:
    def work(number: int) -> None:
        time.sleep(0.001)
        if number == 10:
            raise ValueError("ten")

    with pytest.raises(ValueError, match="ten"):
        in_parallel(work, 100_000, threads=3, place=PLACE, watch=Watch(), what=counted)


def test_readers_that_hang_are_given_up() -> None:
    hanging = threading.Event()
    with pytest.raises(ExplorerError, match="does not answer"):
        in_parallel(
            lambda number: hanging.wait(20) and None if number > 5 else None,
            100,
            threads=2,
            place=PLACE,
            watch=Watch(),
            what=counted,
            seconds=0.2,
        )
    hanging.set()
