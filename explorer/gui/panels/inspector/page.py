"""What the five pages of the inspector have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.background import Latest
from explorer.gui.panels.inspector.subject import Subject, subject_of, why_no_layer
from explorer.gui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.gui.state import AppState
    from explorer.inspection.insight import Array


BAR = 10  # px, the width of a scroll bar in the style sheet


class Drawer(QObject):
    """Draws off the GUI thread for the page that is shown; the newest request counts."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._latest = Latest("drawing", self)
        self._latest.done.connect(self._on_done)
        self._latest.failed.connect(self._on_failed)
        self._then: Callable[[Any], None] = _ignore
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        return self._latest.is_busy

    def request(self, work: Callable[[], object], then: Callable[[Any], None]) -> None:
        """Runs `work` on a worker, then `then` with its result on the GUI thread."""
        if not self._is_closed:
            self._then = then
            self._latest.request(work)

    def cancel(self) -> None:
        self._latest.cancel()

    def close(self) -> None:
        """Ends the worker; nothing is drawn any more."""
        self._is_closed = True
        self._latest.close()

    def _on_done(self, result: object) -> None:
        self._then(result)

    def _on_failed(self, error: Exception) -> None:
        raise error


class Page(QWidget):
    """One page. `refresh` is called while it is shown and something that it shows may have changed."""

    def __init__(self, state: AppState, drawer: Drawer, name: str) -> None:
        super().__init__()
        self.state, self.drawer = state, drawer
        self.setObjectName(name)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 2, 0, 0)
        self.box.setSpacing(8)
        self.empty = QLabel(self, wordWrap=True)
        self.empty.setProperty("role", "empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)

    def fill(self, *widgets: QWidget) -> None:
        """Puts the widgets below each other, scrolling ones to the edge; one of them takes the height that is left."""
        self.box.addLayout(inset(self.empty))
        for widget in widgets:
            if isinstance(widget, Scroll):
                self.box.addWidget(widget, 1)
            else:
                self.box.addLayout(inset(widget))

    def refresh(self) -> None:
        """Shows the present state."""

    def retranslate(self) -> None:
        """Takes the words of the present language; `refresh` follows."""

    def subject(self) -> Subject | None:
        return subject_of(self.state.graph, self.state.selection)

    def activation(self) -> Array | None:
        """The output of the layer for the image, once it is known."""
        subject, insight = self.subject(), self.state.insight
        return None if subject is None or insight is None else insight.activations.get(subject.node.path)

    def has_past(self) -> bool:
        """The run that is looked into has several stored moments."""
        return self.state.past is not None and len(self.state.past.moments) > 1

    def past_ends(self, *, of_weights: bool = False) -> tuple[float, float] | None:
        """The lowest and highest value of the layer at any stored moment, or now; None while no moment is known."""
        subject, past, insight = self.subject(), self.state.past, self.state.insight
        if subject is None or past is None or insight is None:
            return None
        path = subject.node.path
        ends = past.ends(path, of_weights=of_weights)
        values = (insight.filters if of_weights else insight.activations).get(path)
        if ends is None or values is None or values.size == 0:
            return None
        low, high = float(values.min()), float(values.max())
        return (min(low, ends[0]), max(high, ends[1])) if math.isfinite(low) and math.isfinite(high) else ends

    def why_nothing(self) -> str:
        """What to say where there is no activation to show."""
        if self.subject() is None:
            return why_no_layer(self.state)
        if not self.state.is_ready:
            return tr("inspector.loading")
        if self.state.image is None:
            return tr("inspector.no_image")
        if self.state.is_own_model and self.state.insight is None:
            return tr("models.does_not_run" if self.state.has_misfit else "models.looking")
        return tr("inspector.looking") if self.state.insight is None else tr("inspector.not_kept")

    def show_empty(self, words: str) -> None:
        """Shows `words` in place of the page's content, or the content if they are ""."""
        self.empty.setText(words)
        self.empty.setVisible(bool(words))
        for widget in self.contents():
            widget.setVisible(not words)

    def contents(self) -> tuple[QWidget, ...]:
        """What is hidden while the page is empty."""
        return ()


class Scroll(QScrollArea):
    """Scrolls up and down only. The bar's room is always kept: else the width would depend on the height and back."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._on_range()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        content.setProperty("role", "page")
        self.setWidget(content)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _on_range(self) -> None:
        """Without anything to scroll the bar is not seen."""
        bar = self.verticalScrollBar()
        theme.set_state(bar, "" if bar.maximum() else "none", "range")


def label(role: str, *, wrap: bool = False) -> QLabel:
    """A label of a role of the style sheet."""
    result = QLabel(wordWrap=wrap)
    result.setProperty("role", role)
    return result


def inset(widget: QWidget) -> QHBoxLayout:
    """A row that leaves the room of a scroll bar at its right, so that it ends where scrolled content does."""
    box = QHBoxLayout()
    box.setContentsMargins(0, 0, BAR, 0)
    box.addWidget(widget)
    return box


def row(*widgets: QWidget | None, spacing: int = 8) -> QWidget:
    """Widgets side by side; None is a stretch."""
    result = QWidget()
    box = QHBoxLayout(result)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            box.addStretch(1)
        else:
            box.addWidget(widget)
    return result


def _ignore(_result: object) -> None:
    """Nothing was asked for."""
