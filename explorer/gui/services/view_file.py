"""Keeps over a restart how each architecture's graph was last looked at: one JSON file, written atomically."""

import json
import logging
import math
from collections.abc import Mapping
from typing import Any

from explorer import atomic, paths
from explorer.graph.views import Detail
from explorer.gui.services.view_memory import Openness, Place, ViewMemory

_MOST = 40  # architectures, those looked at last
_MOST_PATHS = 2000  # open blocks of one; the deepest network of the zoo has 446 blocks
_MOST_BYTES = 4 << 20  # of a file that is read
_DETAILS = frozenset(str(detail) for detail in Detail)

_logger = logging.getLogger(__name__)


def load() -> ViewMemory:
    """What was kept; what is missing or damaged is as if it had never been looked at."""
    memory = ViewMemory()
    try:
        file = paths.views_file()
        content = json.loads(file.read_text(encoding="utf-8")) if file.stat().st_size <= _MOST_BYTES else {}
    except FileNotFoundError:
        return memory
    except (OSError, ValueError) as error:
        _logger.warning("the views of the graphs cannot be read: %s", error)
        return memory
    views = content.get("views") if isinstance(content, dict) else None
    for view in views if isinstance(views, list) else ():
        _take(memory, view)
    return memory


def save(memory: ViewMemory) -> None:
    """Replaces what was kept.

    Raises:
        OSError: The folder cannot be written; the old file stays.
    """
    views = [
        {
            "architecture": name,
            "open": sorted(openness.paths),
            "detail": openness.detail,
            "joins": openness.joins,
            "folds": openness.folds,
            "seen": None if place is None else [place.zoom, place.beside, place.top],
        }
        for name, openness, place in memory.visited()[-_MOST:]
        if len(openness.paths) <= _MOST_PATHS
    ]
    atomic.write_text(paths.views_file(), json.dumps({"views": views}, ensure_ascii=False, indent=1) + "\n")


def _take(memory: ViewMemory, view: object) -> None:
    """Takes one view of the file, if it is one."""
    if not isinstance(view, dict) or not isinstance(view.get("architecture"), str):
        return
    opened, detail = view.get("open"), view.get("detail")
    if not isinstance(opened, list) or not all(isinstance(path, str) for path in opened):
        return
    if detail is not None and not (isinstance(detail, str) and detail in _DETAILS):
        return
    joins, folds = view.get("joins") is not False, view.get("folds") is True
    memory.begin(view["architecture"], Openness(frozenset(opened), detail, joins, folds))
    memory.set_place(view["architecture"], _place(view))


def _place(view: Mapping[str, Any]) -> Place | None:
    numbers = view.get("seen")
    if not isinstance(numbers, list) or len(numbers) != 3:
        return None
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers) or numbers[0] <= 0:
        return None
    return Place(*map(float, numbers))
