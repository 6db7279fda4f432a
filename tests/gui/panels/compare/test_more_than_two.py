"""Three and four networks beside each other."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from explorer.gui.panels.compare import ComparePanel
from tests.gui.panels.compare.beside import is_seen, selected, settle


@pytest.fixture
def three(qtbot: QtBot, panel: ComparePanel) -> ComparePanel:
    """LeNet, AlexNet and VGG-11, through the button."""
    panel.tools.add.click()
    panel.sides[2].view.motion.duration_ms = 0
    settle(qtbot, panel)
    return panel


def test_third_network_has_a_graph_and_a_column(three: ComparePanel) -> None:
    assert [side.network.text() for side in three.sides] == ["LeNet", "AlexNet", "VGG-11"]
    for side in three.sides:
        assert side.isVisible()
        assert side.remove.isVisible()
        sheet = side.view.graph_scene.sheet
        assert sheet is not None
        assert sheet.marks
    widths = [side.width() for side in three.sides]
    assert max(widths) - min(widths) <= 3
    model = three.stages.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["Stage", "LeNet (reference)", "AlexNet", "VGG-11"]
    assert "×758" in model.index(0, 2).data()
    assert "11 layers deep" in model.index(0, 3).data()
    assert "only in VGG-11" in three.tools.legend.accessibleDescription()


def test_figures_stand_in_all_bars_or_in_none(qtbot: QtBot, three: ComparePanel) -> None:
    """Else the bar with the longest name alone would lack them; the table has them in any case."""
    for width in (1280, 1900):
        three.resize(width, 740)
        assert [side._figures.text() for side in three.sides] == ["", "", ""]
    three.sides[2].remove.click()
    settle(qtbot, three)
    assert all("MACs" in side._figures.text() for side in three.sides if side.isVisible())


def test_selection_reaches_all(qtbot: QtBot, three: ComparePanel) -> None:
    three.sides[2].view.setFocus()
    qtbot.keyClick(three.sides[2].view, Qt.Key.Key_Home)
    assert [selected(side) for side in three.sides] == [("node", 0)] * 3
    three.sides[2].view.picked.emit(None)
    assert [selected(side) for side in three.sides] == [None] * 3


@pytest.mark.parametrize("leader", [0, 1, 2])
def test_all_come_to_the_end_at_once(three: ComparePanel, leader: int) -> None:
    view = three.sides[leader].view
    view.scroll_by(0, (view.graph_scene.picture.height - view.visible().bottom() + 20) * view.zoom)
    for side in three.sides:
        assert side.state.graph is not None
        assert is_seen(side, ("node", len(side.state.graph.nodes) - 1))


def test_stage_is_shown_in_all(qtbot: QtBot, three: ComparePanel) -> None:
    comparison = three.comparing.comparison
    assert comparison is not None
    stage = comparison.stages[-1]
    three.stages.stage_picked.emit(stage)
    for side, told in zip(three.sides, stage.sides, strict=True):
        assert told is not None
        assert selected(side) == side.view.graph_scene.owner(told.nodes[0])


def test_network_is_taken_out_by_its_button(qtbot: QtBot, three: ComparePanel) -> None:
    three.sides[1].remove.click()
    settle(qtbot, three)
    assert [side.network.text() for side in three.sides] == ["LeNet", "VGG-11"]
    assert not three.left.remove.isVisible()
    assert three.stages.model().columnCount() == 6
    three.tools.add.click()
    settle(qtbot, three)
    assert len([side for side in three.sides if side.isVisible()]) == 3


def test_four_fit_into_a_small_window(qtbot: QtBot, three: ComparePanel) -> None:
    three.tools.add.click()
    settle(qtbot, three)
    assert not three.tools.add.isEnabled()
    three.resize(1000, 600)
    qtbot.wait(5)
    assert three.width() == 1000
    for side in three.sides:
        for button in (side.network, side.settings, side.remove):
            area = button.rect().translated(button.mapTo(side, QPoint(0, 0)))
            assert side.rect().contains(area)
            assert button.width() >= button.sizeHint().width()


def test_copies_of_three_have_a_line_for_each(three: ComparePanel) -> None:
    comparison = three.comparing.comparison
    assert comparison is not None
    for form in ("markdown", "csv"):
        three.copy(form)
        copied = QGuiApplication.clipboard().text()
        for name in ("LeNet", "AlexNet", "VGG-11"):
            sign = f"| {name} |" if form == "markdown" else f",{name},"
            assert copied.count(sign) == 1 + len(comparison.stages)
    three.copy("markdown")
    lines = [line for line in QGuiApplication.clipboard().text().splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
