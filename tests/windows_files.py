"""A file system that refuses what that of Windows refuses, on Linux.

A file that this process or one of its children has open or mapped can be neither replaced, renamed nor removed, and a
folder above it not renamed; folders cannot be opened; some names do not exist, and two that differ in case alone are
one. `pytest --as-windows` has every test run on it.
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ACCESS_DENIED, SHARING_VIOLATION, INVALID_NAME = 5, 32, 123  # of Windows
_NAME = re.compile(r'[^\x00-\x1f<>:"/\\|?*]*[^\x00-\x1f<>:"/\\|?*. ]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.IGNORECASE)
_CREATES = os.O_CREAT


class _RefusedError(PermissionError):
    def __init__(self, number: int, path: str) -> None:
        super().__init__(errno.EACCES, "The process cannot access the file", path)
        self.winerror = number


class _NoNameError(OSError):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(errno.EINVAL, why, path)
        self.winerror = INVALID_NAME


@contextmanager
def as_on_windows() -> Iterator[None]:
    """Within it, files and folders behave as on Windows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "_use_fd_functions", False)
        for name in ("replace", "rename"):
            patch.setattr(os, name, _moving(getattr(os, name)))
        for name in ("unlink", "remove"):
            patch.setattr(os, name, _removing(getattr(os, name)))
        patch.setattr(os, "mkdir", _making(os.mkdir))
        patch.setattr(os, "open", _opening(os.open))
        for module in ("builtins", "io"):
            patch.setattr(f"{module}.open", _opening_file(open))
        yield


def holders(path: str) -> list[str]:
    """What of `path`, and below it, is open or mapped here or in a child, each as "process: file"."""
    found = []
    whole = os.path.realpath(path)
    for process in _family():
        for file in _files(process):
            if file == whole or file.startswith(whole + os.sep):
                found.append(f"{process}: {file}")
    return found


def _family() -> Iterator[str]:
    waiting = [str(os.getpid())]
    while waiting:
        process = waiting.pop()
        yield process
        for children in Path("/proc", process, "task").glob("*/children"):
            try:
                waiting += children.read_text().split()
            except OSError:  # it has ended
                continue


def _files(process: str) -> set[str]:
    found = set()
    try:
        for handle in os.listdir(f"/proc/{process}/fd"):
            try:
                found.add(os.readlink(f"/proc/{process}/fd/{handle}"))
            except OSError:  # closed meanwhile
                continue
        found |= set(re.findall(r"(/\S.*)$", Path(f"/proc/{process}/maps").read_text(), re.MULTILINE))
    except OSError:
        return found
    return {file for file in found if not os.path.isdir(file)}


def _refuse_held(path: Any) -> None:
    text = os.fspath(path)
    if isinstance(text, str) and os.path.lexists(text) and holders(text):
        raise _RefusedError(ACCESS_DENIED if os.path.isdir(text) else SHARING_VIOLATION, text)


def _refuse_name(path: Any) -> None:
    text = os.fspath(path) if not isinstance(path, int) else ""
    if not isinstance(text, str) or not text or text.startswith(("/dev/", "/proc/", "/sys/")):
        return
    folder, name = os.path.split(text.rstrip("/"))
    if not _NAME.fullmatch(name) or _DEVICE.fullmatch(name):
        raise _NoNameError(text, "The filename, directory name, or volume label syntax is incorrect")
    if os.path.isdir(folder) and not os.path.lexists(text):
        alike = [other for other in os.listdir(folder) if other.lower() == name.lower()]
        if alike:
            raise _NoNameError(text, f"it would be the same file as {alike[0]}")


def _moving(move: Callable[..., None]) -> Callable[..., None]:
    def moved(source: Any, target: Any, **more: Any) -> None:
        _refuse_held(source)
        _refuse_held(target)
        _refuse_name(target)
        move(source, target, **more)

    return moved


def _removing(remove: Callable[..., None]) -> Callable[..., None]:
    def removed(path: Any, **more: Any) -> None:
        _refuse_held(path)
        remove(path, **more)

    return removed


def _making(make: Callable[..., None]) -> Callable[..., None]:
    def made(path: Any, *more: Any, **named: Any) -> None:
        _refuse_name(path)
        make(path, *more, **named)

    return made


def _opening(opening: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if os.path.isdir(path) and "dir_fd" not in named:
            raise _RefusedError(ACCESS_DENIED, os.fspath(path))
        if flags & _CREATES:
            _refuse_name(path)
        return opening(path, flags, *more, **named)

    return opened


def _opening_file(opening: Callable[..., Any]) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not isinstance(file, int) and set(mode) & set("wax+"):
            _refuse_name(file)
        return opening(file, mode, *more, **named)

    return opened


@pytest.fixture
def windows_files() -> Iterator[None]:
    """Files are as on Windows; there, they are so anyway."""
    if os.name == "nt":
        yield
        return
    with as_on_windows():
        yield


@pytest.fixture(autouse=True)
def as_wanted(request: pytest.FixtureRequest) -> None:
    """With `--as-windows` every test has them."""
    if request.config.getoption("--as-windows"):
        request.getfixturevalue("windows_files")
