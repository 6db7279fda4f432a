"""Runs a module in a process of its own, with limits on time and memory, and leaves nothing of it running."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import leftovers, marked
from explorer.paths import child_environment

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: wall-clock seconds, and bytes of resident memory of all its processes together."""

    seconds: float = 60.0
    memory: int = 4 << 30


def run(
    module: str, request: Mapping[str, Any], limits: Limits, *, is_cancelled: Callable[[], bool] = lambda: False
) -> Any:
    """What `python -m module REQUEST ANSWER` makes of `request`, both as JSON files.

    Raises:
        ExplorerError: As `Sandbox.wait_for`.
    """
    with Sandbox(module, "../request.json", "../answer.json", request=request) as sandbox:
        return sandbox.answer(sandbox.folder / "answer.json", limits, is_cancelled=is_cancelled)


class Sandbox:
    """`python -m module ARGUMENTS` in an empty folder, `folder/work`; it prints nowhere. `close` ends all of it.

    Args:
        request: Written to `folder/request.json` before the process begins.
        sees_gpu: It may use one.

    Attributes:
        folder: For files that go there and back; gone when this is closed.
    """

    def __init__(
        self, module: str, *arguments: str, request: Mapping[str, Any] | None = None, sees_gpu: bool = False
    ) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix=leftovers.prefix(), ignore_cleanup_errors=True)
        self.folder = Path(self._temporary.name)
        work = self.folder / "work"
        work.mkdir()
        if request is not None:
            (self.folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        self._mark = self.folder.name
        self._family: dict[int, psutil.Process] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=work,
            env=_environment(self._mark, sees_gpu=sees_gpu),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, line: str) -> None:
        """Writes a line to the process; one that has ended does not get it, which `wait_for` then says."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def answer(self, path: Path, limits: Limits, *, is_cancelled: Callable[[], bool] = lambda: False) -> Any:
        """The JSON that the process writes to `path`, in one piece.

        Raises:
            ExplorerError: As `wait_for`.
        """
        self.wait_for(path, limits, is_cancelled=is_cancelled)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise _ended(0) from error

    def wait_for(self, path: Path, limits: Limits, *, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Returns when there is a file at `path`.

        Raises:
            ExplorerError: As `waiting`.
        """
        for _ in self.waiting(path, limits, is_cancelled=is_cancelled):
            pass

    def waiting(
        self,
        path: Path,
        limits: Limits,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
        since: Callable[[], float] | None = None,
    ) -> Iterator[None]:
        """Ends when there is a file at `path`; meanwhile it comes back many times a second.

        Args:
            since: When the time that is limited began, by `time.monotonic`; None for now.

        Raises:
            ExplorerError: The process went over a limit, ended by itself or crashed, or `is_cancelled`.
        """
        now = time.monotonic()
        while not path.exists():
            status = self._process.poll()
            if status is not None and not path.exists():
                raise _ended(status)
            if is_cancelled():
                raise ExplorerError(Text("Running the model was cancelled.", "已取消运行模型。"))
            if time.monotonic() > (now if since is None else since()) + limits.seconds:
                raise _too_slow(limits)
            if self._memory() > limits.memory:
                raise _too_large(limits)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(POLL_SECONDS)
            yield

    def close(self) -> None:
        """Kills the process, its group, and what it has started, whether or not that has moved to another group."""
        self._memory()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, 9)
        for member in self._family.values():
            with contextlib.suppress(psutil.Error):
                member.kill()
        self._process.kill()
        self._process.wait()
        marked.kill(self._mark)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._temporary.cleanup()

    def _memory(self) -> int:
        """Resident bytes of the process and all that it has started; remembers them in `_family`."""
        total = 0
        with contextlib.suppress(psutil.Error):
            parent = self._family.setdefault(self._process.pid, psutil.Process(self._process.pid))
            for child in parent.children(recursive=True):
                self._family.setdefault(child.pid, child)
        for member in list(self._family.values()):
            with contextlib.suppress(psutil.Error):
                total += int(member.memory_info().rss)
        return total


def _environment(mark: str, *, sees_gpu: bool) -> dict[str, str]:
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1"} | ({} if sees_gpu else {"CUDA_VISIBLE_DEVICES": ""})
    own = {"PYTHONDONTWRITEBYTECODE": "1", marked.VARIABLE: mark}
    followed = {"PYTORCH_JIT": "0"}  # what is compiled cannot be followed
    return {**child_environment(), **own, **quiet, **followed}


def _too_slow(limits: Limits) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The model's code did not come to an end within {limits.seconds:.0f} seconds.",
            f"模型代码在 {limits.seconds:.0f} 秒内没有运行结束。",
        ),
        Text("Look for an endless loop, or for training code outside of `if __name__ ...`.",
             "请检查死循环，或未放在 `if __name__ ...` 里的训练代码。"),
    )  # fmt: skip


def _too_large(limits: Limits) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The model's code needs more than {limits.memory / 2**30:.0f} GB of memory.",
            f"模型代码需要超过 {limits.memory / 2**30:.0f} GB 的内存。",
        ),
        Text("Make the layers or the tensors that it creates smaller.", "请减小层或它创建的张量。"),
    )


def _ended(status: int) -> ExplorerError:
    if status < 0:
        return ExplorerError(
            Text(f"The model's code crashed Python (signal {-status}).", f"模型代码使 Python 崩溃（信号 {-status}）。"),
            Text("Run the file by itself to find the place.", "请单独运行该文件以定位问题。"),
        )
    return ExplorerError(
        Text("The model's code ended the program by itself.", "模型代码自行结束了程序。"),
        Text("Remove calls of exit() that run on import.", "请删除导入时会执行的 exit() 调用。"),
    )
