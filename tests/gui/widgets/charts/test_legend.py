"""The legend of the live curves: names, values, and what is left out."""

import sys

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.charts.legend import ROW, Entry, Legend


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    made = Legend()
    qtbot.addWidget(made)
    made.setFixedWidth(132)
    made.show_entries([Entry("train", "98.1%", "accent"), Entry("test", "97.0%", "success")])
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(legend: Legend) -> list[str]:
    return [label.text() for label in legend.findChildren(QLabel) if label.isVisible()]


def test_names_and_values_stand_beside_each_other(legend: Legend) -> None:
    assert shown(legend) == ["train", "98.1%", "test", "97.0%"]
    assert legend.sizeHint().height() == 2 * ROW
    assert legend.accessibleDescription() == "train 98.1%, test 97.0%"


def test_a_new_value_takes_the_place_of_the_old(legend: Legend) -> None:
    before = legend.grab().toImage()
    legend.show_entries([Entry("train", "98.2%", "accent"), Entry("test", "100.0%", "success")])
    assert shown(legend) == ["train", "98.2%", "test", "100.0%"]
    assert legend.grab().toImage() != before
    for label in legend.findChildren(QLabel):
        assert label.width() >= label.sizeHint().width()


def test_a_long_name_leaves_room_for_its_value(legend: Legend) -> None:
    legend.show_entries([Entry("run #12 with a long name", "88.1%", "faint", is_dashed=True)])
    name, value = shown(legend)
    assert name.endswith("\u2026")
    assert value == "88.1%"
    assert all(label.geometry().right() < 132 for label in legend.findChildren(QLabel) if label.isVisible())


def test_qt_paints_values_without_python(legend: Legend) -> None:
    called: list[str] = []
    value = legend.findChildren(QLabel)[1]
    sys.setprofile(lambda frame, event, _: called.append(frame.f_code.co_name) if event == "call" else None)
    try:
        value.repaint()
    finally:
        sys.setprofile(None)
    assert called == []


def test_where_room_ends_it_says_how_many_more_there_are(legend: Legend) -> None:
    legend.show_entries([Entry(f"run #{number}", f"{number}.0%", "faint", is_dashed=True) for number in range(10, 30)])
    legend.resize(132, 4 * ROW + 5)
    assert shown(legend) == ["17 more", "run #10", "10.0%", "run #11", "11.0%", "run #12", "12.0%"]
    more = next(label for label in legend.findChildren(QLabel) if label.text() == "17 more")
    assert more.geometry().bottom() < legend.height()
    assert more.toolTip().splitlines()[::16] == ["run #13 13.0%", "run #29 29.0%"]
    assert legend.sizeHint().height() == 20 * ROW > legend.minimumSizeHint().height()
    legend.resize(132, 20 * ROW)
    assert len(shown(legend)) == 40
