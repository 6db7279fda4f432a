"""The system's lock on an open file, which goes when the file is closed or its process ends, however that happens.

Several may share it, or one has it alone; nobody is kept from reading or writing the file.
"""

import errno
import sys
from typing import IO

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}  # file systems without locks

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _AT_ONCE, _ALONE = 1, 2  # LOCKFILE_FAIL_IMMEDIATELY, LOCKFILE_EXCLUSIVE_LOCK
    _FAR = 1 << 30  # a locked byte cannot be read by others: one far behind the content is taken
    _NO_LOCKS = (1, 50)  # ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED
    _lock_file = ctypes.WinDLL("kernel32", use_last_error=True).LockFileEx
    _lock_file.argtypes = (wintypes.HANDLE, *[wintypes.DWORD] * 4, ctypes.c_void_p)

    class _Place(ctypes.Structure):
        """OVERLAPPED, which says where the locked bytes begin."""

        _fields_ = (
            ("status", ctypes.c_void_p),
            ("count", ctypes.c_void_p),
            ("low", wintypes.DWORD),
            ("high", wintypes.DWORD),
            ("event", wintypes.HANDLE),
        )

    def take(file: IO[bytes], *, shared: bool = False) -> bool:
        place = _Place(low=_FAR)
        flags = _AT_ONCE if shared else _AT_ONCE | _ALONE
        if _lock_file(msvcrt.get_osfhandle(file.fileno()), flags, 0, 1, 0, ctypes.byref(place)):
            return True
        return ctypes.get_last_error() in _NO_LOCKS
else:
    import fcntl

    def take(file: IO[bytes], *, shared: bool = False) -> bool:
        """Whether the lock is ours now, or the file system knows none; without waiting."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in _UNSUPPORTED
        return True
