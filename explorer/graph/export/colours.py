"""The colours of a drawing, in both themes; those of the window, held equal by a test."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.graph.colouring import STOPS, place_in
from explorer.graph.model import Category

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, by what they are for."""

    window: str  # the page
    raised: str  # boxes
    border: str
    text: str
    secondary: str
    faint: str
    wire: str
    track: str  # of what takes nothing, where colours tell amounts
    danger: str  # what does not fit
    frame: str  # dashes around an opened block
    tint: float  # how much darker or lighter each level of open blocks is

    def ground(self, depth: int) -> str:
        """The colour within `depth` frames."""
        colour = self.window
        for _ in range(min(depth, _DEEPEST)):
            colour = blend(colour, CATEGORIES[Category.BLOCK], self.tint)
        return colour


CATEGORIES = {
    Category.CONVOLUTION: "#4e9df0",
    Category.NORMALISATION: "#b58cf0",
    Category.ACTIVATION: "#f0b44e",
    Category.POOLING: "#f07a6a",
    Category.LINEAR: "#57c498",
    Category.MERGE: "#e07ab8",
    Category.RESHAPE: "#8a93a6",
    Category.OTHER: "#b39573",
    Category.INPUT: "#8a93a6",
    Category.OUTPUT: "#8a93a6",
    Category.BLOCK: "#6fb7c9",
}


def blend(ground: str, colour: str, share: float) -> str:
    """`colour` laid over `ground` with the opacity `share`; colours as "#rrggbb"."""
    mixed = (
        round(below * (1 - share) + above * share)
        for below, above in zip(channels(ground), channels(colour), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def scale_colour(theme: str, place: float) -> str:
    """The colour at `place` (0-1) of the sequential scale of a theme, "light" or "dark"."""
    stops = STOPS[theme]
    before, rest = place_in(len(stops), place)
    return blend(stops[before], stops[before + 1], rest)


THEMES = {
    "light": Colours(
        window="#f3f4f8", raised="#ffffff", border="#dfe2e9", text="#14161b", secondary="#4b5262", faint="#5d6575",
        wire="#8b93a5", track="#dfe3ea", danger="#bf2b35", tint=0.075,
        frame=blend("#f3f4f8", CATEGORIES[Category.BLOCK], 0.42),
    ),
    "dark": Colours(
        window="#14161b", raised="#20242d", border="#2e3440", text="#eceff4", secondary="#b4bac6", faint="#8f97a6",
        wire="#7b8496", track="#2e3440", danger="#ff7b82", tint=0.05,
        frame=blend("#14161b", CATEGORIES[Category.BLOCK], 0.42),
    ),
}  # fmt: skip
