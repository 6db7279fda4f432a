"""Bars, scales, histograms, numbers, tabs: what they show is what they were given."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui import theme
from explorer.gui.widgets.charts.histogram import Histogram
from explorer.gui.widgets.charts.scale_bar import ScaleBar
from explorer.gui.widgets.fields.option_button import OptionButton
from explorer.gui.widgets.frames.tab_strip import TabStrip
from explorer.gui.widgets.pictures.prediction_bars import Bar, PredictionBars, percent
from explorer.gui.widgets.tables.fact_table import FactTable
from explorer.gui.widgets.words.numerals import compact, count, rate
from explorer.inspection import colourmaps
from explorer.inspection.colourmaps import ColourMap


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0%"), (0.001, "<1%"), (0.07, "7%"), (0.866, "87%"), (0.999, ">99%"), (1, "100%")]
)
def test_percent(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (0.48231, "0.482"), (-0.5, "−0.5"), (12345.6, "12\u202f346"),
     (1e-7, "1×10⁻⁷"), (-3.35e-5, "−3.35×10⁻⁵"), (2.5e7, "2.5×10⁷"),
     (0.00042, "0.00042"), (float("nan"), "NaN"),
     (float("-inf"), "−∞"), (999.4, "999")],
)  # fmt: skip
def test_compact_numbers(value: float, words: str) -> None:
    assert compact(value) == words


def test_thousands_are_parted() -> None:
    assert count(1234567) == "1\u202f234\u202f567"


def widths_of(image: QImage, row: int, colour: str) -> int:
    return sum(image.pixelColor(x, row).name() == theme.colour(colour).name() for x in range(130, 255))


def test_bars_are_as_long_as_their_shares(qtbot: QtBot) -> None:
    bars = PredictionBars()
    qtbot.addWidget(bars)
    bars.resize(300, 90)
    bars.show_bars((Bar("horse", 0.8), Bar("deer", 0.2, is_true=True)))
    seen = bars.grab().toImage()
    long, short = widths_of(seen, 9, "accent"), widths_of(seen, 27, "success")
    assert (long + 5) / (short + 5) == pytest.approx(4, rel=0.15)  # the ends are round
    assert "horse 80%" in bars.accessibleDescription()


def test_scale_shows_its_ends_and_points_at_a_value(qtbot: QtBot) -> None:
    scale = ScaleBar()
    qtbot.addWidget(scale)
    scale.resize(300, 22)
    scale.show_scale(colourmaps.table(ColourMap.VIRIDIS), -1.0, 3.0)
    assert scale.end_words() == ("−1", "3")
    before = scale.grab().toImage()
    scale.set_marker(2.0)
    assert scale.grab().toImage() != before
    scale.show_scale(colourmaps.table(ColourMap.GREY), 0, 0, ("least", "most"))
    assert scale.end_words() == ("least", "most")
    scale.grab()


def test_histogram_is_tallest_where_the_most_values_are(qtbot: QtBot) -> None:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(240, 132)
    histogram.show_counts([1, 10, 5], [0.0, 1.0, 2.0, 3.0])
    seen = histogram.grab().toImage()
    heights = [
        sum(seen.pixelColor(x, y).name() == theme.colour("accent").name() for y in range(132)) for x in (40, 120, 200)
    ]
    assert heights[1] > heights[2] > heights[0] > 0
    assert heights[1] == pytest.approx(2 * heights[2], abs=3)
    histogram.show_counts([], [])
    histogram.grab()


def test_fact_table_keeps_groups_of_a_number_together(qtbot: QtBot) -> None:
    table = FactTable()
    qtbot.addWidget(table)
    table.show()
    table.show_facts([("a", "3·3 = 110 720 of 5"), ("b", "2")])
    assert table.facts == [("a", "3·3 = 110\u00a0720 of 5"), ("b", "2")]
    table.show_facts([("c", "1")])
    assert table.facts == [("c", "1")]


def test_option_button_keeps_its_choice_over_another_language(qtbot: QtBot) -> None:
    button = OptionButton()
    qtbot.addWidget(button)
    button.set_options({"a": ("first", "First"), "b": ("second", "Second")}, "Order")
    changes = QSignalSpy(button.changed)
    button.menu().actions()[1].trigger()
    assert (button.current, button.text(), changes.count()) == ("b", "second ▾", 1)
    button.set_options({"a": ("一", "一"), "b": ("二", "二")}, "顺序")
    assert (button.current, button.text()) == ("b", "二 ▾")
    assert [action.isChecked() for action in button.menu().actions()] == [False, True]
    assert button.accessibleName() == "顺序"


def test_tabs_share_the_width_and_go_by_keys(qtbot: QtBot) -> None:
    tabs = TabStrip()
    qtbot.addWidget(tabs)
    for words in ("Layer", "Feature maps", "Filters"):
        tabs.addTab(words)
    tabs.resize(180, 34)
    tabs.show()
    narrow = tabs.tabRect(2).left()
    tabs.resize(200, 34)
    assert tabs.tabRect(2).left() > narrow
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.currentIndex() == 1
    assert tabs.sizeHint().width() <= 180
    seen = tabs.grab().toImage()
    under = tabs.tabRect(1).left() + 10
    assert seen.pixelColor(under, 33).name() == theme.colour("accent").name()


def test_learning_rates_are_written_as_they_are_typed() -> None:
    written = [rate(value) for value in (0.1, 0.005, 0.0001, 0.00005, 1.25e-6, 5e-8, 10.0)]
    assert written == ["0.1", "0.005", "0.0001", "0.00005", "0.00000125", "5e-8", "10"]
