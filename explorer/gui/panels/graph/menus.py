"""What the menus of the graph offer: that of a box, and that of the view."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.graph.alike import alike
from explorer.graph.model import LayerGraph
from explorer.gui.panels.graph.overlay import Overlay
from explorer.gui.services.opening import Opening
from explorer.gui.state import AppState
from explorer.gui.text import say, tr
from explorer.gui.widgets.fields.find_field import FindField
from explorer.gui.widgets.graph.facts import has_modes

Target = tuple[str, int]

_Key = QKeySequence.StandardKey


def fill_for_target(menu: QMenu, graph: LayerGraph, target: Target, opening: Opening, field: FindField) -> None:
    """What can be done with a box or frame."""
    if target[0] == "block":
        block = target[1]
        is_open = block in opening.open_blocks
        menu.addAction(tr("graph.close_block" if is_open else "graph.open_block"), partial(opening.toggle, target))
        menu.addAction(tr("graph.open_inside"), partial(opening.open_inside, block))
        if is_open:
            menu.addAction(tr("graph.close_inside"), partial(opening.close_inside, block))
        menu.addSeparator()
    path = path_of(graph, target)
    group = alike(graph, target)
    menu.addAction(tr("graph.copy_path"), partial(QGuiApplication.clipboard().setText, path))
    menu.addAction(tr("graph.highlight_all", words=say(group.words)), partial(field.setText, group.query))
    menu.addSeparator()


def fill_for_changes(menu: QMenu, opening: Opening) -> None:
    """The way back through changes of the view, and forth again."""
    for name, key, can, do in (
        ("undo", _Key.Undo, opening.can_undo, opening.undo),
        ("redo", _Key.Redo, opening.can_redo, opening.redo),
    ):
        action = menu.addAction(tr(f"graph.{name}"), do)
        action.setShortcut(QKeySequence(key))
        action.setEnabled(can)


@dataclass(frozen=True, slots=True)
class Option:
    """Something of the view that is on or off; `key` names its words and `key_tip` its tool tip."""

    key: str
    is_on: bool
    set: Callable[[bool], object]
    is_enabled: bool = True


def options(state: AppState, opening: Opening, overlay: Overlay, arrange: Callable[[], object]) -> tuple[Option, ...]:
    """What of the graph's drawing can be switched; `arrange` is called when `overlay` shows more or less."""

    def want(name: str, wants: bool) -> None:
        setattr(overlay, f"wants_{name}", wants)
        arrange()

    def train(is_training: bool) -> None:
        state.set_graph_mode("train" if is_training else "eval")

    can_train = state.graph is not None and has_modes(state.graph)
    return (
        Option("fold_repeats", opening.folds, opening.set_folds),
        Option("training_mode", state.graph_mode == "train", train, can_train),
        Option("show_costs", overlay.wants_costs, partial(want, "costs")),
        Option("show_minimap", overlay.wants_minimap, partial(want, "minimap")),
    )


def fill_options(menu: QMenu, opening: Opening, *options: Option) -> None:
    """How the graph is drawn, and the way back."""
    menu.clear()
    menu.setToolTipsVisible(True)
    for option in options:
        action = menu.addAction(tr(f"graph.{option.key}"))
        action.setToolTip(tr(f"graph.{option.key}_tip"))
        action.setCheckable(True)
        action.setChecked(option.is_on)
        action.setEnabled(option.is_enabled)
        action.toggled.connect(option.set)
    menu.addSeparator()
    fill_for_changes(menu, opening)


def path_of(graph: LayerGraph, target: Target) -> str:
    """The path of a node or block as it stands in the model."""
    things = graph.nodes if target[0] == "node" else graph.blocks
    return things[target[1]].path
