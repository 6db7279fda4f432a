"""The sheet of keyboard shortcuts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui.text import tr

Group = tuple[str, Sequence[tuple[str, str]]]  # title, ((words, key), ...)
Sheet = Sequence[Group]

COLUMNS = 3
_HEADING = 2  # rows that a heading and the gap above it are as high as


class ShortcutsDialog(QDialog):
    """Shows groups of (words, key) in columns, so that all of them are in sight on a small screen."""

    def __init__(self, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("window.action_app_shortcuts"))
        columns = QHBoxLayout()
        columns.setSpacing(32)
        for groups in in_columns(sheet, COLUMNS):
            column = QVBoxLayout()
            column.setSpacing(16)
            for title, rows in groups:
                column.addLayout(_group(title, rows))
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.NoButton)
        close = buttons.addButton(tr("common.close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def in_columns(sheet: Sheet, count: int) -> list[list[Group]]:
    """The groups in their order, in `count` columns of about the same height at most."""
    heights = [len(rows) + _HEADING for _, rows in sheet]
    columns: list[list[Group]] = [[] for _ in range(count)]
    above = 0
    for group, height in zip(sheet, heights, strict=True):
        middle = above + height / 2
        columns[min(int(middle / sum(heights) * count), count - 1)].append(group)
        above += height
    return columns


def _group(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(6)
    heading = QLabel(title.upper())
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (words, key) in enumerate(rows, start=1):
        label = QLabel(key.replace("++", "+\u200c+"))  # else the font draws one sign for two
        label.setProperty("role", "key")
        grid.addWidget(QLabel(words), row, 0)
        grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnMinimumWidth(0, 170)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
