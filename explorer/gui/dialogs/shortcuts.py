"""The sheet of keyboard shortcuts."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui.text import tr

Sheet = Sequence[tuple[str, Sequence[tuple[str, str]]]]  # (title, ((words, key), ...)), ...


class ShortcutsDialog(QDialog):
    """Shows groups of (words, key) in two columns."""

    def __init__(self, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("window.action_app_shortcuts"))
        columns = QGridLayout()
        columns.setHorizontalSpacing(40)
        columns.setVerticalSpacing(16)
        for place, (title, rows) in enumerate(sheet):
            columns.addLayout(_group(title, rows), place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.NoButton)
        close = buttons.addButton(tr("common.close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(columns)
        layout.addWidget(buttons)


def _group(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    heading = QLabel(title.upper())
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (words, key) in enumerate(rows, start=1):
        label = QLabel(key)
        label.setProperty("role", "key")
        grid.addWidget(QLabel(words), row, 0)
        grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnMinimumWidth(0, 200)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
