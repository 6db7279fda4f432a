"""What is done to a part of a widget: a cell, a box of the graph, a tab, an entry of a menu or list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QGraphicsView, QHeaderView, QMenu, QTabBar

from tests.walk import stage as hand
from tests.walk.steps import BUTTONS, MODS, NOT_BEFORE_THE_END, Step

if TYPE_CHECKING:
    import random

    from tests.walk.props import Props
    from tests.walk.stage import Stage


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
        at, button = view.visualRect(index).center(), BUTTONS[step.how["button"]]
        hand.press(view.viewport(), at, button, MODS[step.how["keys"]])
        hand.release(view.viewport(), at, button, MODS[step.how["keys"]])
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
            button = BUTTONS[step.how["button"]]
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
