"""Looking around in a confusion matrix."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.evaluation.heat import heat, signed_heat
from explorer.gui import theme
from explorer.gui.widgets.charts import matrix_ink
from explorer.gui.widgets.charts.confusion_matrix import ConfusionMatrix


def matrix_of(classes: int) -> np.ndarray:
    found = np.diag(np.full(classes, 50))
    found[1, 0] = 7
    return found


@pytest.fixture
def make(qtbot: QtBot) -> Callable[[int], ConfusionMatrix]:
    def made(classes: int) -> ConfusionMatrix:
        widget = ConfusionMatrix()
        qtbot.addWidget(widget)
        widget.resize(520, 520)
        widget.show()
        levels = heat(matrix_of(classes), is_share=False, is_log=False, mutes_diagonal=True)
        names = tuple(f"c{index}" for index in range(classes))
        widget.show_matrix(levels, names, lambda row, column: str(row * classes + column))
        return widget

    return made


@pytest.mark.parametrize("classes", [2, 10, 100, 1000])
def test_the_whole_matrix_is_seen_at_first(make: Callable[[int], ConfusionMatrix], classes: int) -> None:
    widget = make(classes)
    first, last = widget.cell_rect((0, 0)), widget.cell_rect((classes - 1, classes - 1))
    area = widget.viewport().rect()
    assert first.left() > 20
    assert last.right() <= area.right() + 1
    assert last.bottom() <= area.bottom() + 1
    assert widget.horizontalScrollBar().maximum() == 0
    for cell in ((0, 0), (classes - 1, 0), (classes // 2, classes - 1)):
        assert widget.cell_at(widget.cell_rect(cell).center()) == cell
    assert widget.cell_at(QPointF(2, 2)) is None


def test_a_single_mistake_among_1000_classes_is_seen(make: Callable[[int], ConfusionMatrix]) -> None:
    widget = make(1000)
    image = widget.grab().toImage()
    ratio = image.devicePixelRatio()
    at = widget.cell_rect((1, 0)).center() * ratio
    around = [image.pixelColor(int(at.x()) + x, int(at.y()) + y) for x in range(-2, 3) for y in range(-2, 3)]
    assert any(colour.red() > 200 and colour.red() > colour.blue() + 20 for colour in around)


@pytest.mark.parametrize("classes", [700, 1000])
def test_every_answer_among_very_many_classes_is_seen(make: Callable[[int], ConfusionMatrix], classes: int) -> None:
    widget = make(classes)
    least = theme.colour("raised")
    for answer in range(classes // 2, classes // 2 + 12):  # whichever place it has among the pixels
        found = np.zeros((classes, classes), int)
        found[:, answer] = 1
        levels = heat(found, is_share=False, is_log=False, mutes_diagonal=True)
        widget.show_matrix(levels, tuple(map(str, range(classes))), lambda row, column: "")
        image = widget.grab().toImage()
        at = widget.cell_rect((classes // 4, answer)).center() * image.devicePixelRatio()
        around = [image.pixelColor(int(at.x()) + x, int(at.y())) for x in range(-3, 4)]
        assert max(colour.red() - colour.blue() for colour in around) > 20 + least.red() - least.blue(), answer


def test_colours_of_mistakes_and_right_answers(make: Callable[[int], ConfusionMatrix]) -> None:
    for name in ("dark", "light"):
        theme.apply(name)
        pixels = matrix_ink.picture(heat(matrix_of(4), is_share=False, is_log=False, mutes_diagonal=True), 1)
        red, blue = (pixels >> 16) & 255, pixels & 255
        assert red[1, 0] > blue[1, 0] + 40
        assert blue[2, 2] > red[2, 2] + 40
        assert pixels[0, 3] == 0xFF000000 | int(theme.colours().panel[1:], 16)


def test_a_difference_is_blue_where_it_is_better() -> None:
    found = matrix_ink.picture(signed_heat(np.array([[5, -5], [5, -5]]), is_log=False), 1)
    red, blue = ((found >> 16) & 255).astype(int), (found & 255).astype(int)
    assert (blue - red)[0].min() > 40  # more right answers, fewer mistakes
    assert (red - blue)[1].min() > 40
    small = matrix_ink.picture(signed_heat(np.diag([9, 0, 0, 0]), is_log=False), 2)
    assert small.shape == (2, 2)
    assert (small[0, 0] & 255) > (small[0, 0] >> 16) & 255


def test_keys_walk_choose_and_enlarge(make: Callable[[int], ConfusionMatrix], qtbot: QtBot) -> None:
    widget = make(100)
    hovered, chosen = [], []
    widget.hovered.connect(hovered.append)
    widget.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):  # the first begins the walk
        qtbot.keyClick(widget, key)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert hovered[-1] == chosen[-1] == widget.picked == (1, 2)
    before = widget.cell_size()
    for _ in range(6):
        qtbot.keyClick(widget, "+")
    assert widget.cell_size() > 2 * before
    assert widget.cell_at(widget.cell_rect((1, 2)).center()) == (1, 2)  # still in view
    for _ in range(40):
        qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert hovered[-1] == (1, 42)
    assert widget.viewport().rect().contains(widget.cell_rect((1, 42)).center().toPoint())
    qtbot.keyClick(widget, "0")
    assert widget.cell_size() == before


def test_the_wheel_enlarges_about_the_pointer(make: Callable[[int], ConfusionMatrix]) -> None:
    widget = make(1000)
    at = widget.cell_rect((700, 300)).center()
    pixels, turn = QPoint(), QPoint(0, 120)
    for _ in range(8):
        event = QWheelEvent(
            at, at, pixels, turn, Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget.viewport(), event)
    cell = widget.cell_at(at)
    assert cell is not None
    assert max(abs(cell[0] - 700), abs(cell[1] - 300)) <= 2
    assert widget.cell_size() > 2


def test_a_click_chooses_and_a_drag_does_not(make: Callable[[int], ConfusionMatrix], qtbot: QtBot) -> None:
    widget = make(10)
    chosen = []
    widget.chosen.connect(chosen.append)
    at = widget.cell_rect((1, 0)).center().toPoint()
    qtbot.mouseClick(widget.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen == [(1, 0)]
    qtbot.mousePress(widget.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(widget.viewport(), at + QPoint(40, 40))
    assert len(chosen) == 1


def test_another_number_of_classes_begins_anew(make: Callable[[int], ConfusionMatrix]) -> None:
    widget = make(100)
    widget.zoom_by(4)
    widget.pick((90, 90))
    levels = heat(matrix_of(3), is_share=False, is_log=False, mutes_diagonal=True)
    widget.show_matrix(levels, ("a", "b", "c"), lambda _row, _column: "")
    assert widget.picked is None
    assert widget.horizontalScrollBar().maximum() == 0
    widget.show_matrix(None, (), lambda _row, _column: "")
    assert widget.cell_at(QPointF(100, 100)) is None
    widget.grab()
