"""What a process does to itself before it runs a user's code: writes little, reads nothing, ends with its parent."""

import contextlib
import ctypes
import os
import signal
import sys

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_DEPTH = 5000  # calls within calls; blocks within blocks take four each


def confine(largest_file: int) -> int:
    """Confines this process; returns a descriptor of what was its standard input, which user code does not read.

    Args:
        largest_file: Bytes that a file may have, where the system can limit that.
    """
    sys.setrecursionlimit(_DEPTH)
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        if most == resource.RLIM_INFINITY or most > largest_file:  # nobody may raise a limit that is there
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
    lines = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return lines
