"""Many points handed to Qt in one go."""

from collections.abc import Iterator
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtGui import QPolygonF

from explorer.gui.widgets.charts.decimation import Numbers


def polygon(x: Numbers, y: Numbers) -> QPolygonF:
    """The points (x, y), without a Python object for each; a point is two doubles."""
    found = QPolygonF()
    found.resize(len(x))
    data = shiboken6.VoidPtr(found.data(), 16 * len(x), True)  # type: ignore[call-arg,arg-type]  # not in its stub
    memory = np.frombuffer(cast("bytearray", data), np.float64).reshape(-1, 2)
    memory[:, 0], memory[:, 1] = x, y
    return found


def stretches(x: Numbers, y: Numbers) -> list[QPolygonF]:
    """The line through the points as its stretches without a gap; a gap is where `x` or `y` is no finite number."""
    return [polygon(x[part], y[part]) for part in _whole(np.isfinite(x) & np.isfinite(y))]


def between(x: Numbers, upper: Numbers, lower: Numbers) -> list[QPolygonF]:
    """The areas between two lines; a gap in one is a gap of both."""
    parts = _whole(np.isfinite(x) & np.isfinite(upper) & np.isfinite(lower))
    return [polygon(np.append(x[part], x[part][::-1]), np.append(upper[part], lower[part][::-1])) for part in parts]


def _whole(is_known: NDArray[np.bool_]) -> Iterator[slice]:
    """Its stretches of more than one that are all known."""
    edges = np.flatnonzero(np.diff(is_known, prepend=False, append=False))
    for start, stop in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        if stop - start > 1:
            yield slice(start, stop)
