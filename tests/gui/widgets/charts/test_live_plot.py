"""The live plot: where curves are, what the mouse shows, what is left out."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.charts.live_curve import Curve, Look, Mark
from explorer.gui.widgets.charts.live_plot import LivePlot


@pytest.fixture
def plot(qtbot: QtBot) -> LivePlot:
    made = LivePlot(write_x=lambda x: f"at {x:.1f}", write_y=lambda y: f"{y:.2f}", write_tick=lambda v, s: f"{v:g}")
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def line(count: int, look: Look = Look.LINE, name: str = "train") -> Curve:
    x = np.linspace(0, 10, count)
    return Curve(name, x, 0.5 + 0 * x, look, "accent")


def test_long_raw_curves_are_drawn_short(plot: LivePlot) -> None:
    plot.show_curves([line(100_000, Look.RAW)], (0, 10), (0, 1))
    assert len(plot._items[0].xData) < 1000
    assert plot._items[0].opts["antialias"] is False


def test_a_curve_is_where_it_should_be(plot: LivePlot) -> None:
    empty = plot.grab().toImage()
    plot.show_curves([line(50)], (0, 10), (0, 1))
    drawn = plot.grab().toImage()
    column = [drawn.pixelColor(200, y) != empty.pixelColor(200, y) for y in range(8, 180)]
    middle = 8 + (200 - 28) / 2
    assert any(column[int(middle) - 8 - 4 : int(middle) - 8 + 4])


def test_the_wheel_does_not_zoom(plot: LivePlot) -> None:
    plot.show_curves([line(50)], (0, 10), (0, 1))
    before = plot._box.viewRange()
    turn = QWheelEvent(
        QPointF(200, 100), QPointF(200, 100), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), turn)
    assert plot._box.viewRange() == before
    assert plot._box.viewRange() == [[0, 10], [0, 1]]


def test_the_mouse_shows_values_of_named_curves(qtbot: QtBot, plot: LivePlot) -> None:
    plot.show_curves([line(50), line(50, Look.RAW, "")], (0, 10), (0, 1))
    qtbot.mouseMove(plot.viewport(), QPoint(200, 90))
    words = plot._note.text()
    assert plot._note.isVisible()
    assert "at 4.5" in words
    assert words.count("0.50") == 1
    qtbot.mouseMove(plot.viewport(), QPoint(2, 2))
    assert plot._note.isHidden()


def test_no_value_where_the_curve_has_not_come(qtbot: QtBot, plot: LivePlot) -> None:
    x = np.array([1.0, 2.0])
    plot.show_curves([Curve("test", x, x / 4, Look.POINTS, "success")], (0, 10), (0, 1))
    qtbot.mouseMove(plot.viewport(), QPoint(360, 90))
    assert plot._note.isHidden()


def test_not_a_number_is_drawn_as_a_gap(plot: LivePlot) -> None:
    x = np.arange(10.0)
    y = np.where(x == 5, math.nan, 0.5)
    plot.show_curves([Curve("train", x, y, Look.LINE, "accent")], (0, 10), (0, 1))
    assert not plot.grab().isNull()


def test_curves_that_go_are_not_drawn_any_more(plot: LivePlot) -> None:
    plot.show_curves([line(50), line(50, name="other")], (0, 10), (0, 1))
    plot.show_curves([line(50)], (0, 10), (0, 1))
    assert [item.isVisible() for item in plot._items] == [True, False]


def test_words_of_a_mark_lie_where_no_curve_runs(plot: LivePlot) -> None:
    x = np.linspace(0, 10, 50)
    plot.show_marks([Mark(5, "rate 0.02")])
    for height, is_at_top in ((0.0, True), (1.0, False)):  # a loss runs at the foot, an accuracy at the top
        plot.show_curves([Curve("train", x, height + 0 * x, Look.LINE, "accent")], (0, 10), (0, 1))
        ((words, at),) = plot.mark_words()
        assert words == "rate 0.02"
        assert (at.y() < 100) is is_at_top
        assert plot.grab()
    everywhere = np.where(np.arange(50) % 2 == 0, 0.0, 1.0)
    plot.show_curves([Curve("train", x, everywhere, Look.LINE, "accent")], (0, 10), (0, 1))
    assert plot.mark_words() == []


def test_a_marked_point_is_picked_by_a_click(qtbot: QtBot, plot: LivePlot) -> None:
    x = np.array([1.0, 5.0, 9.0])
    plot.show_curves([Curve("test", x, x / 10, Look.POINTS, "success"), line(50)], (0, 10), (0, 1))
    picked: list[int] = []
    plot.picked.connect(picked.append)
    for at in ((5.0, 0.5), (9.0, 0.9)):
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot._place(*at).toPoint())
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot._place(7.0, 0.5).toPoint())
    assert picked == [1, 2]
