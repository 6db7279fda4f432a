"""Tables of rows: sorted and filtered in place, written once, ticked and copied; widths by hand stay."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui import column_widths, theme
from explorer.gui.widgets.tables.plain_rows import Cell, Content, PlainRows, ranges
from explorer.gui.widgets.tables.plain_table import PlainTable


class Fruit(NamedTuple):
    name: str
    weight: float
    is_ripe: bool = False


class Fruits(PlainRows[Fruit]):
    """Three columns: a tick, a name, a weight with a bar."""

    def __init__(self) -> None:
        content = Content[Fruit](
            columns=3,
            key=lambda fruit: fruit.name,
            title=lambda column: ("", "Name", "Weight")[column],
            write=self.write,
            ranker=lambda column: lambda fruit: fruit[column - 1],
            is_wanted=lambda fruit: self.wanted in fruit.name,
            is_number=lambda column: column == 2,
        )
        super().__init__(content)
        self.written: list[str] = []
        self.wanted = ""
        self.ticked: list[str] = []

    def write(self, row: Fruit, column: int) -> Cell:
        self.written.append(row.name)
        if column == 0:
            return Cell("", tick=row.is_ripe)
        return Cell(row.name) if column == 1 else Cell(f"{row.weight:g} g", bar=row.weight / 1000)

    def setData(self, index: Any, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self.ticked.append(self.rows[index.row()].name)
        return True


FRUITS = (Fruit("pear", 180), Fruit("apple", 150), Fruit("melon", 900), Fruit("plum", 150, is_ripe=True))


def names(rows: Fruits) -> list[str]:
    return [rows.index(place, 1).data() for place in range(rows.rowCount())]


@pytest.fixture
def rows() -> Fruits:
    made = Fruits()
    made.show_all(FRUITS)
    return made


@pytest.fixture
def table(qtbot: QtBot, rows: Fruits) -> Iterator[PlainTable]:
    column_widths.recall(None)
    made = PlainTable("fruits", takes_many=True)
    qtbot.addWidget(made)
    made.show_rows_of(rows)
    made.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    made.resize(400, 240)
    made.show()
    yield made
    column_widths.recall(None)


def test_equal_rows_keep_the_order_in_which_they_came(rows: Fruits) -> None:
    assert names(rows) == ["pear", "apple", "melon", "plum"]
    rows.sort(2)
    assert names(rows) == ["apple", "plum", "pear", "melon"]
    rows.sort(2, Qt.SortOrder.DescendingOrder)
    assert names(rows) == ["melon", "pear", "apple", "plum"]


def test_what_is_selected_stays_selected_where_rows_come_go_and_move(table: PlainTable, rows: Fruits) -> None:
    table.selectRow(1)
    rows.sort(1, Qt.SortOrder.DescendingOrder)
    rows.show_all((*FRUITS[1:], Fruit("fig", 50), Fruit("banana", 120)))
    assert names(rows) == ["plum", "melon", "fig", "banana", "apple"]
    assert [rows.rows[place].name for place in table.selected_places()] == ["apple"]
    rows.wanted = "l"
    rows.arrange()
    assert names(rows) == ["plum", "melon", "apple"]
    assert [rows.rows[place].name for place in table.selected_places()] == ["apple"]
    assert rows.row_of("apple") == 2
    assert rows.row_of("fig") is None


def test_only_rows_that_say_something_else_are_drawn_anew(rows: Fruits) -> None:
    changes = QSignalSpy(rows.dataChanged)
    rows.show_all(tuple(Fruit(*fruit) for fruit in FRUITS))
    assert changes.count() == 0
    rows.show_all((*FRUITS[:3], Fruit("plum", 160)))
    assert [(first.row(), last.row()) for first, last, *_ in (changes.at(0),)] == [(3, 3)]
    assert rows.index(3, 2).data() == "160 g"


def test_cells_are_written_once(rows: Fruits) -> None:
    for _ in range(3):
        names(rows)
    assert rows.written == ["pear", "apple", "melon", "plum"]
    rows.rewrite("melon")
    names(rows)
    assert rows.written[4:] == ["melon"]
    rows.refresh_words()
    names(rows)
    assert len(rows.written) == 9


def test_ranges_of_rows() -> None:
    assert ranges([1, 2, 3, 7]) == [(1, 3), (7, 7)]
    assert ranges([]) == []


def test_a_click_anywhere_in_its_cell_ticks_a_box(qtbot: QtBot, table: PlainTable, rows: Fruits) -> None:
    corner = table.visualRect(rows.index(2, 0)).topLeft() + QPoint(3, 3)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(rows.index(1, 1)).center())
    assert rows.ticked == ["melon"]


def test_control_c_copies_the_selected_rows_whatever_it_means_around_them(qtbot: QtBot, table: PlainTable) -> None:
    elsewhere: list[bool] = []
    around = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), table)
    around.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    around.activated.connect(lambda: elsewhere.append(True))
    for row in (2, 0):
        index = table.model().index(row, 1)
        flags = QItemSelectionModel.SelectionFlag
        table.selectionModel().select(index, flags.Select | flags.Rows)
    table.setFocus()
    qtbot.keySequence(table, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "Name\tWeight\npear\t180 g\nmelon\t900 g\n"
    assert elsewhere == []


def test_the_sign_of_the_order_leaves_the_title_whole(table: PlainTable) -> None:
    def title(column: int) -> QImage:
        header = table.horizontalHeader()
        left, width = header.sectionViewportPosition(column), header.sectionSize(column)
        words = header.viewport().fontMetrics().horizontalAdvance("Weigh")
        return header.viewport().grab().toImage().copy(left + width - words, 0, words, 26)

    table.fit_columns({column: table.title_width(column) for column in range(3)})
    plain = title(2)
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert title(2) == plain


def test_widths_given_by_hand_stay(table: PlainTable) -> None:
    table.fit_columns({1: 120, 2: 90})
    column_widths.keep("fruits", "2", 133)
    kept = column_widths.everything()
    column_widths.recall(kept)
    table.fit_columns({1: 140, 2: 90})
    assert (table.columnWidth(1), table.columnWidth(2)) == (140, 133)
    assert kept == {"fruits": {"2": 133}}


@pytest.mark.parametrize("kept", [{"fruits": 3}, {"fruits": {"1": "wide"}}, {"fruits": {}}])
def test_what_is_no_width_is_left_out(kept: dict[str, Any]) -> None:
    column_widths.recall(kept)
    assert column_widths.of("fruits") == {}


def test_rows_are_told_apart(qtbot: QtBot, table: PlainTable) -> None:
    def ground(row: int) -> str:
        area = table.visualRect(table.model().index(row, 1))
        image = table.viewport().grab().toImage()
        return image.pixelColor(area.right() - 2, area.center().y()).name()

    plain, striped = ground(0), ground(1)
    assert plain != striped
    table.selectRow(2)
    assert ground(2) == theme.colour("selected").name()
    qtbot.mouseMove(table.viewport(), table.visualRect(table.model().index(0, 2)).center())
    assert ground(0) == theme.colour("hover").name()
