"""A row of fields that becomes two where there is little room."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.frames.wrapping_row import Room, WrappingRow


class Box(QWidget):
    def sizeHint(self):  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QSize

        return QSize(40, 30)


@pytest.fixture
def row(qtbot: QtBot) -> WrappingRow:
    row = WrappingRow(first_row=2, gap=6, line_gap=8)
    qtbot.addWidget(row)
    for room in (Room(100, 150, 2), Room(50, 80, 1), Room(60, 90, 1), Room(0, 0, 0)):
        row.add(Box(), room)
    row.show()
    return row


def lines(row: WrappingRow) -> list[list[tuple[int, int]]]:
    """Left and right edges of the fields, line by line."""
    found: dict[int, list[tuple[int, int]]] = {}
    for box in row.findChildren(Box):
        if box.isVisible():
            found.setdefault(box.y(), []).append((box.x(), box.x() + box.width()))
    return [sorted(line) for _, line in sorted(found.items())]


def test_one_line_up_to_the_greatest_widths(row: WrappingRow) -> None:
    row.resize(268, 30)  # 100 + 50 + 60 + 40 and three gaps
    assert lines(row) == [[(0, 100), (106, 156), (162, 222), (228, 268)]]
    assert not row.has_two_lines
    row.resize(900, 30)
    assert lines(row) == [[(0, 150), (156, 236), (242, 332), (338, 378)]]
    assert row.height() == 30


def test_two_lines_that_use_their_room(row: WrappingRow) -> None:
    row.resize(267, 30)
    assert row.has_two_lines
    above, below = lines(row)
    assert (above[0][0], below[0][0]) == (0, 0)
    assert above[-1][1] == pytest.approx(267, abs=2)
    assert below[-1][1] == pytest.approx(267, abs=2)
    assert row.height() == 68
    assert row.minimumSizeHint().width() == 156


def test_what_is_hidden_takes_no_room(row: WrappingRow) -> None:
    row.findChildren(Box)[2].hide()
    row.resize(202, 30)
    row.arrange()
    assert not row.has_two_lines
    assert len(lines(row)[0]) == 3
