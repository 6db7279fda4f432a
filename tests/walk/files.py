"""Files that are dropped, pasted and opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.walk import stage as hand
from tests.walk.steps import MODS, Step, anywhere, for_keys, place_in

if TYPE_CHECKING:
    import random

    from tests.walk.props import Props
    from tests.walk.stage import Stage

_COPY = Qt.DropAction.CopyAction


def think_drop(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    kind = rng.choices(("files", "image", "text", "address", "bytes", "nothing"), (8, 2, 1, 1, 1, 0.5))[0]
    files = [str(props.any_file(rng)) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
    how = {"kind": kind, "files": files, "at": anywhere(rng), "leaves": rng.random() < 0.15}
    return Step("drop", hand.path_of(widget), how)


def take_drop(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    place = None if widget is None else hand.window_at(widget, place_in(widget, step.how))
    if place is None:
        return
    handle, at = place
    mime = props.mime(step.how["kind"], step.how["files"])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(handle, QDragEnterEvent(at, _COPY, mime, button, keys))
    moving = QDragMoveEvent(at, _COPY, mime, button, keys)
    QApplication.sendEvent(handle, moving)
    if step.how["leaves"] or not moving.isAccepted():
        QApplication.sendEvent(handle, QDragLeaveEvent())
    else:
        QApplication.sendEvent(handle, QDropEvent(QPointF(at), _COPY, mime, button, keys))


def think_paste(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    kind = rng.choice(("files", "image", "text", "bytes"))
    return Step("paste", "", {"kind": kind, "files": [str(props.any_file(rng))]})


def take_paste(step: Step, stage: Stage, props: Props) -> None:
    QGuiApplication.clipboard().setMimeData(props.mime(step.how["kind"], step.how["files"]))
    target = for_keys(stage)
    if target is not None:
        QTest.keyClick(target, Qt.Key.Key_V, MODS["ctrl"])


def think_file(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("file", str(rng.choice((*props.models, *props.garbage))), {})


def take_file(step: Step, stage: Stage, props: Props) -> None:
    """Opens a file as File > Open model does; a walk that clicked that would seldom get so far."""
    if QApplication.activeModalWidget() is None:
        stage.window.files.open(Path(step.target))
