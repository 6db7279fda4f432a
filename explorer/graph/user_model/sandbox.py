"""Runs one job in a process of its own, with limits on time and memory, and leaves nothing of it running."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.paths import program_folder

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: wall-clock seconds, and bytes of resident memory of all its processes together."""

    seconds: float = 60.0
    memory: int = 4 << 30


def run(
    module: str, request: Mapping[str, Any], limits: Limits, *, is_cancelled: Callable[[], bool] = lambda: False
) -> Any:
    """What `python -m module` makes of `request`, both as JSON.

    The process works in an empty temporary folder, reads nothing from the terminal and prints nowhere.

    Raises:
        ExplorerError: It went over a limit, ended by itself or crashed, or `is_cancelled`.
    """
    with tempfile.TemporaryDirectory(prefix="cnn-explorer-", ignore_cleanup_errors=True) as folder:
        answer = Path(folder) / "answer.json"
        work = Path(folder) / "work"
        work.mkdir()
        job = Path(folder) / "request.json"
        job.write_text(json.dumps(request), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(job), str(answer)],
            cwd=work,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        family: dict[int, psutil.Process] = {}
        try:
            _watch(process, limits, family, is_cancelled)
        finally:
            _end(process, family)
        if not answer.exists():
            raise _ended(process.returncode)
        return json.loads(answer.read_text(encoding="utf-8"))


def _environment() -> dict[str, str]:
    paths = [str(program_folder()), *filter(None, [os.environ.get("PYTHONPATH")])]
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONUTF8": "1"}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1", **quiet}


def _watch(
    process: subprocess.Popen[bytes],
    limits: Limits,
    family: dict[int, psutil.Process],
    is_cancelled: Callable[[], bool],
) -> None:
    end = time.monotonic() + limits.seconds
    while process.poll() is None:
        if is_cancelled():
            raise ExplorerError(Text("Opening the model was cancelled.", "已取消打开模型。"))
        if time.monotonic() > end:
            raise ExplorerError(
                Text(
                    f"The model's code did not come to an end within {limits.seconds:.0f} seconds.",
                    f"模型代码在 {limits.seconds:.0f} 秒内没有运行结束。",
                ),
                Text("Look for an endless loop, or for training code outside of `if __name__ ...`.",
                     "请检查死循环，或未放在 `if __name__ ...` 里的训练代码。"),
            )  # fmt: skip
        if _memory(process.pid, family) > limits.memory:
            raise ExplorerError(
                Text(
                    f"The model's code needs more than {limits.memory / 2**30:.0f} GB of memory.",
                    f"模型代码需要超过 {limits.memory / 2**30:.0f} GB 的内存。",
                ),
                Text("Make the layers or the tensors that it creates smaller.", "请减小层或它创建的张量。"),
            )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(POLL_SECONDS)


def _memory(pid: int, family: dict[int, psutil.Process]) -> int:
    """Resident bytes of the process and all that it has started; remembers them in `family`."""
    total = 0
    with contextlib.suppress(psutil.Error):
        parent = family.setdefault(pid, psutil.Process(pid))
        for child in parent.children(recursive=True):
            family.setdefault(child.pid, child)
    for member in list(family.values()):
        with contextlib.suppress(psutil.Error):
            total += int(member.memory_info().rss)
    return total


def _end(process: subprocess.Popen[bytes], family: dict[int, psutil.Process]) -> None:
    """Kills whatever is left of the process, its group and what it started."""
    _memory(process.pid, family)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, 9)
    for member in family.values():
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.kill()
    process.wait()


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
