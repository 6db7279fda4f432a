"""What all items of one graph's drawing share: words, colours, zoom, and what is selected, pointed at or found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPen, QStaticText

from explorer.graph import labels
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.gui import theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.ink import NO_TEXT_BELOW, Ink, blend, ink, pen

Target = tuple[str, int]
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """The two lines of a box as plain text."""

    title: str
    subtitle: str


@dataclass(frozen=True, slots=True)
class Head:
    """Name and figures of an opened block; the figures in order of importance."""

    title: str
    figures: tuple[str, ...]


class Sign(Enum):
    """What is drawn in the badge of a marked box."""

    PLUS = "+"
    MINUS = "−"
    DIFFERS = "≠"
    FAILS = "!"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said of a box besides what it is: a sign in a badge, and an outline in the theme's `colour`.

    Attributes:
        is_filled: The inside has a tint of the colour too.
    """

    sign: Sign
    colour: str
    is_filled: bool = False


@dataclass
class Sheet:
    """The shared state of a drawing; items read it when they paint.

    Attributes:
        zoom: Screen pixels per scene pixel.
        selected, hovered: The box or block that is so marked.
        found: What the search found.
        colouring: How targets are coloured.
        marks: The boxes that are marked; seen from afar the others step back then.
        exposed: Left, top, right and bottom of the parts that are being painted; None for all. What Qt tells items is
            one rectangle around them, often everything.
        left, right: Between what the view shows something.
        moved: Where what is moving is now.
        fading: What of it fades in, and how far it has come (0-1).
    """

    graph: LayerGraph
    colouring: Colouring
    ink: Ink = field(default_factory=ink)
    zoom: float = 1.0
    selected: Target | None = None
    hovered: Target | None = None
    found: frozenset[Target] = frozenset()
    marks: Mapping[Target, Mark] = field(default_factory=dict)
    exposed: Sequence[Area] | None = None
    left: float = -math.inf
    right: float = math.inf
    moved: Mapping[Target, Area] = field(default_factory=dict)
    fading: tuple[frozenset[Target], float] = (frozenset(), 1.0)
    _words: dict[tuple[Target, int, tuple[int, ...]], Words] = field(default_factory=dict)
    _heads: dict[int, Head] = field(default_factory=dict)
    _texts: dict[tuple[str, str, int], QStaticText] = field(default_factory=dict)
    _fills: dict[str, QBrush] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.recolour(self.colouring)

    def check(self, picture: Picture) -> None:
        """Refuses what is not a picture of the sheet's graph, before anything of it is drawn.

        Its indices would mean other layers, or none; and an error within Qt's painting takes the process down.

        Raises:
            ValueError: The picture is of another graph.
        """
        if picture.graph is not self.graph:
            raise ValueError(f"a picture of {_name(picture.graph)} on a sheet of {_name(self.graph)}")

    def recolour(self, colouring: Colouring) -> None:
        """Takes other colours.

        Raises:
            ValueError: They are those of another graph.
        """
        if colouring.graph is not self.graph:
            raise ValueError(f"colours of {_name(colouring.graph)} on a sheet of {_name(self.graph)}")
        self.colouring = colouring

    def words(self, target: Target, repeat: int = 1, joined: tuple[int, ...] = ()) -> Words:
        """Title and second line of a box, which may stand for several blocks, or have other layers in it."""
        key = (target, repeat, joined)
        if key not in self._words:
            title, subtitle = labels.box_lines(self.graph, target, repeat, joined)
            self._words[key] = Words(say(title), say(subtitle))
        return self._words[key]

    def head(self, block: int) -> Head:
        """Title and figures of an opened block's frame."""
        if block not in self._heads:
            self._heads[block] = Head(say(labels.title(self.graph, ("block", block))), self._figures(block))
        return self._heads[block]

    def _figures(self, block: int) -> tuple[str, ...]:
        told = self.graph.blocks[block]
        parts = [tr("graph.head_params", count=labels.count(told.params))] if told.params else []
        if told.macs:
            parts.append(tr("graph.head_macs", count=labels.count(told.macs)))
        field = self.graph.nodes[told.last - 1].receptive_field if told.last > told.first else None
        if field is not None and not field.whole:
            tall, wide = field.size
            parts.append(tr("graph.head_field", size=str(tall) if tall == wide else f"{tall}×{wide}"))
        elif field is not None:
            parts.append(tr("graph.head_field_whole"))
        return tuple(parts)

    def figures(self, head: Head, stretches: Sequence[tuple[float, float]]) -> tuple[float, QStaticText] | None:
        """As many of the figures as fit, and where they begin; `stretches` are the free places, best first."""
        metrics = QFontMetricsF(self.ink.subtitle_font)
        for count in range(len(head.figures), 0, -1):
            words = " · ".join(head.figures[:count])
            needed = metrics.horizontalAdvance(words)
            for left, right in stretches:
                if needed <= right - left:
                    return left, self.text(words, "subtitle_font", needed + 1)
        return None

    def text(self, words: str, font: str, room: float) -> QStaticText:
        """`words` laid out once in the ink's font called `font`, cut with an ellipsis where `room` is short."""
        key = (words, font, round(room))
        laid = self._texts.get(key)
        if laid is None:
            face = getattr(self.ink, font)
            laid = QStaticText(QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, room))
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(font=face)
            self._texts[key] = laid
        return laid

    def shows(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether anything of this part of the scene is being painted."""
        if self.exposed is None:
            return True
        for x0, y0, x1, y1 in self.exposed:  # asked so often that `any` with a generator would be felt  # noqa: SIM110
            if y0 < bottom and top < y1 and x0 < right and left < x1:
                return True
        return False

    def stretch(self, whole: QRectF) -> tuple[float, float]:
        """The heights between which lies all that is being painted."""
        if not self.exposed:
            return whole.top(), whole.bottom()
        return min(area[1] for area in self.exposed), max(area[3] for area in self.exposed)

    def opacity(self, target: Target) -> float:
        """How opaque something is that may be fading in."""
        fading, share = self.fading
        return share if target in fading else 1.0

    def colour(self, target: Target) -> QColor:
        """The colour that tells what `target` is, or how much of something it has."""
        return self.colouring.colour(target)

    def distant_colour(self, target: Target) -> QColor:
        """The same for a box so small that its colour is all that is seen: of its mark where boxes are marked."""
        if not self.marks:
            return self.colour(target)
        mark = self.marks.get(target)
        return self.ink.wire.color() if mark is None else theme.colour(mark.colour)

    def mark_pen(self, mark: Mark) -> QPen:
        return pen(theme.colour(mark.colour), 1.4)

    def fill(self, target: Target) -> QBrush:
        """The inside of a box: plain where colours tell types, tinted where they or a mark tell more."""
        mark = self.marks.get(target)
        if self.marks and target == self.selected:  # its outline alone would not stand out among those of the marks
            return self._tint(self.ink.selected.color().name(), 0.3)
        if mark is not None and mark.is_filled:
            return self._tint(theme.colour(mark.colour).name(), 0.16)
        is_mute = self.zoom < NO_TEXT_BELOW  # its colour is all that it says
        if self.colouring.scale is None:
            return self._tint(self.colouring.colour(target).name(), 0.38) if is_mute else self.ink.box
        return self._tint(self.colouring.colour(target).name(), 0.6 if is_mute else 0.3)

    def _tint(self, name: str, share: float) -> QBrush:
        key = f"{name} {share}"
        if key not in self._fills:
            self._fills[key] = QBrush(blend(self.ink.box.color(), QColor(name), share))
        return self._fills[key]

    def forget_words(self) -> None:
        """Looks all words and colours up again: the language or the theme has changed."""
        self.ink = ink()
        self.colouring.forget()
        self._words.clear()
        self._heads.clear()
        self._texts.clear()
        self._fills.clear()


def _name(graph: LayerGraph | None) -> str:
    return "no graph" if graph is None else f"{graph.architecture or 'a model'} ({len(graph.nodes)} nodes)"
