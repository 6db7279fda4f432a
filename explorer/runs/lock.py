"""A lock on a file that the system takes back when its process dies, however it dies. No torch."""

import sys
import time
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _try(file: IO[bytes], *, shared: bool) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(file: IO[bytes], *, shared: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


PATIENCE_SECONDS = 0.3  # a look from another process holds the lock for an instant


class FileLock:
    """Held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        """True if the lock is ours now, False if another holder has it."""
        file = self._path.open("ab")
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                _try(file, shared=False)
            except OSError:
                if time.monotonic() > end:
                    file.close()
                    return False
                time.sleep(0.02)
            else:
                self._file = file
                return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def is_locked(path: Path) -> bool:
    """Somebody, here or in another process, holds the lock on `path`."""
    try:
        file = path.open("rb")
    except OSError:
        return False
    with file:
        try:
            _try(file, shared=True)
        except OSError:
            return True
        return False
