"""What the figures of a layer mean, for those who meet them for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph import arithmetic as a
from explorer.gui.text import say, tr

if TYPE_CHECKING:
    from explorer.bilingual import Text

_OF_LAYERS: tuple[tuple[Text, str], ...] = (
    (a.OUTPUT_SIZE, "output_size"),
    (a.OUTPUT_CHANNELS, "output_channels"),
    (a.PARAMETERS, "params"),
    (a.SHARED_PARAMETERS, "params"),
    (a.BUFFERS, "buffers"),
    (a.MACS, "macs"),
    (a.MEMORY, "memory"),
    (a.MEMORY_IN_PLACE, "memory"),
    (a.MEMORY_VIEW, "memory"),
    (a.FIELD, "field"),
    (a.FIELD_SINCE, "field_since"),
    (a.FIELD_GROWTH, "field_growth"),
    (a.SHARE, "share"),
    (a.SAVED, "saved"),
)
_OF_PAGES = (
    "shapes",
    "layers",
    "params",
    "macs",
    "memory",
    "source",
    "count",
    "std",
    "zeros",
    "dead_maps",
    "not_finite",
)


def meanings() -> dict[str, str]:
    """What is meant by a figure, by the name that it has in the language of the window."""
    told = {say(label): tr(f"facts.{key}") for label, key in _OF_LAYERS}
    return told | {tr(f"inspector.{key}"): tr(f"facts.{key}") for key in _OF_PAGES}
