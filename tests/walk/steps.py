"""Steps of a walk: each is thought of first, so that it can be written down, and then taken; both may meet nothing."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from explorer import catalogue
from explorer.gui.actions import ACTIONS
from tests.walk import stage as hand
from tests.walk.props import TEXTS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.walk.props import Props
    from tests.walk.stage import Stage

LABS = ("curves", "evaluation", "rate", "data", "signals")
SMALL = ("lenet", "lenet_bn", "mnist_residual", "mnist_inception")  # what is trained on a walk: others take minutes
DATA = ("digits", "shapes")
KEYS = (
    "Return", "Escape", "Tab", "Backtab", "Space", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown",
    "Delete", "Backspace", "F1", "F2", "F5", "F6", "F10", "F11", "Menu", "Plus", "Minus", "0", "1", "2", "3", "A", "F",
)  # fmt: skip
MODIFIERS = ("", "", "", "", "ctrl", "shift", "ctrl+shift", "alt")
NOT_BEFORE_THE_END = ("app.quit",)
_MODS = {
    "": Qt.KeyboardModifier.NoModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "ctrl+shift": Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
}
_BUTTONS = {
    "left": Qt.MouseButton.LeftButton,
    "right": Qt.MouseButton.RightButton,
    "middle": Qt.MouseButton.MiddleButton,
}
_COPY = Qt.DropAction.CopyAction


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


def _at(widget: QWidget, how: dict[str, Any], key: str = "at") -> QPoint:
    x, y = how[key]
    return QPoint(int(x * (widget.width() - 1)), int(y * (widget.height() - 1)))


def _anywhere(rng: random.Random) -> list[float]:
    return [round(rng.random(), 3), round(rng.random(), 3)] if rng.random() < 0.8 else [0.5, 0.5]


# -- mouse ------------------------------------------------------------------------------------------------------------


def think_click(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    button = rng.choices(("left", "right", "middle"), (10, 2, 0.3))[0]
    how = {"at": _anywhere(rng), "button": button, "keys": rng.choices(("", "ctrl", "shift"), (10, 1, 1))[0]}
    return Step("click", hand.path_of(widget), {**how, "double": rng.random() < 0.12})


def take_click(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        at, button, keys = _at(widget, step.how), _BUTTONS[step.how["button"]], _MODS[step.how["keys"]]
        hand.move(widget, at)
        hand.press(widget, at, button, keys)
        hand.release(widget, at, button, keys)
        if step.how["double"] and button == Qt.MouseButton.LeftButton:
            hand.double_click(widget, at)


def think_drag(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    how = {"at": _anywhere(rng), "to": [rng.uniform(-0.5, 1.5), rng.uniform(-0.5, 1.5)], "parts": rng.choice((1, 3, 9))}
    return Step(
        "drag", hand.path_of(widget), {**how, "button": rng.choice(("left", "left", "left", "middle", "right"))}
    )


def take_drag(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is None:
        return
    begin, end, parts = _at(widget, step.how), _at(widget, step.how, "to"), step.how["parts"]
    button = _BUTTONS[step.how["button"]]
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
        "at": _anywhere(rng),
        "delta": [delta, 0] if sideways else [0, delta],
        "keys": rng.choice(("", "ctrl", "shift")),
    }
    return Step("wheel", hand.path_of(widget), {**how, "times": rng.choice((1, 1, 3, 12))})


def take_wheel(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        for _ in range(step.how["times"]):
            hand.wheel(widget, _at(widget, step.how), QPoint(*step.how["delta"]), _MODS[step.how["keys"]])


def think_hover(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    return None if widget is None else Step("hover", hand.path_of(widget), {"at": _anywhere(rng), "to": _anywhere(rng)})


def take_hover(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    if widget is not None:
        from PySide6.QtGui import QHelpEvent

        for key in ("at", "to"):
            hand.move(widget, _at(widget, step.how, key))
        at = _at(widget, step.how, "to")
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))


# -- what has parts of its own ----------------------------------------------------------------------------------------


def think_cell(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    view = stage.pick(rng, QAbstractItemView)
    if not isinstance(view, QAbstractItemView) or isinstance(view, QHeaderView) or view.model() is None:
        return None
    how = {"row": rng.random(), "column": rng.random(), "button": rng.choice(("left", "left", "left", "right"))}
    return Step(
        "cell", hand.path_of(view), {**how, "keys": rng.choice(("", "", "ctrl")), "double": rng.random() < 0.15}
    )


def take_cell(step: Step, stage: Stage, props: Props) -> None:
    view = stage.find(step.target)
    if not isinstance(view, QAbstractItemView) or view.model() is None:
        return
    model = view.model()
    root = view.rootIndex()
    rows, columns = model.rowCount(root), 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    if rows and columns:
        index = model.index(int(step.how["row"] * rows), int(step.how["column"] * columns))
        view.scrollTo(index)
        at, button = view.visualRect(index).center(), _BUTTONS[step.how["button"]]
        hand.press(view.viewport(), at, button, _MODS[step.how["keys"]])
        hand.release(view.viewport(), at, button, _MODS[step.how["keys"]])
        if step.how["double"]:
            hand.double_click(view.viewport(), at)


def think_item(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    view = stage.pick(rng, QGraphicsView)
    if view is None:
        return None
    return Step("item", hand.path_of(view), {"which": rng.random(), "button": rng.choice(("left", "left", "right"))})


def take_item(step: Step, stage: Stage, props: Props) -> None:
    view = stage.find(step.target)
    if isinstance(view, QGraphicsView) and view.scene() is not None and (items := view.scene().items()):
        item = items[int(step.how["which"] * len(items))]
        at = view.mapFromScene(item.sceneBoundingRect().center())
        if view.viewport().rect().contains(at):
            button = _BUTTONS[step.how["button"]]
            hand.move(view.viewport(), at)
            hand.press(view.viewport(), at, button)
            hand.release(view.viewport(), at, button)


def think_tab(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    bar = stage.pick(rng, QTabBar)
    return None if bar is None else Step("tab", hand.path_of(bar), {"which": rng.random()})


def take_tab(step: Step, stage: Stage, props: Props) -> None:
    bar = stage.find(step.target)
    if isinstance(bar, QTabBar) and bar.count():
        at = bar.tabRect(int(step.how["which"] * bar.count())).center()
        hand.press(bar, at)
        hand.release(bar, at)


def think_menu(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    menu = QApplication.activePopupWidget()
    return Step("menu", "", {"which": rng.random()}) if isinstance(menu, QMenu) else None


def take_menu(step: Step, stage: Stage, props: Props) -> None:
    menu = QApplication.activePopupWidget()
    if isinstance(menu, QMenu):
        usable = [
            action
            for action in menu.actions()
            if action.isEnabled() and not action.isSeparator() and action.objectName() not in NOT_BEFORE_THE_END
        ]
        if usable:
            at = menu.actionGeometry(usable[int(step.how["which"] * len(usable))]).center()
            hand.move(menu, at)
            hand.press(menu, at)
            hand.release(menu, at)


def think_choose(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    box = stage.pick(rng, QComboBox)
    return None if box is None else Step("choose", hand.path_of(box), {"which": rng.random()})


def take_choose(step: Step, stage: Stage, props: Props) -> None:
    box = stage.find(step.target)
    if isinstance(box, QComboBox) and box.count():
        box.setFocus()
        wanted, before = int(step.how["which"] * box.count()), -1
        while box.currentIndex() not in (wanted, before):  # by its keys; one that cannot be chosen ends it
            before = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down if before < wanted else Qt.Key.Key_Up)


# -- keyboard ---------------------------------------------------------------------------------------------------------


def think_key(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {"key": rng.choice(KEYS), "keys": rng.choice(MODIFIERS), "times": rng.choice((1, 1, 1, 2, 5))}
    return Step("key", "", how)


def take_key(step: Step, stage: Stage, props: Props) -> None:
    key = getattr(Qt.Key, f"Key_{step.how['key']}")
    for _ in range(step.how["times"]):
        target = _for_keys(stage)
        if target is not None:
            QTest.keyClick(target, key, _MODS[step.how["keys"]])


def _for_keys(stage: Stage) -> QWidget | None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup
    return QApplication.focusWidget() or QApplication.activeWindow() or next(iter(stage.tops()), None)


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
                QTest.sendKeyEvent(QTest.KeyAction.Click, target, Qt.Key.Key_unknown, letter, _MODS[""])
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


# -- files ------------------------------------------------------------------------------------------------------------


def think_drop(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    widget = stage.pick(rng)
    if widget is None:
        return None
    kind = rng.choices(("files", "image", "text", "address", "bytes", "nothing"), (8, 2, 1, 1, 1, 0.5))[0]
    files = [str(props.any_file(rng)) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
    how = {"kind": kind, "files": files, "at": _anywhere(rng), "leaves": rng.random() < 0.15}
    return Step("drop", hand.path_of(widget), how)


def take_drop(step: Step, stage: Stage, props: Props) -> None:
    widget = stage.find(step.target)
    place = None if widget is None else hand.window_at(widget, _at(widget, step.how))
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
    target = _for_keys(stage)
    if target is not None:
        QTest.keyClick(target, Qt.Key.Key_V, _MODS["ctrl"])


def think_file(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("file", str(rng.choice((*props.models, *props.garbage))), {})


def take_file(step: Step, stage: Stage, props: Props) -> None:
    """Opens a file as File > Open model does; a walk that clicked that would seldom get so far."""
    if QApplication.activeModalWidget() is None:
        stage.window.files.open(Path(step.target))


# -- the window and the world around it -------------------------------------------------------------------------------


def think_window(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {
        "what": rng.choice(
            ("size", "size", "size", "maximise", "full", "normal", "minimise", "away", "back", "palette")
        )
    }
    return Step(
        "window", "", {**how, "size": [rng.choice((1000, 1100, 1280, 1600, 2600)), rng.choice((640, 800, 1000, 1400))]}
    )


def take_window(step: Step, stage: Stage, props: Props) -> None:
    window, what = stage.window, step.how["what"]
    if what == "size":
        window.resize(QSize(*step.how["size"]))
    elif what == "palette":
        QApplication.sendEvent(QGuiApplication.instance(), QEvent(QEvent.Type.ApplicationPaletteChange))
    elif what == "away":
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    elif what == "back":
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    else:
        acts = {"maximise": window.showMaximized, "full": window.showFullScreen, "normal": window.showNormal}
        acts.get(what, window.showMinimized)()
        if what == "minimise":
            window.showNormal()


def think_wait(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("wait", "", {"ms": rng.choice((50, 200, 600, 1500))})


def take_wait(step: Step, stage: Stage, props: Props) -> None:
    """Nothing: the walk goes on after so many milliseconds."""


def think_network(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    cards = [name for name in catalogue.cards() if not name.startswith("torchvision/")]
    return Step("network", rng.choice((*cards, *SMALL, *SMALL)), {})


def take_network(step: Step, stage: Stage, props: Props) -> None:
    """Picks a network that is quick to look into; the list itself is used by the other steps."""
    if QApplication.activeModalWidget() is None:
        stage.window.state.set_choice(catalogue.find(step.target).default_choice())


def think_lab(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    wanted = stage.area.removesuffix("Page").lower()
    return Step("lab", wanted if wanted in LABS and rng.random() < 0.8 else rng.choice(LABS), {})


def take_lab(step: Step, stage: Stage, props: Props) -> None:
    if QApplication.activeModalWidget() is None:
        stage.window.workspaces.show_lab(step.target)


def think_train(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {"network": rng.choice(SMALL), "data": rng.choice(DATA), "epochs": rng.choice(("1", "2", "30"))}
    return Step("train", "", how)


def take_train(step: Step, stage: Stage, props: Props) -> None:
    """Begins a training that steps do not take long in, or tries to."""
    state, window = stage.window.state, stage.window
    if QApplication.activeModalWidget() is not None or not state.is_ready:
        return
    state.set_choice(catalogue.find(step.how["network"]).default_choice())
    state.dataset_requested.emit(step.how["data"])
    epochs = window.findChild(QAbstractSpinBox, "epochsField")
    if epochs is not None and epochs.isEnabled():
        epochs.findChild(QLineEdit).setText(step.how["epochs"])
        epochs.interpretText()
    if window.commands["run.start"].isEnabled():
        window.commands["run.start"].trigger()


def think_disk(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("disk", "", {"what": rng.choice(("cut", "remove", "touch")), "which": rng.random()})


def take_disk(step: Step, stage: Stage, props: Props) -> None:
    """Somebody else changes a file of a model, or a file in the folder of a run that is over."""
    is_on = {stage.window.state.training}
    runs = [
        path for path in (Path(os.environ["CNN_EXPLORER_HOME"]) / "runs").glob("*/*") if path.parent.name not in is_on
    ]
    files = sorted(path for path in runs if path.is_file() and "lock" not in path.name) + props.models
    file = files[int(step.how["which"] * len(files))]
    if step.how["what"] == "touch" and file.exists():
        os.utime(file, (time.time(), time.time()))
    elif step.how["what"] == "remove":
        file.unlink(missing_ok=True)
    elif file.exists():
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])


# -- the end ----------------------------------------------------------------------------------------------------------


def think_end(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("end", "", {"how": rng.choice(("close", "close", "action", "interrupt", "terminate", "quit"))})


def take_end(step: Step, stage: Stage, props: Props) -> None:
    how = step.how["how"]
    if how == "close":
        stage.window.close()
    elif how == "action":
        stage.window.commands["app.quit"].trigger()
    elif how == "quit":
        QApplication.instance().quit()
    else:
        os.kill(os.getpid(), signal.SIGINT if how == "interrupt" else signal.SIGTERM)


KINDS = {
    "click": Kind(30, think_click, take_click),
    "cell": Kind(6, think_cell, take_cell),
    "item": Kind(6, think_item, take_item),
    "tab": Kind(3, think_tab, take_tab),
    "menu": Kind(25, think_menu, take_menu),  # none where no menu is open
    "choose": Kind(5, think_choose, take_choose),
    "drag": Kind(5, think_drag, take_drag),
    "wheel": Kind(4, think_wheel, take_wheel),
    "hover": Kind(4, think_hover, take_hover),
    "key": Kind(8, think_key, take_key),
    "write": Kind(7, think_write, take_write),
    "action": Kind(6, think_action, take_action),
    "drop": Kind(4, think_drop, take_drop),
    "paste": Kind(1.5, think_paste, take_paste),
    "file": Kind(0.7, think_file, take_file),
    "window": Kind(2, think_window, take_window),
    "wait": Kind(4, think_wait, take_wait),
    "network": Kind(3, think_network, take_network),
    "lab": Kind(2.5, think_lab, take_lab),
    "train": Kind(2, think_train, take_train),
    "disk": Kind(0.6, think_disk, take_disk),
    "end": Kind(0, think_end, take_end),
}
