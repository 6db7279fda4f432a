"""What is selected, moved, zoomed or opened on one side is so on the other."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.gui.panels.compare import ComparePanel
from explorer.gui.widgets.graph.sheet import Target
from tests.gui.panels.compare.beside import click, is_seen, node, selected, show


def test_layer_is_selected_on_both_sides_and_seen(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    panel.tools.link.setChecked(False)
    last = next(node for node in reversed(comparison.graphs[0].nodes) if node.kind == "Linear")
    other = ("node", comparison.counterparts[0][last.index])
    assert not is_seen(panel.right, other)
    click(qtbot, panel.left, ("node", last.index))
    assert selected(panel.left) == ("node", last.index)
    assert selected(panel.right) == other
    assert is_seen(panel.right, other)


def test_layer_that_is_only_on_one_side_has_no_counterpart(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    alone = next(pair.right for pair in comparison.alignments[0] if pair.left is None and pair.right is not None)
    target = panel.right.view.graph_scene.owner(alone)
    assert target is not None
    click(qtbot, panel.right, target)
    assert selected(panel.right) == target
    assert selected(panel.left) is None
    assert "only here" in panel.right.view.accessibleDescription()


def test_keys_walk_along_both_graphs(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.left.view.setFocus()
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Home)
    assert (selected(panel.left), selected(panel.right)) == (("node", 0), ("node", 0))
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Down)
    assert selected(panel.left) == node(panel.left, "features.0")
    assert selected(panel.right) == node(panel.right, "features.0")
    qtbot.keyClick(panel.left.view, Qt.Key.Key_Escape)
    assert (selected(panel.left), selected(panel.right)) == (None, None)


def ends(panel: ComparePanel) -> tuple[Target, Target]:
    found = []
    for side in panel.sides:
        graph = side.state.graph
        assert graph is not None
        found.append(("node", len(graph.nodes) - 1))
    return found[0], found[1]


@pytest.mark.parametrize("leader", [0, 1])
def test_both_come_to_the_end_and_the_beginning_at_once(panel: ComparePanel, leader: int) -> None:
    here, there = panel.sides[leader], panel.sides[1 - leader]
    view = here.view
    view.scroll_by(0, (view.graph_scene.picture.height - view.visible().bottom() + 20) * view.zoom)
    assert is_seen(here, ends(panel)[leader])
    assert is_seen(there, ends(panel)[1 - leader])
    view.show_top()
    assert is_seen(there, ("node", 0))


def test_zoom_is_the_same_on_both_sides(panel: ComparePanel) -> None:
    panel.right.view.set_zoom(0.5)
    assert panel.left.view.zoom == 0.5
    panel.zoom("in")
    assert panel.left.view.zoom == panel.right.view.zoom == 0.625
    panel.zoom("fit")
    assert panel.left.view.zoom == panel.right.view.zoom
    for side in panel.sides:
        assert is_seen(side, ("node", 0))


def test_each_moves_alone_where_that_is_wanted(panel: ComparePanel) -> None:
    panel.tools.link.click()
    before = panel.right.view.visible()
    panel.left.view.scroll_by(0, 300)
    panel.left.view.set_zoom(0.5)
    assert panel.right.view.visible() == before
    panel.tools.link.click()  # and together again
    assert panel.right.view.zoom == 0.5


def test_blocks_open_together(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "resnet18", "resnet18_preact")
    found = []
    for side in panel.sides:
        graph = side.state.graph
        assert graph is not None
        found.append(next(block.index for block in graph.blocks if block.path == "b3.1"))
    assert all(block not in side.opening.open_blocks for block, side in zip(found, panel.sides, strict=True))
    panel.left.view.toggle_requested.emit(("block", found[0]))
    assert all(block in side.opening.open_blocks for block, side in zip(found, panel.sides, strict=True))
    panel.tools.link.setChecked(False)
    panel.left.view.toggle_requested.emit(("block", found[0]))
    assert found[0] not in panel.left.opening.open_blocks
    assert found[1] in panel.right.opening.open_blocks
