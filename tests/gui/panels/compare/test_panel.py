"""Two networks beside each other: what is there at first, the table, and what is taken elsewhere."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.graph.views import Detail
from explorer.gui.panels.compare import ComparePanel
from tests.gui.panels.compare.beside import selected, settle, show

LEFT_BUTTON = Qt.MouseButton.LeftButton


def test_object_names_are_the_agreed_ones(panel: ComparePanel) -> None:
    assert panel.objectName() == "compareView"
    for name in ("compareLeft", "compareRight", "compareTable"):
        assert panel.findChild(QWidget, name) is not None


def test_both_graphs_the_marks_and_the_stages_are_there(panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    for side in panel.sides:
        sheet = side.view.graph_scene.sheet
        assert sheet is not None
        assert side.view.graph_scene.picture.boxes
        assert sheet.marks
    assert panel.stages.model().rowCount() == 1 + len(comparison.stages)
    assert "only in AlexNet" in panel.tools.legend.accessibleDescription()


def test_graphs_begin_in_the_middle_of_their_sides(panel: ComparePanel) -> None:
    for side in panel.sides:
        first = min(side.view.graph_scene.picture.boxes, key=lambda box: box.y)
        assert abs(side.view.visible().center().x() - first.x - first.width / 2) < 2
        assert side.view.visible().top() < first.y


def test_every_button_has_a_name(panel: ComparePanel) -> None:
    nameless = [button.objectName() for button in panel.findChildren(QToolButton) if not button.accessibleName()]
    assert nameless == []


def test_marks_follow_what_is_drawn(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "resnet18", "resnet18_preact")
    panel.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    comparison = panel.comparing.comparison
    sheet = panel.left.view.graph_scene.sheet
    assert comparison is not None
    assert sheet is not None
    alone = {("node", pair.left) for pair in comparison.alignments[0] if pair.right is None}
    assert alone <= set(sheet.marks)
    assert panel.tools.detail.currentData() == Detail.OPERATIONS


def test_stage_is_shown_in_both_graphs(qtbot: QtBot, panel: ComparePanel) -> None:
    comparison = panel.comparing.comparison
    assert comparison is not None
    row = 1 + next(place for place, stage in enumerate(comparison.stages) if stage.number == 3)
    index = panel.stages.model().index(row, 1)
    panel.stages.scrollTo(index)
    qtbot.mouseClick(panel.stages.viewport(), LEFT_BUTTON, pos=panel.stages.visualRect(index).center())
    stage = comparison.stages[row - 1]
    for side, told in zip(panel.sides, stage.sides, strict=True):
        assert told is not None
        target = side.view.graph_scene.owner(told.nodes[0])
        assert target is not None
        assert selected(side) == target
        place = side.view.graph_scene.place(target)
        assert place is not None
        assert abs(side.view.mapFromScene(place.topLeft()).y() - side.view.top_room) <= 1


@pytest.mark.parametrize(("form", "sign"), [("markdown", "| Stage |"), ("csv", "Stage,")])
def test_table_is_copied(panel: ComparePanel, form: str, sign: str) -> None:
    panel.copy(form)
    assert sign in QGuiApplication.clipboard().text()
    assert "AlexNet" in QGuiApplication.clipboard().text()


def test_words_change_with_the_language(qtbot: QtBot, panel: ComparePanel) -> None:
    panel._state.set_language("zh")
    settle(qtbot, panel)
    model = panel.stages.model()
    assert model.index(0, 0).data() == "整个网络 (1×28×28 → 1×224×224)"
    assert model.headerData(5, Qt.Orientation.Horizontal) == "改变带来什么"
    assert "仅 AlexNet 有" in panel.tools.legend.accessibleDescription()
    assert panel.left.accessibleName() == "第 1 个网络"


def test_swap_button_stands_between_the_sides(panel: ComparePanel) -> None:
    swap = panel.findChild(QToolButton, "compareSwap")
    assert swap is not None
    border = panel.right.mapTo(panel, QPoint(0, 0)).x()
    assert abs(swap.geometry().center().x() - border) <= 2


def test_graphs_are_drawn_to_a_file(qtbot: QtBot, panel: ComparePanel, tmp_path: Path) -> None:
    told: list[str] = []
    panel._state.noticed.connect(lambda message, hint, level: told.append(message.en))
    panel.draw(tmp_path / "both.svg")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["Saved both.svg."]
    drawn = (tmp_path / "both.svg").read_text(encoding="utf-8")
    for words in ("LeNet", "AlexNet", "13 changed", "9 only in AlexNet"):
        assert f">{words}<" in drawn
    panel.draw(tmp_path / "both.svg" / "no folder.svg")
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1].startswith("no folder.svg cannot be written")
