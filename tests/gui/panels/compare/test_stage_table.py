"""The table of the stages: its columns, the height of its rows, and who picks one."""

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from explorer.gui.panels.compare.stage_table import StageTable
from tests.gui.panels.compare.beside import told


def test_rows_are_as_high_as_their_sentences(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.resize(1280, 300)
    table.show()
    table.show_comparison(told("vgg11", "nin"))
    wide = [table.rowHeight(row) for row in range(table.model().rowCount())]
    table.resize(900, 300)
    narrow = [table.rowHeight(row) for row in range(table.model().rowCount())]
    assert narrow[1] > wide[1] >= 44
    assert min(wide) == 44
    table.resize(2400, 300)
    assert {table.rowHeight(row) for row in range(table.model().rowCount())} == {44}


def test_each_network_has_a_column_where_there_are_more(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.resize(1280, 300)
    table.show()
    table.show_comparison(told("lenet", "alexnet", "vgg11"))
    assert table.model().columnCount() == 4
    assert table.horizontalHeader().length() == table.viewport().width()
    assert all(table.rowHeight(row) > 44 for row in range(table.model().rowCount()))
    table.show_comparison(told("lenet", "alexnet"))
    assert table.model().columnCount() == 6
    assert table.horizontalHeader().length() == table.viewport().width()


def test_only_the_user_picks_a_stage(qtbot: QtBot) -> None:
    table = StageTable()
    qtbot.addWidget(table)
    table.show()
    comparison = told("lenet", "alexnet")
    table.show_comparison(comparison)
    picked: list[object] = []
    table.stage_picked.connect(picked.append)
    table.setCurrentIndex(QModelIndex())
    table.selectRow(1)
    assert picked == []
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert picked == [comparison.stages[1], None]
