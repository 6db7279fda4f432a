"""Charts: scales, lines in pixels, zoom, and the values at the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui import theme
from explorer.gui.widgets.charts import ink as chart_ink
from explorer.gui.widgets.charts import scale as chart_scale
from explorer.gui.widgets.charts.chart import Chart
from explorer.gui.widgets.charts.decimation import by_column
from explorer.gui.widgets.charts.frame import Frame
from explorer.gui.widgets.charts.ink import Look, Mark, Picture, Sign, Trace
from explorer.gui.widgets.charts.note import Line, Lines
from explorer.gui.widgets.charts.scale import Scale

AREA = QRectF(0, 0, 100, 50)


def trace(x: np.ndarray, y: np.ndarray, look: Look = Look.LINE, name: str = "a") -> Trace:  # type: ignore[type-arg]
    return Trace("run", name, x.astype(float), y.astype(float), "#ff0000", look)


def write(value: float, step: float) -> str:
    return f"{value:g}"


FRAME = Frame(
    "Loss", "epoch", "", lambda s, m: chart_scale.ticks(s, m, write), lambda s, m: chart_scale.ticks(s, m, write),
    lambda x: f"at {x:.1f}", lambda y: f"{y:.2f}",
)  # fmt: skip


def test_a_logarithmic_scale_there_and_back() -> None:
    scale = Scale(0.01, 100, is_log=True)
    assert scale.place(1) == pytest.approx(0.5)
    assert scale.value(0.75) == pytest.approx(10)
    assert np.isnan(scale.place(0))
    part = scale.part(0.25, 0.5)
    assert (part.low, part.high) == (pytest.approx(0.1), pytest.approx(1))


def test_ticks_are_round_and_not_too_many() -> None:
    assert [value for value, _ in chart_scale.ticks(Scale(0, 1), 5, write)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    decades = [value for value, _ in chart_scale.ticks(Scale(1e-3, 1e3, is_log=True), 8, write)]
    assert decades == pytest.approx([1e-3, 1e-2, 0.1, 1, 10, 100, 1000])
    narrow = chart_scale.ticks(Scale(2.1, 2.9, is_log=True), 5, write)
    assert len(narrow) >= 2
    assert all(2.1 <= value <= 2.9 for value, _ in narrow)


def test_columns_keep_the_outliers_of_raw_values() -> None:
    x, y = np.linspace(0, 100, 10_000), np.zeros(10_000)
    y[4321], y[50] = 7, np.nan
    short_x, short_y = by_column(x, y, keeps_extremes=True)
    assert len(short_x) <= 202
    assert np.nanmax(short_y) == 7
    _, means = by_column(x, y, keeps_extremes=False)
    assert len(means) <= 101
    assert 0 < np.nanmax(means) < 1


def test_lines_have_gaps_where_nothing_is_known() -> None:
    y = np.array([1.0, 1.0, np.nan, 1.0, 1.0, np.nan])
    lines = chart_ink.lines_of(trace(np.arange(6), y), Picture(Scale(0, 5), Scale(0, 2)), AREA)
    assert [[(point.x(), point.y()) for point in line] for line in lines] == [
        [(0, 25), (20, 25)],
        [(60, 25), (80, 25)],
    ]


def test_only_what_is_seen_is_drawn() -> None:
    x = np.arange(100_000)
    (line,) = chart_ink.lines_of(trace(x, np.sin(x)), Picture(Scale(500, 510), Scale(-1, 1)), AREA)
    assert line.size() <= 14


def test_a_level_holds_until_the_next() -> None:
    levels = trace(np.array([1, 5, 9]), np.array([0.1, 0.01, 0.01]), Look.LEVELS)
    assert chart_ink.nearest(levels, 4.9) == (4.9, 0.1)
    assert chart_ink.nearest(levels, 5.1) == (5.1, 0.01)


def test_readings_are_points_of_the_curves_the_greatest_first() -> None:
    x = np.arange(11)
    traces = [trace(x, x, name="low"), trace(x, x + 5, name="high"), trace(x, x, name=""), trace(x[:3], x[:3])]
    found = [(reading.name, x, y) for reading, x, y in chart_ink.readings(traces, 7.4, 0.2)]
    assert found == [("high", 7, 12), ("low", 7, 7)]


def test_a_sheet_shows_the_curve_and_its_mark(qapp: QApplication) -> None:
    picture = Picture(Scale(0, 1), Scale(0, 1), (trace(np.array([0, 1]), np.array([0.5, 0.5])),))
    sheet = chart_ink.draw(picture, QSize(100, 50), 2.0)
    assert sheet.image.size() == QSize(228, 128)
    assert sheet.image.pixelColor(100, 64).red() == 255
    assert sheet.image.pixelColor(100, 20).alpha() == 0
    marked = Picture(picture.x, picture.y, (), (Mark(Sign.EARLY, 0.5, 0.5, "#00ff00", "early"),))
    assert chart_ink.draw(marked, QSize(100, 50), 1.0).image.pixelColor(57, 32).green() == 255


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart()
    qtbot.addWidget(made)
    made.resize(464, 372)  # 400 by 300 within the frame
    made.set_frame(FRAME)
    x = np.linspace(0, 10, 101)
    picture = Picture(Scale(0, 10), Scale(0, 1), (trace(x, 0 * x + 0.5),))
    made.show_sheet(chart_ink.draw(picture, made.area_size(), 1.0))
    made.show()
    qtbot.waitExposed(made)
    return made


def at(chart: Chart, x: float, y: float) -> QPoint:
    """Where the place x, y (0-1) of the curves is in the widget."""
    area = chart.area()
    return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height()).toPoint()


def test_a_box_zooms(qtbot: QtBot, chart: Chart) -> None:
    asked: list[tuple[object, object]] = []
    chart.zoom_wanted.connect(lambda x, y: asked.append((x, y)))
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(chart, 0.25, 0.75))
    qtbot.mouseMove(chart, at(chart, 0.5, 0.25))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(chart, 0.5, 0.25))
    ((x, y),) = asked
    assert x == pytest.approx((2.5, 5.0))
    assert y == pytest.approx((0.25, 0.75), abs=0.01)


def test_a_click_does_not_zoom(qtbot: QtBot, chart: Chart) -> None:
    with qtbot.assertNotEmitted(chart.zoom_wanted):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at(chart, 0.25, 0.75))


def test_a_flat_box_zooms_along_x_alone(qtbot: QtBot, chart: Chart) -> None:
    asked: list[tuple[object, object]] = []
    chart.zoom_wanted.connect(lambda x, y: asked.append((x, y)))
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(chart, 0.25, 0.5))
    qtbot.mouseMove(chart, at(chart, 0.75, 0.5))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(chart, 0.75, 0.5))
    assert asked[0][0] == pytest.approx((2.5, 7.5))
    assert asked[0][1] is None


def test_the_wheel_zooms_at_the_mouse(chart: Chart) -> None:
    asked: list[tuple[object, object]] = []
    chart.zoom_wanted.connect(lambda x, y: asked.append((x, y)))
    place = QPointF(at(chart, 0.25, 0.5))
    for keys in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
        turn = QWheelEvent(
            place, place, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(chart, turn)
    assert asked[0][0] == pytest.approx((0.5, 8.5))
    assert asked[0][1] is None
    assert asked[1] == (None, pytest.approx((0.1, 0.9)))


@pytest.mark.parametrize("reason", [Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason])
def test_the_focus_and_the_values_leave_the_curves_to_be_seen(
    qtbot: QtBot, chart: Chart, reason: Qt.FocusReason
) -> None:
    chart.point_at(6.0)
    chart.setFocus(reason)
    chart.activateWindow()
    qtbot.waitUntil(chart.hasFocus)
    assert chart.grab().toImage().pixelColor(at(chart, 0.1, 0.9)).name() == theme.colours().panel


def test_keys_zoom_and_move(qtbot: QtBot, chart: Chart) -> None:
    asked: list[tuple[object, object]] = []
    resets: list[bool] = []
    chart.zoom_wanted.connect(lambda x, y: asked.append((x, y)))
    chart.reset_wanted.connect(lambda: resets.append(True))
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(chart, key)
    assert [x for x, _ in asked] == [pytest.approx((1, 9)), pytest.approx((1, 11))]
    assert resets == [True]


def test_the_mouse_is_said_to_the_others(qtbot: QtBot, chart: Chart) -> None:
    pointed: list[float | None] = []
    chart.pointed.connect(pointed.append)
    qtbot.mouseMove(chart, at(chart, 0.5, 0.5))
    assert pointed[-1] == pytest.approx(5.0)
    (reading,) = chart.readings_at(5.0)
    assert reading[1:] == (pytest.approx(5.0), 0.5)
    with_values = chart.grab().toImage()
    chart.leaveEvent(QEvent(QEvent.Type.Leave))
    assert pointed[-1] is None
    assert chart.grab().toImage() != with_values


def test_a_long_note_keeps_what_is_near_the_mouse() -> None:
    lines = Lines(100, lambda rank: Line("#ffffff", str(rank), ""), strong=40)
    assert len(lines.fitting(11)) == 10
    assert 40 in lines.fitting(11)
    assert list(lines.fitting(200)) == list(range(100))


def test_a_marked_point_is_picked_by_a_click(qtbot: QtBot, chart: Chart) -> None:
    x = np.array([2.0, 5.0, 8.0])
    points = Trace("run 7", "test", x, np.array([0.2, 0.5, 0.8]), "#ff0000", Look.POINTS)
    picture = Picture(Scale(0.0, 10.0), Scale(0.0, 1.0), (points,))
    chart.show_sheet(chart_ink.draw(picture, chart.area_size(), 1.0))
    picked: list[tuple[str, int]] = []
    chart.point_picked.connect(lambda key, point: picked.append((key, point)))
    for across, up in ((0.5, 0.5), (0.8, 0.8), (0.65, 0.5)):
        qtbot.mouseMove(chart, at(chart, across, up))
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at(chart, across, up))
    assert picked == [("run 7", 1), ("run 7", 2)]
