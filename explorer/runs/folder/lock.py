"""A lock on a file that the system takes back when its process dies, however it dies. No torch.

The file also says who holds it, and its time stamp is renewed every few seconds: where the system's locks do not reach
(another machine on a shared file system) a fresh stamp tells that the holder lives.
"""

import contextlib
import json
import os
import socket
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from explorer import file_lock

PATIENCE_SECONDS = 1.0  # a look from another process holds the lock for an instant, or longer on a busy machine
BEAT_SECONDS = 5.0  # between two renewals of the time stamp
STALE_SECONDS = 60.0  # so old a stamp may be while its holder, on another machine, counts as living


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock.

    Attributes:
        machine: Tells machines apart, also those of the same name.
        host: The machine's name, for people.
    """

    machine: str
    host: str
    pid: int

    @property
    def is_here(self) -> bool:
        """On this machine."""
        return self.machine == _machine()


class FileLock:
    """Held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._is_released = threading.Event()

    def acquire(self) -> bool:
        """True if the lock is ours now, False if another holder has it.

        Takes ten seconds where a process on another machine left it without a word: it might be our clock that jumped.
        """
        if _beats_elsewhere(self._path) or _is_seen_beating(self._path):
            return False
        file = self._path.open("ab", buffering=0)  # nothing that a full disk would leave to be written at the end
        end = time.monotonic() + PATIENCE_SECONDS
        while not file_lock.take(file):
            if time.monotonic() > end:
                file.close()
                return False
            time.sleep(0.02)
        self._file = file
        self._sign(json.dumps({"machine": _machine(), "host": socket.gethostname(), "pid": os.getpid()}))
        self._is_released = threading.Event()
        weakref.finalize(self, self._is_released.set)
        beat = threading.Thread(target=_beat, args=(self._path, self._is_released), name="beat", daemon=True)
        beat.start()
        return True

    def release(self) -> None:
        if self._file is not None:
            self._is_released.set()
            self._sign("")
            self._file.close()
            self._file = None

    def _sign(self, text: str) -> None:
        assert self._file is not None
        with contextlib.suppress(OSError):  # the disk is full: the lock holds without a name
            self._file.truncate(0)
            self._file.write(text.encode())


def is_locked(path: Path) -> bool:
    """Somebody holds the lock on `path`: here, in another process, or on another machine."""
    try:
        file = path.open("rb")
    except OSError:
        return False
    with file:
        return not file_lock.take(file, shared=True) or _beats_elsewhere(path)


def holder(path: Path) -> Holder | None:
    """Who signed the lock on `path` last, and has not released it; None where nobody did."""
    try:
        data = json.loads(path.read_bytes())
        return Holder(str(data["machine"]), str(data["host"]), int(data["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _beat(path: Path, is_released: threading.Event) -> None:
    while not is_released.wait(BEAT_SECONDS):
        with contextlib.suppress(OSError):
            os.utime(path)


def _beats_elsewhere(path: Path) -> bool:
    """Somebody on another machine has renewed the stamp of late; on this one the system's lock tells."""
    signed = holder(path)
    if signed is None or signed.is_here:
        return False
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return False
    return abs(age) <= STALE_SECONDS  # clocks of two machines differ a little, either way


def _is_seen_beating(path: Path) -> bool:
    """Watches the stamp of a holder on another machine for two beats: neither clock has a say in it."""
    signed = holder(path)
    if signed is None or signed.is_here:
        return False
    end = time.monotonic() + 2 * BEAT_SECONDS
    seen = path.stat().st_mtime_ns
    while time.monotonic() < end:
        time.sleep(BEAT_SECONDS / 10)
        if path.stat().st_mtime_ns != seen:
            return True
    return False


def _machine() -> str:
    # Two containers of one machine share its locks, and this number; machines of equal names do not.
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return socket.gethostname()
