"""Keeping two downloads, of this program or of two, from writing the same files. No torch."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from explorer.bilingual import Text
from explorer.data.watch import Watch

NAME = ".download.lock"
_PAUSE = 0.1  # seconds between two tries

if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone_in(folder: Path, watch: Watch) -> Iterator[None]:
    """Waits until nobody else works in `folder`, which is made if need be; says so, and can be cancelled meanwhile.

    The system frees it when its process ends, however that happens. Where the file system knows no locks there is no
    waiting: the checksum then finds what two have spoilt.

    Raises:
        OSError: The folder cannot be made, or not be written to.
        Cancelled: The user wants no more of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("ab") as file:
        while not _is_taken(file):
            watch.report(Text(f"Waiting for another download to {folder}", f"正在等待另一个下载完成：{folder}"))
            time.sleep(_PAUSE)
        yield


def _is_taken(file: IO[bytes]) -> bool:
    """Whether the lock is ours now, or cannot be had at all."""
    try:
        _try(file)
    except (BlockingIOError, PermissionError):  # POSIX, Windows: somebody else has it
        return False
    except OSError:
        return True
    return True
