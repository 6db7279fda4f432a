"""What a step is, and what all need: it is thought of first, so that it can be written down, and then taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.walk.props import Props
    from tests.walk.stage import Stage

NOT_BEFORE_THE_END = ("app.quit",)
MODS = {
    "": Qt.KeyboardModifier.NoModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "ctrl+shift": Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
}
BUTTONS = {
    "left": Qt.MouseButton.LeftButton,
    "right": Qt.MouseButton.RightButton,
    "middle": Qt.MouseButton.MiddleButton,
}


@dataclass
class Step:
    """What is done, to which widget (its path, or ""), and how; plain values that can be written as JSON."""

    name: str
    target: str = ""
    how: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of step: thinks of one, or of none; takes it."""

    weight: float
    think: Callable[[random.Random, Stage, Props], Step | None]
    take: Callable[[Step, Stage, Props], None]


def place_in(widget: QWidget, how: dict[str, Any], key: str = "at") -> QPoint:
    x, y = how[key]
    return QPoint(int(x * (widget.width() - 1)), int(y * (widget.height() - 1)))


def anywhere(rng: random.Random) -> list[float]:
    return [round(rng.random(), 3), round(rng.random(), 3)] if rng.random() < 0.8 else [0.5, 0.5]


def for_keys(stage: Stage) -> QWidget | None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup
    return QApplication.focusWidget() or QApplication.activeWindow() or next(iter(stage.tops()), None)
