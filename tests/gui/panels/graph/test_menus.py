"""The menus of the graph: highlighting, folding, and the way back through changes of the view."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph.views import Detail
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import GraphNote
from explorer.gui.widgets.graph.facts import facts
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, node, settle


def options(panel: GraphPanel) -> dict[str, QAction]:
    panel.tools.options_menu.aboutToShow.emit()
    return {action.text(): action for action in panel.tools.options_menu.actions()}


def repeats(panel: GraphPanel) -> list[int]:
    return [box.repeat for box in panel.view.graph_scene.picture.boxes if box.repeat > 1]


def test_highlight_all_marks_all_of_a_kind_and_says_how_many(make: MakePanel) -> None:
    panel = make()
    graph = carried("googlenet")
    actions = {action.text(): action for action in panel._menu(node(graph, "b3.0.p2_2")).actions()}
    actions["Highlight all 3×3 convolutions"].trigger()
    wanted = [each for each in graph.nodes if each.kind == "Conv2d" and each.attributes["kernel_size"] in (3, (3, 3))]
    assert panel.finder.targets == tuple(("node", each.index) for each in wanted)
    assert str(len(wanted)) in panel.tools.search._count.text()
    assert node(graph, "b3.0.p2_2") in panel.view.graph_scene.sheet.found
    assert node(graph, "b3.0.p3_2") not in panel.view.graph_scene.sheet.found
    block_actions = {action.text() for action in panel._menu(block(graph, "b3.0")).actions()}
    assert "Highlight all Inception blocks" in block_actions


def unfolded(make: MakePanel, qtbot: QtBot) -> GraphPanel:
    """A network with many equal blocks, each of which is shown."""
    panel = make("torchvision/vit_b_16")
    assert repeats(panel)
    options(panel)["Fold repeats"].trigger()
    settle(qtbot, panel)
    return panel


def test_folding_shows_equal_neighbours_once_with_their_number(make: MakePanel, qtbot: QtBot) -> None:
    panel = unfolded(make, qtbot)
    assert not repeats(panel)
    before = len(panel.view.graph_scene.picture.boxes)
    fold = options(panel)["Fold repeats"]
    assert not fold.isChecked()
    fold.trigger()
    settle(qtbot, panel)
    assert sum(repeats(panel)) - len(repeats(panel)) == before - len(panel.view.graph_scene.picture.boxes) > 0
    assert options(panel)["Fold repeats"].isChecked()
    box = next(box for box in panel.view.graph_scene.picture.boxes if box.repeat > 1)
    assert f"×{box.repeat}" in panel.view.graph_scene.sheet.words(box.target, box.repeat, box.joined).title


def test_folding_is_undone_like_opening_and_holds_for_the_next_detail(make: MakePanel, qtbot: QtBot) -> None:
    panel = unfolded(make, qtbot)
    qtbot.keyClick(panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, panel)
    assert repeats(panel)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(panel.view, Qt.Key.Key_Z, both)
    settle(qtbot, panel)
    assert not repeats(panel)
    panel.opening.set_detail(Detail.STAGES)
    settle(qtbot, panel)
    assert not panel.opening.folds
    assert not repeats(panel)


def test_undo_and_redo_can_be_chosen_only_where_there_is_something(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph = carried("googlenet")
    undo, redo = "Undo change of the view", "Redo change of the view"
    assert not options(panel)[undo].isEnabled()
    panel.opening.toggle(block(graph, "b2"))
    settle(qtbot, panel)
    assert options(panel)[undo].isEnabled()
    assert not options(panel)[redo].isEnabled()
    options(panel)[undo].trigger()
    settle(qtbot, panel)
    assert not panel.view.graph_scene.is_open(block(graph, "b2"))
    qtbot.keyClick(panel.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, panel)
    assert panel.view.graph_scene.is_open(block(graph, "b2"))


def test_costs_and_overview_can_be_put_away(make: MakePanel) -> None:
    panel = make()
    assert panel.overlay.costs.isVisible()
    assert panel.minimap.isVisible()
    options(panel)["Costs along the depth"].trigger()
    options(panel)["Overview"].trigger()
    assert not panel.overlay.costs.isVisible()
    assert not panel.minimap.isVisible()
    panel.view.scroll_by(0, 50)
    assert not panel.minimap.isVisible()
    options(panel)["Overview"].trigger()
    assert panel.minimap.isVisible()


def test_training_mode_is_offered_where_it_runs_something_else(make: MakePanel) -> None:
    assert not options(make("lenet"))["Training mode"].isEnabled()
    panel = make("torchvision/inception_v3")
    action = options(panel)["Training mode"]
    assert action.isEnabled()
    assert not action.isChecked()
    action.trigger()
    assert panel._state.graph_mode == "train"
    assert options(panel)["Training mode"].isChecked()
    options(panel)["Training mode"].trigger()
    assert panel._state.graph_mode == "eval"


def test_parameters_that_are_not_used_are_said(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/inception_v3")
    graph = carried("torchvision/inception_v3")
    assert panel.overlay.note.text().startswith("3.33 M of 27.2 M parameters are not used when predicting.")
    panel._state.set_graph(replace(graph, mode="train", unused_params=0))
    settle(qtbot, panel)
    assert panel.overlay.note.text() == "Training mode: all 23.8 M parameters are used."
    panel._state.set_graph(carried("lenet"))
    settle(qtbot, panel)
    assert not panel.overlay.note.isVisible()


def test_dropout_says_that_it_is_idle_when_predicting() -> None:
    graph = carried("alexnet")
    target = ("node", next(each.index for each in graph.nodes if each.kind == "Dropout"))
    assert ("Note", "passes its input on, except in training") in facts(graph, target)
    assert not any(name == "Note" for name, _ in facts(replace(graph, mode="train"), target))


def test_what_is_said_of_modes_is_not_laid_over_the_table(make: MakePanel) -> None:
    panel = make("torchvision/inception_v3")
    assert panel.overlay.note.isVisible()
    assert not panel.overlay.note.geometry().intersects(panel.minimap.geometry())
    panel.show_page("table")
    assert not panel.overlay.note.isVisible()
    panel._state.set_graph_note(GraphNote(Text("Tracing.", "追踪。")))
    assert panel.overlay.note.isVisible()
    assert panel.overlay.note.geometry().bottom() < panel.table.sums.geometry().top()
    panel._state.set_graph_note(None)
    panel.show_page("graph")
    assert panel.overlay.note.isVisible()
