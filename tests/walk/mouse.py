"""What the mouse does anywhere: clicks, drags, the wheel, a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication

from tests.walk import stage as hand
from tests.walk.steps import BUTTONS, MODS, Step, anywhere, place_in

if TYPE_CHECKING:
    import random

    from tests.walk.props import Props
    from tests.walk.stage import Stage


def think_click(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    button = rng.choices(("left", "right", "middle"), (10, 2, 0.3))[0]
    how = {"at": anywhere(rng), "button": button, "keys": rng.choices(("", "ctrl", "shift"), (10, 1, 1))[0]}
    return Step("click", hand.path_of(widget), {**how, "double": rng.random() < 0.12})


def take_click(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        at, button, keys = place_in(widget, step.how), BUTTONS[step.how["button"]], MODS[step.how["keys"]]
        hand.move(widget, at)
        hand.press(widget, at, button, keys)
        hand.release(widget, at, button, keys)
        if step.how["double"] and button == Qt.MouseButton.LeftButton:
            hand.double_click(widget, at)


def think_drag(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    how = {"at": anywhere(rng), "to": [rng.uniform(-0.5, 1.5), rng.uniform(-0.5, 1.5)], "parts": rng.choice((1, 3, 9))}
    return Step(
        "drag", hand.path_of(widget), {**how, "button": rng.choice(("left", "left", "left", "middle", "right"))}
    )


def take_drag(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is None:
        return
    begin, end, parts = place_in(widget, step.how), place_in(widget, step.how, "to"), step.how["parts"]
    button = BUTTONS[step.how["button"]]
    hand.press(widget, begin, button)
    for part in range(1, parts + 1):
        hand.move(widget, begin + (end - begin) * part / parts, button)
    hand.release(widget, end, button)


def think_wheel(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    delta = rng.choice((120, -120, 1200, -1200, 7))
    sideways = rng.random() < 0.2
    how = {
        "at": anywhere(rng),
        "delta": [delta, 0] if sideways else [0, delta],
        "keys": rng.choice(("", "ctrl", "shift")),
    }
    return Step("wheel", hand.path_of(widget), {**how, "times": rng.choice((1, 1, 3, 12))})


def take_wheel(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        for _ in range(step.how["times"]):
            hand.wheel(widget, place_in(widget, step.how), QPoint(*step.how["delta"]), MODS[step.how["keys"]])


def think_hover(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    return None if widget is None else Step("hover", hand.path_of(widget), {"at": anywhere(rng), "to": anywhere(rng)})


def take_hover(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        for key in ("at", "to"):
            hand.move(widget, place_in(widget, step.how, key))
        at = place_in(widget, step.how, "to")
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
