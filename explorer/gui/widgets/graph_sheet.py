"""What all items of one graph's drawing share: words, colours, zoom, and what is selected, pointed at or found."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QStaticText

from explorer.graph import labels
from explorer.graph.model import LayerGraph
from explorer.gui.text import say, tr
from explorer.gui.widgets.graph_colouring import Colouring
from explorer.gui.widgets.graph_ink import Ink, blend, ink

Target = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Words:
    """The two lines of a box, or the two parts of a frame's head, as plain text."""

    title: str
    subtitle: str


@dataclass
class Sheet:
    """The shared state of a drawing; items read it when they paint.

    Attributes:
        zoom: Screen pixels per scene pixel.
        selected, hovered: The box or block that is so marked.
        found: What the search found.
        colouring: How targets are coloured.
    """

    graph: LayerGraph
    colouring: Colouring
    ink: Ink = field(default_factory=ink)
    zoom: float = 1.0
    selected: Target | None = None
    hovered: Target | None = None
    found: frozenset[Target] = frozenset()
    _words: dict[Target, Words] = field(default_factory=dict)
    _heads: dict[int, Words] = field(default_factory=dict)
    _texts: dict[tuple[str, str, int], QStaticText] = field(default_factory=dict)
    _fills: dict[str, QBrush] = field(default_factory=dict)

    def words(self, target: Target) -> Words:
        """Title and second line of a box."""
        if target not in self._words:
            title, subtitle = labels.title(self.graph, target), labels.subtitle(self.graph, target)
            self._words[target] = Words(say(title), say(subtitle))
        return self._words[target]

    def head(self, block: int) -> Words:
        """Title and figures of an opened block's frame."""
        if block not in self._heads:
            self._heads[block] = Words(say(labels.title(self.graph, ("block", block))), self._figures(block))
        return self._heads[block]

    def _figures(self, block: int) -> str:
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
        return " · ".join(parts)

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

    def colour(self, target: Target) -> QColor:
        """The colour that tells what `target` is, or how much of something it has."""
        return self.colouring.colour(target)

    def fill(self, target: Target) -> QBrush:
        """The inside of a box: plain where colours tell types, tinted where they tell amounts."""
        if self.colouring.scale is None:
            return self.ink.box
        name = self.colouring.colour(target).name()
        if name not in self._fills:
            self._fills[name] = QBrush(blend(self.ink.box.color(), QColor(name), 0.3))
        return self._fills[name]

    def forget_words(self) -> None:
        """Looks all words and colours up again: the language or the theme has changed."""
        self.ink = ink()
        self._words.clear()
        self._heads.clear()
        self._texts.clear()
        self._fills.clear()
