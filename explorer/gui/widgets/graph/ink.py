"""Pens, brushes and fonts of the graph in the present theme, and how much is drawn at which zoom."""

from dataclasses import dataclass
from functools import cache, cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen

from explorer.graph.model import Category
from explorer.gui import theme

BAR = 5.0  # width of the coloured bar at the left of a box
RADIUS = 9.0
FRAME_RADIUS = 12.0
TEXT_LEFT = 15.0  # from the left edge of a box to its words
CHEVRON = 24.0  # width of the part of a closed block, or of a frame's head, that opens and closes it
HEAD = 34.0  # height of a frame's head
ARROW = 8.0  # length of an arrowhead
BEND = 7.0  # radius of a wire's corners

# Below these zooms less is drawn, because it could not be seen.
OVERVIEW_BELOW = 0.12  # one item paints all boxes as flat rectangles
FLAT_BELOW = 0.3  # no rounded corners, no arrowheads
NO_TEXT_BELOW = 0.42
NO_WIRES_BELOW = 0.03


@dataclass(frozen=True)
class Ink:
    """What the painting functions of the graph need of a theme."""

    paper: QColor
    box: QBrush
    border: QPen
    hovered: QPen
    selected: QPen
    found: QPen
    wire: QPen
    thin_wire: QPen
    arrow: QBrush
    lit_wire: QPen
    lit_arrow: QBrush
    fault_wire: QPen
    fault_arrow: QBrush
    frame: QPen
    frame_hovered: QPen
    text: QPen
    secondary: QPen
    faint: QPen
    title_font: QFont
    subtitle_font: QFont
    shape_font: QFont

    def sheet(self, depth: int) -> QColor:
        """The ground within `depth` frames."""
        return self._sheets[min(depth, _DEPTHS - 1)]

    @cached_property
    def _sheets(self) -> tuple[QColor, ...]:
        return _sheets(self.paper.name(), theme.CATEGORY_COLOURS[Category.BLOCK], theme.name() == "dark")


_DEPTHS = 9


@cache
def _sheets(paper: str, tint: str, is_dark: bool) -> tuple[QColor, ...]:
    colours = [QColor(paper)]
    for _ in range(_DEPTHS - 1):
        colours.append(blend(colours[-1], QColor(tint), 0.05 if is_dark else 0.075))
    return tuple(colours)


def blend(ground: QColor, colour: QColor, share: float) -> QColor:
    """`colour` laid over `ground` with the opacity `share`."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        ground.redF() * rest + colour.redF() * share,
        ground.greenF() * rest + colour.greenF() * share,
        ground.blueF() * rest + colour.blueF() * share,
    )


def pen(colour: QColor, width: float, *, cosmetic: bool = False) -> QPen:
    result = QPen(colour, width)
    result.setCosmetic(cosmetic)
    result.setCapStyle(Qt.PenCapStyle.FlatCap)
    result.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return result


def ink() -> Ink:
    """The ink of the present theme; ask again when the theme changes."""
    return _ink(theme.name())


@cache
def _ink(_theme: str) -> Ink:
    block = theme.category_colour(Category.BLOCK)
    window, wire, accent = theme.colour("window"), theme.colour("wire"), theme.colour("accent")
    frame = blend(window, block, 0.42)
    dashed = pen(frame, 1.0, cosmetic=True)
    dashed.setDashPattern([4.0, 3.0])
    frame_hovered = pen(block, 1.0, cosmetic=True)
    frame_hovered.setDashPattern([4.0, 3.0])
    return Ink(
        paper=window,
        box=QBrush(theme.colour("raised")),
        border=pen(theme.colour("border"), 1.0),
        hovered=pen(blend(theme.colour("border"), accent, 0.55), 1.2),
        selected=pen(accent, 2.0),
        found=pen(theme.colour("warning"), 2.0),
        wire=pen(wire, 1.3),
        thin_wire=pen(wire, 1.0, cosmetic=True),
        arrow=QBrush(wire),
        lit_wire=pen(accent, 1.8),
        lit_arrow=QBrush(accent),
        fault_wire=pen(theme.colour("danger"), 2.2),
        fault_arrow=QBrush(theme.colour("danger")),
        frame=dashed,
        frame_hovered=frame_hovered,
        text=QPen(theme.colour("text")),
        secondary=QPen(theme.colour("secondary")),
        faint=QPen(theme.colour("faint")),
        title_font=theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold),
        subtitle_font=theme.font(theme.SECONDARY_PX),
        shape_font=theme.font(theme.CAPTION_PX, mono=True),
    )
