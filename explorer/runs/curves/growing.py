"""Numbers that are appended to while others draw them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Growing:
    """Numbers that are appended to; `values` is a view, not a copy, and stays valid when more come."""

    def __init__(self) -> None:
        self._buffer: Floats = np.empty(1024, np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> Floats:
        return self._buffer[: self._count]

    @property
    def last(self) -> np.float32:
        """The newest number, in the precision of all; there is one."""
        newest: np.float32 = self._buffer[self._count - 1]
        return newest

    def skip(self, count: int) -> None:
        """Appends `count` numbers that are not known."""
        self.extend(np.full(count, np.nan, np.float32))

    def extend(self, values: tuple[float, ...] | Floats) -> None:
        """Appends numbers."""
        needed = self._count + len(values)
        if needed > len(self._buffer):
            larger = np.empty(max(needed, 2 * len(self._buffer)), np.float32)
            larger[: self._count] = self.values
            self._buffer = larger
        self._buffer[self._count : needed] = values
        self._count = needed

    def truncate(self, count: int) -> None:
        """Forgets all but the first `count` numbers; views given out before keep theirs."""
        if count < self._count:
            self._buffer = self._buffer[:count].copy()
            self._count = count
