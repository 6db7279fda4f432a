"""The rows of the runs table: those that are looked for, in the order asked for."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from explorer.gui import theme
from explorer.gui.panels.training import words
from explorer.gui.panels.training.run_columns import COLUMNS, COMPARE, NAME, NUMBER, Column, origin
from explorer.gui.services import network_names
from explorer.gui.text import language, say, tr
from explorer.gui.widgets.tables.plain_rows import AnyIndex, Cell, Content, PlainRows
from explorer.gui.widgets.tables.swatches import disc
from explorer.runs.shelf import filtering
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon

    from explorer.runs.shelf.record import RunRecord

RUN_ROLE = Qt.ItemDataRole.UserRole + 1
DOT = 8  # px

_STATUS_COLOURS = {
    Status.RUNNING: "accent",
    Status.QUEUED: "secondary",
    Status.FINISHED: "success",
    Status.STOPPED: "faint",
    Status.FAILED: "danger",
    Status.INTERRUPTED: "warning",
}


class RunTable(PlainRows["RunRecord"]):
    """Runs, with a tick for those to compare.

    Signals:
        compared_changed: Another set of runs is ticked.
        counted: Other runs are shown, or there are more or less of them.
        renamed(str, str): The user has typed a name for a run.
    """

    compared_changed = Signal()
    counted = Signal()
    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        content = Content(
            columns=len(COLUMNS),
            key=attrgetter("id"),
            title=lambda column: COLUMNS[column].title,
            write=self._write,
            ranker=self._ranker,
            is_wanted=self._is_wanted,
            is_number=lambda column: COLUMNS[column].is_number,
            heading_tip=_heading_tip,
            tip=_tip,
            spoken=self._spoken,
        )
        super().__init__(content, parent)
        self._compared: list[str] = []
        self._paused: frozenset[str] = frozenset()
        self._filter = filtering.Filter()
        self._by, self._is_falling = NUMBER, True

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[str, ...]:
        """The ticked runs, in the order of ticking."""
        return tuple(self._compared)

    def show_records(self, records: tuple[RunRecord, ...], *, paused: frozenset[str]) -> None:
        """Shows these, as far as they are looked for; rows that stay keep their selection."""
        before = self.count
        was_paused, self._paused = self._paused, paused
        self.show_all(records)
        for run in paused ^ was_paused:
            self.rewrite(run)
        if len(records) != before:
            self.counted.emit()
        if self._compared:
            known = {record.id for record in records}
            if not known.issuperset(self._compared):
                self._compared = [run for run in self._compared if run in known]
                self.compared_changed.emit()

    def find(self, text: str) -> None:
        """Shows only what `text` asks for; see `filtering`."""
        self._filter = filtering.parse(text, titles=_titles)
        self.arrange()
        self.counted.emit()

    def toggle_compared(self, run: str) -> None:
        """Ticks `run`, or takes its tick away."""
        if run in self._compared:
            self._compared.remove(run)
        else:
            self._compared.append(run)
        self.rewrite(run)
        self.compared_changed.emit()

    def is_compared(self, run: str) -> bool:
        return run in self._compared

    def words(self, record: RunRecord, column: Column) -> str:
        if column.key == "status" and record.id in self._paused:
            return tr("training.status_paused")
        return column.write(record)

    # -- what the table is made of ----------------------------------------------------------------------------------

    def _is_wanted(self, row: RunRecord) -> bool:
        return self._filter.matches(row)

    def _ranker(self, column: int) -> Callable[[RunRecord], Any]:
        return (lambda row: self.is_compared(row.id)) if column == COMPARE else COLUMNS[column].sort

    def _write(self, row: RunRecord, column: int) -> Cell:
        told = COLUMNS[column]
        if column == COMPARE:
            return Cell("", tick=self.is_compared(row.id))
        return Cell(self.words(row, told), icon=self._dot(row) if told.key == "status" else None)

    def _spoken(self, row: RunRecord, column: int) -> str | None:
        told = COLUMNS[column]
        if told.key == "compare":  # a tick and an empty cell say nothing by themselves
            return tr("runs.compared" if self.is_compared(row.id) else "runs.not_compared", number=row.number)
        return f"{told.title}: {self.words(row, told)}"

    def _dot(self, record: RunRecord) -> QIcon:
        """The sign of the run's status, before its words."""
        colour = "warning" if record.id in self._paused else _STATUS_COLOURS[record.status]
        return disc(theme.colour(colour).name(), DOT)

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == RUN_ROLE:
            return self.rows[index.row()].id if index.isValid() else None
        if role == Qt.ItemDataRole.EditRole:
            return self.rows[index.row()].about.name if index.isValid() and index.column() == NAME else None
        return super().data(index, role)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self.rows[index.row()].id
        if index.column() == COMPARE and role == Qt.ItemDataRole.CheckStateRole:
            self.toggle_compared(run)
            return True
        if index.column() == NAME and role == Qt.ItemDataRole.EditRole:
            self.renamed.emit(run, str(value))
            return True
        return False

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == COMPARE else flags


def _heading_tip(column: int) -> str | None:
    key = COLUMNS[column].key
    return tr(f"training.column_{key}_tip") if key in ("compare", "test", "loss") else None


def _tip(row: RunRecord, column: int) -> str:
    key = COLUMNS[column].key
    if key == "compare":
        return tr("training.column_compare_tip")
    if key == "status" and row.message is not None:
        return say(row.message) + ("" if row.hint is None else "\n" + say(row.hint))
    config, about = row.plan.config, row.about
    settings = f"{words.optimizer(config)} · {tr('training.batch_size')} {config.batch_size}"
    tags = " ".join(f"#{tag}" for tag in about.tags)
    return "\n".join(line for line in (about.name, settings, origin(row), tags, about.note[:400]) if line)


def _titles(record: RunRecord) -> tuple[str, ...]:
    """What the table calls the run's network, data and status."""
    plan = record.plan
    return _called(network_names.name(plan.choice), plan.dataset, record.status, record.is_paused, language())


@lru_cache(512)
def _called(network: str, dataset: str, status: Status, is_paused: bool, _language: str) -> tuple[str, ...]:
    """Kept: many of a thousand runs are called the same, and all are looked through for each letter that is typed."""
    return (
        network,
        words.dataset(dataset),
        tr("runs.status_queued") if status == Status.QUEUED else tr(f"training.status_{status}"),
        tr("training.status_paused") if is_paused else "",
    )
