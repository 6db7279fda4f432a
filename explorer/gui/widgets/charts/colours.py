"""Colours to tell curves apart by, in both themes; neighbours in the order differ most."""

from explorer.gui import theme

_DARK = (
    "#5b9dff", "#f0b44e", "#4cc38a", "#e07ab8", "#b58cf0", "#f07a6a", "#5fcbdc", "#c3d35f", "#d19a66", "#b4bac6",
)  # fmt: skip
_LIGHT = (
    "#2860cf", "#b56a00", "#13734a", "#b8338a", "#7a45c9", "#c5402f", "#0d7c92", "#677500", "#8f5a2b", "#4b5262",
)  # fmt: skip

COUNT = len(_DARK)


def curve_colour(number: int) -> str:
    """The `number`-th colour of the present theme; they begin again after `COUNT`."""
    return (_LIGHT if theme.name() == "light" else _DARK)[number % COUNT]
