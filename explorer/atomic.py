"""Writing a file so that a reader finds the old content or the new, never half of it.

Windows lets nobody replace, rename or remove what somebody has open, nor open what is just being replaced; and virus
scanners and indexers open what was just written. Such a refusal is over in an instant: `patiently` tries again.
"""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

PATIENCE_SECONDS = 0.5
_PAUSE_SECONDS = 0.02
_IN_USE = (5, 32, 33, 1224)  # of Windows: access denied, sharing violation, lock violation, mapped into memory


def patiently(do: Callable[[], Result]) -> Result:
    """What `do` returns; called again for half a second while Windows says that a file is in use.

    Raises:
        OSError: It is in use for longer, or something else is wrong.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return do()
        except OSError as error:
            if getattr(error, "winerror", None) not in _IN_USE or time.monotonic() > end:
                raise
        time.sleep(_PAUSE_SECONDS)


def write_bytes(path: Path, content: bytes, *, parents: bool = True) -> None:
    """Replaces `path` by `content`, durably: temporary file, fsync, rename, fsync of the folder.

    Args:
        parents: Make all missing folders above, and not only the one in which the file lies.

    Raises:
        OSError: The disk is full or the folder is not writable; the old file is untouched then.
    """
    path.parent.mkdir(parents=parents, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(temporary)
        raise
    _sync_folder(path.parent)


def write_text(path: Path, content: str, *, parents: bool = True) -> None:
    write_bytes(path, content.encode("utf-8"), parents=parents)


def read_text(path: Path) -> str:
    """The content of a file that somebody may just be replacing.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: It is not text.
    """
    return patiently(lambda: path.read_text(encoding="utf-8"))


def replace(source: Path, target: Path) -> None:
    """Gives `source` the name `target`, in place of what had it.

    Raises:
        OSError: It cannot be; both are as they were.
    """
    patiently(lambda: os.replace(source, target))


def remove(path: Path) -> None:
    """Removes a file, unless it is gone already.

    Raises:
        OSError: It cannot be removed.
    """
    patiently(lambda: path.unlink(missing_ok=True))


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
