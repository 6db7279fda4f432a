"""The left of the curves page: a search, the list of runs, and what can be done with all that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.panels.labs.curves_runs import RunList, ShownRuns
from explorer.gui.text import tr

if TYPE_CHECKING:
    from explorer.runs.shelf.record import RunRecord

WIDTH, LEAST_WIDTH = 268, 214  # px; as the list of data sets, and where the charts have no room
MOST_AT_ONCE = 100  # runs that one press ticks: a thousand would be read for minutes


class CurvesSide(QFrame):
    """Chooses the runs that are drawn."""

    def __init__(self, shown: ShownRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(LEAST_WIDTH)
        self.setMaximumWidth(WIDTH)
        self._shown = shown
        self.search, self.list = QLineEdit(clearButtonEnabled=True), RunList(shown)
        self.only, self.all, self.none = QPushButton(), QPushButton(), QPushButton()
        self._count, self._empty = QLabel(), QLabel(wordWrap=True, margin=16)
        self._icon = self.search.addAction(theme.icon("search", "faint", 16), QLineEdit.ActionPosition.LeadingPosition)
        self._lay_out()
        self.search.textChanged.connect(self._on_search)
        self.only.toggled.connect(self._on_only)
        self.all.clicked.connect(self._show_found)
        self.none.clicked.connect(lambda: shown.hide(*shown.runs))

    def _lay_out(self) -> None:
        self.search.setObjectName("curvesSearch")
        self.search.setProperty("role", "search")
        self.only.setCheckable(True)
        self.only.setProperty("role", "pill")
        for button, name in ((self.all, "curvesAll"), (self.none, "curvesNone")):
            button.setProperty("role", "link")
            button.setObjectName(name)
        self._count.setProperty("role", "caption")
        self._empty.setProperty("role", "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        self._stack()

    def _stack(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(6)
        row.addWidget(self.only)
        row.addStretch(1)
        row.addWidget(self.all)
        row.addWidget(self.none)
        margins = QVBoxLayout()
        margins.setContentsMargins(12, 4, 12, 0)
        margins.addWidget(self.search)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 4, 12, 8)
        foot.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(margins)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        column.addLayout(foot)

    def show_records(self, records: tuple[RunRecord, ...]) -> None:
        self.list.rows.show_records(records)
        self.count()

    def count(self) -> None:
        """Says how many are drawn, and what can be done."""
        found, shown = self.list.rows.found, self._shown.runs
        has_any = bool(found or shown)
        self._count.setText(tr("curves.count", shown=len(shown), found=len(found)) if has_any else "")
        self.none.setEnabled(bool(shown))
        self.all.setEnabled(any(record.id not in self._shown and record.steps for record in found))
        self._pages.setCurrentIndex(0 if found else 1)
        self._empty.setText(tr("curves.found_none") if self.search.text().strip() else tr("curves.list_empty"))

    def _on_search(self, text: str) -> None:
        self.list.rows.search(text)
        self.count()

    def _on_only(self, is_on: bool) -> None:
        self.list.rows.set_only_shown(is_on)
        self.count()

    def _show_found(self) -> None:
        with_curves = [record.id for record in self.list.rows.found if record.steps]
        self._shown.show(*with_curves[:MOST_AT_ONCE])

    def retranslate(self) -> None:
        self.search.setPlaceholderText(tr("curves.search"))
        self.search.setAccessibleName(tr("curves.search"))
        self.search.setToolTip(tr("curves.search_tip"))
        self.list.setAccessibleName(tr("curves.runs"))
        for button, key in ((self.only, "only"), (self.all, "all"), (self.none, "none")):
            button.setText(tr(f"curves.{key}"))
            button.setToolTip(tr(f"curves.{key}_tip"))
        self.count()
        self.list.rows.refresh()

    def restyle(self) -> None:
        self._icon.setIcon(theme.icon("search", "faint", 16))
        self.list.rows.refresh()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 400)
