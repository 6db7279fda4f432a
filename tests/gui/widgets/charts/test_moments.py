"""The line of time and the small plots over the moments of a run."""

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.charts.moment_plot import MomentPlot
from explorer.gui.widgets.charts.time_line import TimeLine


@pytest.fixture
def line(qtbot: QtBot) -> TimeLine:
    line = TimeLine()
    qtbot.addWidget(line)
    line.resize(214, 44)
    line.show_stops(5, 2, [3])
    return line


def test_the_nearest_stop_is_taken(line: TimeLine) -> None:
    for x, stop in ((0, 0), (50, 1), (107, 2), (130, 2), (140, 3), (500, 4)):
        QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(min(x, 213), 20))
        assert line.value() == stop


def test_stops_are_shown_without_telling(line: TimeLine) -> None:
    moved = QSignalSpy(line.valueChanged)
    line.show_stops(9, 7)
    assert (line.maximum(), line.value(), moved.count()) == (8, 7, 0)
    QTest.keyClick(line, Qt.Key.Key_Left)
    assert (line.value(), moved.count()) == (6, 1)


def test_the_curve_has_gaps_and_the_picture_follows(line: TimeLine) -> None:
    plain = line.grab().toImage()
    line.show_curve([0.1, None, 0.5, 0.9, 1.0])
    parts = list(line._parts(30.0))
    assert [len(part) for part in parts] == [1, 3]
    assert parts[1][0].x() == line.x_of(2)
    assert parts[1][2].y() < parts[1][1].y() < parts[1][0].y()
    assert line.grab().toImage() != plain
    line.show_curve([0.5] * 20)  # more than there are stops, for a moment
    assert sum(len(part) for part in line._parts(30.0)) == 5
    line.show_curve([])
    assert line.grab().toImage() == plain


def test_a_plot_marks_the_moment_and_leaves_out_what_is_not_known(qtbot: QtBot) -> None:
    plot = MomentPlot()
    qtbot.addWidget(plot)
    plot.resize(200, 76)
    plot.show_values([(0.0, 1.0), None, (2.0, 0.5), (math.nan, 0.0)], 2)
    assert plot.points == [(0, 0.0, 1.0), (2, 2.0, 0.5)]
    assert plot.marked == (2, 2.0, 0.5)
    assert plot.accessibleDescription() == "−1 – 2.5"
    plot.grab()
    plot.show_values([(3.0, 0.0), (3.0, 0.0)], None, (3.0, 3.0))  # a line, not a division by zero
    assert plot.points == [(0, 3.0, 0.0), (1, 3.0, 0.0)]
    plot.grab()
