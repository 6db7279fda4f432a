"""Many points handed to Qt in one go."""

from typing import cast

import numpy as np
import shiboken6
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
    is_known = np.isfinite(x) & np.isfinite(y)
    if is_known.all():
        return [polygon(x, y)] if len(x) > 1 else []
    edges = np.flatnonzero(np.diff(is_known, prepend=False, append=False))
    return [
        polygon(x[start:stop], y[start:stop])
        for start, stop in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
        if stop - start > 1
    ]
