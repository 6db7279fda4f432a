"""Which parts of the network are not trained: a list to tick, behind a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalMapper, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from explorer.gui.panels.training import words
from explorer.gui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.model import LayerGraph

_WIDTH, _MOST_HEIGHT = 260, 320  # px


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the network at its top level, with its weights counted."""

    path: str
    params: int


def parts_of(graph: LayerGraph | None) -> tuple[Part, ...]:
    """The parts of a network that have weights, in the order in which they run."""
    found: dict[str, int] = {}
    for node in () if graph is None else graph.nodes:
        if node.params:
            top = node.path.partition("#")[0].partition(".")[0]
            found[top] = found.get(top, 0) + node.params
    return tuple(Part(path, params) for path, params in found.items())


class FrozenField(QPushButton):
    """Says which parts are ticked; pressed, it lists them.

    Signals:
        changed: Another set of parts is ticked.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._list: QFrame | None = None
        self.setProperty("role", "field")
        self.clicked.connect(self._open)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The paths that are not trained."""
        return self._chosen

    def choose(self, paths: Sequence[str]) -> None:
        """Ticks exactly these, without telling."""
        self._chosen = tuple(paths)
        self._show_words()

    def offer(self, parts: tuple[Part, ...]) -> None:
        """What there is to tick. Parts that are ticked but not there stay: the network may be on its way."""
        self._parts = parts
        self._show_words()

    def tick(self, path: str) -> None:
        """Ticks `path`, or takes the tick away."""
        kept = {*self._chosen} ^ {path}
        order = [part.path for part in self._parts]
        self._chosen = tuple(sorted(kept, key=lambda name: order.index(name) if name in order else len(order)))
        self._show_words()
        self.changed.emit()

    def retranslate(self) -> None:
        self._show_words()

    def _show_words(self) -> None:
        chosen = self._chosen
        several = tr("training.frozen", count=len(chosen)) if chosen else tr("training.frozen_none")
        self.setText(chosen[0] if len(chosen) == 1 else several)
        self.setToolTip(", ".join(chosen))
        self.setAccessibleDescription(", ".join(chosen))

    def _open(self) -> None:
        if self._list is not None:
            self._list.deleteLater()
        self._list = self._made_list()
        self._list.adjustSize()
        below = self.mapToGlobal(QPoint(self.width() - self._list.width(), self.height() + 4))
        room = self.screen().availableGeometry()
        if below.y() + self._list.height() > room.bottom():
            below.setY(self.mapToGlobal(QPoint(0, -self._list.height() - 4)).y())
        self._list.move(below)
        self._list.show()
        first = self._list.findChild(QCheckBox)
        if isinstance(first, QCheckBox):
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _made_list(self) -> QFrame:
        frame = QFrame(self, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        frame.setObjectName("frozenList")
        frame.setProperty("role", "popover")
        page = QWidget()
        page.setProperty("role", "page")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(12, 8, 12, 8)
        rows.setSpacing(2)
        ticks = QSignalMapper(frame)
        ticks.mappedString.connect(self.tick)
        for part in self._parts:
            box = QCheckBox(f"{part.path}  ·  {tr('training.weights', count=words.count(part.params))}")
            box.setChecked(part.path in self._chosen)
            ticks.setMapping(box, part.path)
            box.toggled.connect(ticks.map)
            rows.addWidget(box)
        if not self._parts:
            rows.addWidget(QLabel(tr("training.frozen_unknown")))
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        wanted = page.sizeHint()
        scroll.setFixedSize(max(_WIDTH, wanted.width() + 16), min(wanted.height() + 2, _MOST_HEIGHT))
        column = QVBoxLayout(frame)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(scroll)
        return frame
