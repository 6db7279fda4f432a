"""How wide the user made the columns of tables, by the names of table and column; kept with the preferences."""

from collections.abc import Mapping
from typing import Any

_LEAST, _MOST = 24, 2000  # px
_widths: dict[str, dict[str, int]] = {}


def of(table: str) -> Mapping[str, int]:
    """The widths that the user gave columns of `table`, in pixels."""
    return _widths.get(table, {})


def keep(table: str, column: str, width: int) -> None:
    _widths.setdefault(table, {})[column] = width


def recall(kept: Mapping[str, Any] | None) -> None:
    """What `everything` gave at the end of another session; what is no width is left out."""
    _widths.clear()
    for table, columns in (kept or {}).items():
        if isinstance(columns, dict):
            widths = {name: width for name, width in columns.items() if isinstance(width, int)}
            _widths[table] = {name: min(max(width, _LEAST), _MOST) for name, width in widths.items()}


def everything() -> dict[str, dict[str, int]]:
    """To be kept: plain data."""
    return {table: dict(columns) for table, columns in _widths.items() if columns}
