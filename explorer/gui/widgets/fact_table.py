"""Two columns: what, and its number or arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

_LABEL_WIDTH = 112


class FactTable(QWidget):
    """Rows of words and fixed-width numbers; the numbers can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is shown now."""
        return [(label.text(), value.text()) for label, value in self._rows if not value.isHidden()]

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while len(self._rows) < len(facts):
            self._rows.append(self._new_row(len(self._rows)))
        for row, (label, value) in enumerate(self._rows):
            is_used = row < len(facts)
            label.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                label.setText(facts[row][0])
                value.setText(facts[row][1])
                value.setAccessibleName(f"{facts[row][0]}: {facts[row][1]}")

    def _new_row(self, row: int) -> tuple[QLabel, QLabel]:
        top = Qt.AlignmentFlag.AlignTop
        label = QLabel(self, wordWrap=True)
        label.setProperty("role", "secondary")
        label.setMaximumWidth(_LABEL_WIDTH)
        value = QLabel(self, wordWrap=True)
        value.setProperty("role", "mono")
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(label, row, 0, top)
        self._grid.addWidget(value, row, 1, top)
        return label, value
