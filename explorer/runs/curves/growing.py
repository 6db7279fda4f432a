"""Numbers that are appended to while others draw them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Growing:
    """Numbers that are appended to; `values` is a view, not a copy, and stays valid when more come."""

    def __init__(self, kind: type[np.generic] = np.float32) -> None:
        self._buffer: NDArray[Any] = np.empty(1024, kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> NDArray[Any]:
        return self._buffer[: self._count]

    @property
    def last(self) -> Any:
        """The newest number, in the precision of all; there is one."""
        return self._buffer[self._count - 1]

    def skip(self, count: int) -> None:
        """Appends `count` numbers that are not known."""
        self.extend(np.full(count, np.nan, self._buffer.dtype))

    def extend(self, values: tuple[float, ...] | Floats) -> None:
        """Appends numbers."""
        needed = self._count + len(values)
        if needed > len(self._buffer):
            larger = np.empty(max(needed, 2 * len(self._buffer)), self._buffer.dtype)
            larger[: self._count] = self.values
            self._buffer = larger
        self._buffer[self._count : needed] = values
        self._count = needed

    def truncate(self, count: int) -> None:
        """Forgets all but the first `count` numbers; views given out before keep theirs."""
        if count < self._count:
            self._buffer = self._buffer[:count].copy()
            self._count = count
