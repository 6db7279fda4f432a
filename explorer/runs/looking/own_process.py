"""The process that a user's model runs in: asked by lines, answered by files. No torch here.

It stays for the next request, as starting one takes seconds; what it makes comes back as data.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from explorer.catalogue import OwnModel
    from explorer.graph.user_model.sandbox import Limits, Sandbox

CHILD = "explorer.runs.looking.own_bench_child"
PATIENCE_SECONDS = 1.0  # for a process that is asked to give up its work; then it is ended
_LONG_SECONDS, _LONG_MEMORY = 300.0, 8 << 30  # of work on many images, or with gradients
_MOST_NEWS = 1 << 20  # bytes between two looks

Result = TypeVar("Result")
News = TypeVar("News")


def long() -> Limits:
    """The limits of work on many images, or with gradients."""
    from explorer.graph.user_model import sandbox

    return sandbox.Limits(_LONG_SECONDS, _LONG_MEMORY)


class OwnProcess:
    """Runs one model at a time; used on workers, one request at a time. `abandon` may be called from any thread.

    What is asked for `is_cancelled` gives up when that says so; the process ends only where it does not do so soon.

    Args:
        limits: Of one request, not of all together; by default what is asked for.
        sees_gpu: It may use one.

    Attributes:
        starts: How often one was started: what an earlier one knew, the present one does not.
    """

    def __init__(self, limits: Limits | None = None, *, sees_gpu: bool = False) -> None:
        self._limits, self._sees_gpu = limits, sees_gpu
        self._sandbox: Sandbox | None = None
        self._model: OwnModel | None = None
        self._number = self.starts = 0
        self._cancel = threading.Event()

    def is_warm(self, own: OwnModel) -> bool:
        """It is there, and has the model."""
        return self._sandbox is not None and self._sandbox.is_alive and self._model == own

    def start(self, own: OwnModel) -> None:
        """Starts it for the model, in place of what is there; it loads PyTorch meanwhile."""
        from explorer.graph.user_model import sandbox  # brings psutil: the window is there sooner without it

        self.end()
        self.starts += 1
        self._sandbox, self._model = sandbox.Sandbox(CHILD, "..", sees_gpu=self._sees_gpu), own
        self._sandbox.send(json.dumps(own.to_json()))

    def abandon(self) -> None:
        """Has what is under way end at once, with an error."""
        self._cancel.set()

    def end(self) -> None:
        """Ends the process."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = self._model = None

    def ask(
        self,
        request: Mapping[str, Any],
        own: OwnModel,
        unpack: Callable[[Mapping[str, Any], BinaryIO], Result],
        pixels: NDArray[np.uint8] | None = None,
        *,
        limits: Limits | None = None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Result:
        """Has the process for `own` do what is requested, and reads the answer.

        Raises:
            ExplorerError: What the model's code raised, or the process went over a limit or crashed; or on request.
        """
        with self._exchange(request, own, pixels) as exchange:
            given_up = exchange.given_up(is_cancelled, self._cancel)
            for _ in exchange.process.waiting(exchange.answer, self._most(limits), is_cancelled=given_up):
                pass
            return exchange.result(unpack)

    def follow(
        self,
        request: Mapping[str, Any],
        own: OwnModel,
        read: Callable[[Mapping[str, Any]], News],
        unpack: Callable[[Mapping[str, Any], BinaryIO], Result],
    ) -> Generator[News | None, None, Result]:
        """As `ask`, with news of it, which are for `read`; None where there are none for now.

        The limit on time is for what is done between two news. Whoever wants no more ends the process.

        Raises:
            ExplorerError: As `ask`.
        """
        with self._exchange(request, own, None) as exchange:
            news = _News(exchange.file("told"))
            for _ in exchange.process.waiting(exchange.answer, self._most(long()), since=news.since):
                came = [read(line) for line in news.take()]
                yield from came or (None,)
            yield from map(read, news.take())
            return exchange.result(unpack)

    def _most(self, limits: Limits | None) -> Limits:
        from explorer.graph.user_model import sandbox

        return self._limits or limits or sandbox.Limits()

    @contextlib.contextmanager
    def _exchange(
        self, request: Mapping[str, Any], own: OwnModel, pixels: NDArray[np.uint8] | None
    ) -> Iterator[_Exchange]:
        """Sends the request; in the end its files are removed, and the process is ended where it is of no more use."""
        self._cancel = cancel = threading.Event()
        if not self.is_warm(own):
            self.start(own)
        process = self._sandbox
        assert process is not None
        self._number += 1
        exchange = _Exchange(process, process.folder, self._number)
        try:
            exchange.send(request, pixels)
            yield exchange
        except ExplorerError:
            if not process.is_alive or cancel.is_set() or not exchange.answer.exists():
                self.end()
            raise
        except (OSError, ValueError) as error:
            self.end()
            raise _disturbed() from error
        finally:
            exchange.clear()


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request, whose files in `folder` have its number for a name."""

    process: Sandbox
    folder: Path
    number: int

    def file(self, suffix: str) -> Path:
        return self.folder / f"{self.number}.{suffix}"

    @property
    def answer(self) -> Path:
        return self.file("json")

    def send(self, request: Mapping[str, Any], pixels: NDArray[np.uint8] | None) -> None:
        if pixels is not None:
            import numpy as np

            np.save(self.file("npy"), pixels, allow_pickle=False)
        self.process.send(json.dumps({**request, "number": self.number}))

    def clear(self) -> None:
        for path in self.folder.glob(f"{self.number}.*"):
            with contextlib.suppress(OSError):
                path.unlink()

    def given_up(self, is_cancelled: Callable[[], bool], cancel: threading.Event) -> _GivenUp:
        return _GivenUp(is_cancelled, cancel, self.file("stop"))

    def result(self, unpack: Callable[[Mapping[str, Any], BinaryIO], Result]) -> Result:
        """The answer.

        Raises:
            ExplorerError: What the model's code raised.
            ValueError: It is damaged.
        """
        told = json.loads(self.answer.read_text(encoding="utf-8"))
        if "message" in told:
            hint = told["hint"]
            raise ExplorerError(Text(*told["message"]), Text(*hint) if hint else None)
        with self.file("bin").open("rb") as file:
            return unpack(told, file)


class _GivenUp:
    """Says that the process has to be ended: at once when `cancel` is set, later when it was asked to stop in vain.

    It is asked by the file `stop`.
    """

    def __init__(self, is_cancelled: Callable[[], bool], cancel: threading.Event, stop: Path) -> None:
        self._is_cancelled, self._cancel, self._stop = is_cancelled, cancel, stop
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        if self._asked_at is None and self._is_cancelled():
            self._stop.touch()
            self._asked_at = time.monotonic()
        is_in_vain = self._asked_at is not None and time.monotonic() > self._asked_at + PATIENCE_SECONDS
        return is_in_vain or self._cancel.is_set()


class _News:
    """Lines of JSON that the process adds to a file; `since` is when the last ones came."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0
        self._at = time.monotonic()

    def since(self) -> float:
        return self._at

    def take(self) -> list[Mapping[str, Any]]:
        """What is new.

        Raises:
            ValueError: It is no JSON.
        """
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                content = file.read(_MOST_NEWS)
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]  # the rest is being written
        if len(content) == _MOST_NEWS and not whole:
            raise ValueError("a line without an end")
        if whole:
            self._place += len(whole)
            self._at = time.monotonic()
        return [json.loads(line) for line in whole.splitlines()]


def _disturbed() -> ExplorerError:
    return ExplorerError(
        Text("What came back from the model's process could not be read.", "无法读取模型进程返回的结果。"),
        Text("Look whether the file changes modules that are not its own.", "请检查该文件是否改动了别的模块。"),
    )
