"""What is typed: keys, words, shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from explorer.gui.actions import ACTIONS
from tests.walk import stage as hand
from tests.walk.props import TEXTS
from tests.walk.steps import MODS, NOT_BEFORE_THE_END, Step, for_keys

if TYPE_CHECKING:
    import random

    from tests.walk.props import Props
    from tests.walk.stage import Stage

KEYS = (
    "Return", "Escape", "Tab", "Backtab", "Space", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown",
    "Delete", "Backspace", "F1", "F2", "F5", "F6", "F10", "F11", "Menu", "Plus", "Minus", "0", "1", "2", "3", "A", "F",
)  # fmt: skip
MODIFIERS = ("", "", "", "", "ctrl", "shift", "ctrl+shift", "alt")


def think_key(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {"key": rng.choice(KEYS), "keys": rng.choice(MODIFIERS), "times": rng.choice((1, 1, 1, 2, 5))}
    return Step("key", "", how)


def take_key(step: Step, stage: Stage, props: Props) -> None:
    key = getattr(Qt.Key, f"Key_{step.how['key']}")
    for _ in range(step.how["times"]):
        target = for_keys(stage)
        if target is not None:
            QTest.keyClick(target, key, MODS[step.how["keys"]])


def think_write(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    field_ = stage.pick(rng, (QLineEdit, QAbstractSpinBox))
    if field_ is None:
        return None
    how = {
        "text": rng.choice(TEXTS),
        "all": rng.random() < 0.7,
        "end": rng.choice(("Return", "Return", "Tab", "Escape", "")),
    }
    return Step("write", hand.path_of(field_), {**how, "composed": rng.random() < 0.15})


def take_write(step: Step, stage: Stage, props: Props) -> None:
    field_ = stage.find(step.target)
    line = field_ if isinstance(field_, QLineEdit) else None if field_ is None else field_.findChild(QLineEdit)
    if not isinstance(line, QLineEdit):
        return
    line.setFocus()
    if step.how["all"]:
        line.selectAll()
    words = str(step.how["text"])
    if step.how["composed"] or len(words) > 40:
        event = QInputMethodEvent(words[:3], [])
        QApplication.sendEvent(line, event)
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(line, event)
    else:
        for letter in words:
            target = QApplication.focusWidget()
            if target is not None:
                QTest.sendKeyEvent(QTest.KeyAction.Click, target, Qt.Key.Key_unknown, letter, MODS[""])
    target = QApplication.focusWidget()
    if step.how["end"] and target is not None:
        QTest.keyClick(target, getattr(Qt.Key, f"Key_{step.how['end']}"))


def think_action(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    names = [action.id for action in ACTIONS if action and action.id not in NOT_BEFORE_THE_END]
    return Step("action", rng.choice(names), {})


def take_action(step: Step, stage: Stage, props: Props) -> None:
    action = stage.window.commands[step.target]
    if action.isEnabled() and QApplication.activeModalWidget() is None:
        action.trigger()
