"""Two columns: what, and its number or arithmetic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from explorer.gui.widgets.words.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LABEL_WIDTH = 112
_GROUPS = re.compile(r"(?<=\d) (?=\d{3})")  # between the groups of a number: no place for a new line
_UNITS = re.compile(r"(?<=\d) (?=[KMGT]?B\b|%)|(?<==) ")  # nor before a unit and after an equals sign
_JOINED = re.compile("\u00a0(?!\\d{3})|(?<==)\u00a0")

_PATH_DOTS = re.compile(r"(?<=[A-Za-z_])\.(?=\w)|(?<=\w)\.(?=[A-Za-z_])")  # where a long path may go on in a new line
_MAY_BREAK = "\u200b"


class FactTable(QWidget):
    """Rows of words and fixed-width numbers; the numbers can be selected and copied, and words say what they mean.

    With `is_short` a row is one line: what does not fit is left out, and said in the tool tip.
    """

    def __init__(
        self, parent: QWidget | None = None, *, is_short: bool = False, label_width: int = LABEL_WIDTH
    ) -> None:
        super().__init__(parent)
        self._is_short, self._label_width = is_short, label_width
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6 if is_short else 8)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is shown now."""
        return [
            (label.text(), _JOINED.sub(" ", value.text().replace(_MAY_BREAK, "")))
            for label, value in self._rows
            if not value.isHidden()
        ]

    def show_facts(self, facts: Sequence[tuple[str, str]], meanings: Mapping[str, str] | None = None) -> None:
        """Shows words and numbers; `meanings` explain the words at rest of the pointer."""
        while len(self._rows) < len(facts):
            self._rows.append(self._new_row(len(self._rows)))
        for row, (label, value) in enumerate(self._rows):
            is_used = row < len(facts)
            label.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                label.setText(facts[row][0])
                label.setToolTip((meanings or {}).get(facts[row][0], ""))
                written = _UNITS.sub("\u00a0", _GROUPS.sub("\u00a0", facts[row][1]))
                value.setText(written if self._is_short else _PATH_DOTS.sub(f".{_MAY_BREAK}", written))
                value.setAccessibleName(f"{facts[row][0]}: {facts[row][1]}")

    def _new_value(self) -> QLabel:
        if self._is_short:
            short = ElidedLabel(self)
            short.setProperty("role", "mono")
            short.setProperty("size", "small")
            return short
        value = QLabel(self, wordWrap=True)
        value.setProperty("role", "mono")
        value.setMinimumWidth(120)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return value

    def _new_row(self, row: int) -> tuple[QLabel, QLabel]:
        top = Qt.AlignmentFlag.AlignTop
        label = QLabel(self, wordWrap=True)
        label.setProperty("role", "secondary")
        label.setFixedWidth(self._label_width)
        value = self._new_value()
        self._grid.addWidget(label, row, 0, top)
        self._grid.addWidget(value, row, 1, top)
        return label, value
