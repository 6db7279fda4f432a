"""What became of the runs that are drawn, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt

from explorer.gui.panels.labs import curves_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.tables.plain_rows import UNSORTED, Cell, Content, PlainRows
from explorer.gui.widgets.tables.plain_table import ROW_HEIGHT, PlainTable
from explorer.gui.widgets.tables.swatches import square
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.gui.panels.labs.curves_drawing import ShownRun
    from explorer.runs.curves.curve_points import Points
    from explorer.runs.curves.growing import Floats


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its text key, its number of a run (None where there is none), how it is written, its width."""

    key: str
    value: Callable[[ShownRun], float | None]
    write: Callable[[float | None], str]
    width: int


def _last(values: Floats) -> float | None:
    return float(values[-1]) if len(values) else None


def _best(points: Points) -> float | None:
    return None if points.best is None else float(points.test_accuracies[points.best])


def _total(run: ShownRun) -> float | None:
    return None if run.macs is None else run.points.macs(run.macs)


def _whole(value: float | None) -> str:
    return "" if value is None else count(round(value))


COLUMNS = (
    Column("name", lambda run: None, lambda value: "", 130),
    Column("train_loss", lambda run: _last(run.points.train_losses), words.loss, 88),
    Column("test_loss", lambda run: _last(run.points.test_losses), words.loss, 88),
    Column("train_accuracy", lambda run: _last(run.points.train_accuracies), words.percent, 88),
    Column("test_accuracy", lambda run: _last(run.points.test_accuracies), words.percent, 88),
    Column("best", lambda run: _best(run.points), words.percent, 88),
    Column("best_at", lambda run: None if run.points.best is None else run.points.best + 1.0, _whole, 88),
    Column("steps", lambda run: float(run.points.step), _whole, 80),
    Column("time", lambda run: run.points.seconds, lambda value: words.clock(value or 0.0), 80),
    Column("work", _total, words.work, 88),
)
NAME = 0
SWATCH = 12  # px


def _is_same(before: ShownRun, after: ShownRun) -> bool:
    said = [(run.name, run.colour, run.macs) for run in (before, after)]
    return before.points is after.points and said[0] == said[1]


def _ranker(column: int) -> Callable[[ShownRun], Any]:
    told = COLUMNS[column].value

    def number(run: ShownRun) -> float:
        value = told(run)
        return float("-inf") if value is None else value

    return (lambda run: run.name.lower()) if column == NAME else number


def _write(row: ShownRun, column: int) -> Cell:
    if column == NAME:
        return Cell(row.name, icon=square(row.colour, SWATCH))
    told = COLUMNS[column]
    return Cell(told.write(told.value(row)))


# One line for each run that is drawn, as they were chosen until a column is sorted by.
FIGURES: Content[ShownRun] = Content(
    columns=len(COLUMNS),
    key=lambda run: run.points.run,
    title=lambda column: tr(f"curves.column_{COLUMNS[column].key}"),
    write=_write,
    ranker=_ranker,
    is_same=_is_same,
    is_number=lambda column: column != NAME,
    is_falling_first=lambda column: COLUMNS[column].key in ("train_accuracy", "test_accuracy", "best"),
    heading_tip=lambda column: tr(f"curves.column_{COLUMNS[column].key}_tip"),
)


class FiguresView(PlainTable):
    """The table; the names take the width that is left over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("curveFigures", takes_many=True, parent=parent)
        self.figures = PlainRows(FIGURES, self)
        self.show_rows_of(self.figures)
        self.sortByColumn(UNSORTED, Qt.SortOrder.AscendingOrder)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setMinimumHeight(ROW_HEIGHT * 3)

    def column_key(self, column: int) -> str:
        return COLUMNS[column].key

    def fit(self) -> None:
        """Makes each column as wide as its title, or as what stands in it may become."""
        widths = {place: max(self.title_width(place), column.width) for place, column in enumerate(COLUMNS)}
        others = sum(width for place, width in widths.items() if place != NAME)
        widths[NAME] = max(self.viewport().width() - others, COLUMNS[NAME].width)
        self.fit_columns(widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
