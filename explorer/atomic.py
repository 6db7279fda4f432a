"""Writing a file so that a reader finds the old content or the new, never half of it."""

import contextlib
import os
import time
from pathlib import Path

_TRIES, _WAIT_SECONDS = 10, 0.05  # Windows refuses to replace a file that somebody has open just now


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
        _replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    if os.name == "posix":  # Windows cannot open a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_text(path: Path, content: str, *, parents: bool = True) -> None:
    write_bytes(path, content.encode("utf-8"), parents=parents)


def _replace(temporary: Path, path: Path) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            os.replace(temporary, path)
        except PermissionError:
            if os.name != "nt" or attempt == _TRIES:
                raise
            time.sleep(_WAIT_SECONDS)
        else:
            return
