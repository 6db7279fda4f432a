"""What of the curves page is remembered over a restart, as plain data: how it was set, and the colours of runs."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from explorer.gui.panels.labs.curves_drawing import MOST_SMOOTHING, QUANTITIES, Settings
from explorer.gui.widgets.charts.colours import COUNT
from explorer.runs.curves.curve_points import Axis

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_COLOURS = 400  # runs, those that were given their colours last


def written(settings: Settings, colours: Mapping[str, int]) -> dict[str, Any]:
    """To be kept."""
    chosen = {**asdict(settings), "axis": str(settings.axis), "quantities": list(settings.quantities)}
    return {"settings": chosen, "colours": dict(list(colours.items())[-MOST_COLOURS:])}


def settings(kept: Mapping[str, Any]) -> Settings:
    """What `written` wrote; what is missing, or is no such setting, is as at the first start."""
    found = kept.get("settings")
    if not isinstance(found, dict):
        return Settings()
    chosen: dict[str, Any] = {}
    for field in fields(Settings):
        value: Any = found.get(field.name)
        if field.name == "axis":
            is_good = value in tuple(map(str, Axis))
            value = Axis(value) if is_good else None
        elif field.name == "quantities":
            value = tuple(name for name in QUANTITIES if isinstance(value, list) and name in value)
            is_good = bool(value)
        elif field.name == "smoothing":
            is_good = isinstance(value, int | float) and 0 <= value <= MOST_SMOOTHING
        else:
            is_good = isinstance(value, bool)
        if is_good:
            chosen[field.name] = value
    return Settings(**chosen)


def colours(kept: Mapping[str, Any]) -> dict[str, int]:
    """The number of the colour of each run that had one."""
    found = kept.get("colours")
    given = found.items() if isinstance(found, dict) else ()
    return {run: number for run, number in given if isinstance(number, int) and 0 <= number < COUNT}
