"""What the program remembers of the window between two starts: one JSON file, written atomically."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer import atomic, paths

THEMES = ("system", "dark", "light")
LANGUAGES = ("system", "en", "zh")
WHOLE = "whole"

_logger = logging.getLogger(__name__)
_MAPPINGS = frozenset({"choice", "labs", "tables", "next_run"})


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user chose, and how the window stood.

    Attributes:
        geometry: Place and size of the window, `layout`: its panels; both as Qt saves them, in base 64.
        runs: Columns and order of the runs table.
        choice: The network last looked at, as `Choice.to_json` writes it.
        left: The run that was going on in the window, or "".
        told: The run of which it was told that a crash broke it off, or "".
        next_run: Data and settings of the run that would be begun next.
        idea: "whole" where the user unfolded the ideas of networks, else "".
        labs: How the pages of the labs were set, by their names; `tables`: how wide the user made columns.
    """

    theme: str = "system"
    language: str = "system"
    geometry: str = ""
    layout: str = ""
    runs: str = ""
    choice: Mapping[str, Any] | None = None
    left: str = ""
    told: str = ""
    idea: str = ""
    labs: Mapping[str, Any] | None = None
    tables: Mapping[str, Any] | None = None
    next_run: Mapping[str, Any] | None = None


def load() -> Preferences:
    """The remembered preferences; what is missing or damaged is as at the first start."""
    try:
        content = json.loads(paths.settings_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError) as error:
        _logger.warning("the preferences cannot be read: %s", error)
        return Preferences()
    return _checked(content if isinstance(content, dict) else {})


def save(preferences: Preferences) -> None:
    """Replaces the remembered preferences.

    Raises:
        OSError: The folder cannot be written; the old ones stay.
    """
    written = json.dumps(asdict(preferences), ensure_ascii=False, indent=1, sort_keys=True)
    atomic.write_text(paths.settings_file(), written + "\n")


def _checked(content: Mapping[str, Any]) -> Preferences:
    allowed = {"theme": THEMES, "language": LANGUAGES, "idea": ("", WHOLE)}
    kept: dict[str, Any] = {}
    for field in fields(Preferences):
        value = content.get(field.name)
        if field.name in _MAPPINGS:
            kept[field.name] = value if isinstance(value, dict) else None
        elif isinstance(value, str) and value in allowed.get(field.name, (value,)):
            kept[field.name] = value
    return Preferences(**kept)
