"""What there is to be used at the moment: windows that take input, their widgets with names that last, and a hand."""

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QScrollBar,
    QSplitterHandle,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from explorer.gui.main_window import MainWindow

Button, Mods = Qt.MouseButton, Qt.KeyboardModifier
_WEIGHTS: tuple[tuple[type[QWidget], float], ...] = (
    (QAbstractButton, 6.0),
    (QComboBox, 4.0),
    (QLineEdit, 2.0),
    (QAbstractSpinBox, 4.0),
    (QTabBar, 5.0),
    (QMenu, 8.0),
    (QHeaderView, 2.0),
    (QSplitterHandle, 0.5),
    (QScrollBar, 0.5),
)
FAVOUR = 8
_PLAIN, _OWN, _USED = 0.1, 1.0, 4.0  # weights of a plain widget, one of the program's, one of them that takes the mouse


class Stage:
    """The program's window as one who sits before it finds it.

    Args:
        area: The name of a class of widget: what is in one is used sooner.

    Attributes:
        visits: How often each widget was used; what was used less is used sooner.
    """

    def __init__(self, window: MainWindow, area: str = "") -> None:
        self.window, self.area = window, area
        self.visits: Counter[str] = Counter()

    def tops(self) -> list[QWidget]:
        """Windows that take input now: the open menu alone, or the dialog that stands before all, or all."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return [popup]
        modal = QApplication.activeModalWidget()
        if modal is not None and modal.isVisible():
            return [modal]
        kinds = (Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen)
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.windowType() not in kinds]

    def widgets(self) -> Iterator[QWidget]:
        """All that can be seen and used."""
        for top in self.tops():
            if top.isEnabled():
                yield top
            for child in top.findChildren(QWidget):
                if child.isVisible() and child.isEnabled() and child.window() is top and can_be_seen(child):
                    yield child

    def pick(self, rng: random.Random, kind: type[QWidget] | tuple[type[QWidget], ...] = QWidget) -> QWidget | None:
        """Any of them, sooner those that do something; the same for the same `rng` also when others are there too."""
        salt = rng.random()
        best: QWidget | None = None
        highest = -1.0
        for widget in self.widgets():
            if isinstance(widget, kind):
                name = path_of(widget)
                favour = FAVOUR if self.area and self.area in name else 1
                weight = favour * weight_of(widget) / (1 + self.visits[name])
                score = random.Random(f"{salt}{name}").random() ** (1 / weight)
                if score > highest:
                    best, highest = widget, score
        return best

    def find(self, path: str) -> QWidget | None:
        """The widget of this path, if it can be used now."""
        for widget in self.widgets():
            if path_of(widget) == path:
                self.visits[path] += 1
                return widget
        return None


def path_of(widget: QWidget) -> str:
    """A name that says where the widget is, the same in each walk."""
    parts = []
    at: QWidget | None = widget
    while at is not None:
        name = at.objectName() if at.objectName()[:3] != "qt_" else ""
        parent = None if at.isWindow() else at.parentWidget()
        kind = type(at).__name__
        if parent is not None and not name:
            same = [one for one in parent.children() if type(one).__name__ == kind and isinstance(one, QWidget)]
            name = str(same.index(at))
        parts.append(f"{kind}:{name}")
        at = parent
    return "/".join(reversed(parts))


def can_be_seen(widget: QWidget) -> bool:
    return widget.width() > 1 and widget.height() > 1 and not widget.visibleRegion().isEmpty()


def weight_of(widget: QWidget) -> float:
    for kind, weight in _WEIGHTS:
        if isinstance(widget, kind):
            return weight
    if isinstance(widget.parentWidget(), QAbstractScrollArea) and widget.parentWidget().viewport() is widget:
        return _USED if isinstance(widget.parentWidget(), QAbstractItemView | QGraphicsView) else _PLAIN
    return _own_weight(type(widget))


@cache
def _own_weight(kind: type[QWidget]) -> float:
    own = [one for one in kind.__mro__ if one.__module__.startswith("explorer.")]
    if any("mousePressEvent" in vars(one) or "mouseReleaseEvent" in vars(one) for one in own):
        return _USED
    return _OWN if own else _PLAIN


# -- the hand: events go to the window, as from the system, so that menus and dialogs hold back what they hold back ----


def press(widget: QWidget, at: QPoint, button: Button = Button.LeftButton, keys: Mods = Mods.NoModifier) -> None:
    _send(QEvent.Type.MouseButtonPress, widget, at, button, button, keys)


def release(widget: QWidget, at: QPoint, button: Button = Button.LeftButton, keys: Mods = Mods.NoModifier) -> None:
    _send(QEvent.Type.MouseButtonRelease, widget, at, button, Button.NoButton, keys)


def double_click(widget: QWidget, at: QPoint) -> None:
    _send(QEvent.Type.MouseButtonDblClick, widget, at, Button.LeftButton, Button.LeftButton, Mods.NoModifier)
    release(widget, at)


def move(widget: QWidget, at: QPoint, held: Button = Button.NoButton) -> None:
    _send(QEvent.Type.MouseMove, widget, at, Button.NoButton, held, Mods.NoModifier)


def wheel(widget: QWidget, at: QPoint, delta: QPoint, keys: Mods) -> None:
    place = window_at(widget, at)
    if place is not None:
        handle, inside = place
        event = QWheelEvent(
            QPointF(inside), QPointF(handle.mapToGlobal(inside)), QPoint(), delta, Button.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(handle, event)


def window_at(widget: QWidget, at: QPoint) -> tuple[QWindow, QPoint] | None:
    """The system's window that `widget` is in, and the place there; None when it is gone, which a click can bring."""
    if not isValid(widget):
        return None
    handle = widget.window().windowHandle()
    return None if handle is None else (handle, widget.mapTo(widget.window(), at))


def _send(kind: QEvent.Type, widget: QWidget, at: QPoint, button: Button, held: Button, keys: Mods) -> None:
    place = window_at(widget, at)
    if place is not None:
        handle, inside = place
        event = QMouseEvent(kind, QPointF(inside), QPointF(handle.mapToGlobal(inside)), button, held, keys)
        QApplication.sendEvent(handle, event)
