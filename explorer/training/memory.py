"""Has the memory allocator of the CPU keep what is freed: every step asks for the same blocks again.

Left alone, the C library of Linux gives each large block back to the system and takes it anew, page by page, cleared: a
third of the time of a step of LeNet with batches of 256, a tenth of one of DenseNet. What is computed stays the same.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache

# Of mallopt(3): from which size a block is the system's own, and how much may lie unused at the end of the heap.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
LARGEST_KEPT = 32 << 20  # bytes; more is not allowed there
MOST_UNUSED = (1 << 31) - 1


def keep_freed() -> bool:
    """From now on this process keeps memory that is freed, for itself; False where there is no such setting."""
    found = _function("mallopt")
    return (
        found is not None and bool(found(_MMAP_THRESHOLD, LARGEST_KEPT)) and bool(found(_TRIM_THRESHOLD, MOST_UNUSED))
    )


def give_back() -> None:
    """Gives the system what is kept and not in use."""
    found = _function("malloc_trim")
    if found is not None:
        found(0)


@cache
def _function(name: str) -> Callable[..., int] | None:
    """`name` of glibc; None with another C library."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return getattr(library, name) if hasattr(library, "gnu_get_libc_version") and hasattr(library, name) else None
