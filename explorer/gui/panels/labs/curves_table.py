"""What became of the runs that are drawn, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt

from explorer.evaluation.welch import Sample
from explorer.gui.panels.labs import curves_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.tables.plain_rows import UNSORTED, Cell, Content, PlainRows
from explorer.gui.widgets.tables.plain_table import ROW_HEIGHT, PlainTable
from explorer.gui.widgets.tables.swatches import square
from explorer.gui.widgets.words.durations import duration
from explorer.gui.widgets.words.numerals import count, with_deviation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from explorer.gui.panels.labs.curves_drawing import Drawn, ShownRun
    from explorer.runs.curves.curve_points import Points
    from explorer.runs.curves.growing import Floats


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its text key, its number of a run (None where there is none), how it is written, its width.

    Of runs that are drawn as one it is their mean; with how far they are apart where it is `result`.
    """

    key: str
    value: Callable[[ShownRun], float | None]
    write: Callable[[float | None], str]
    width: int
    is_result: bool = False

    def sample(self, drawn: Drawn) -> Sample:
        """Of all runs that have such a number."""
        return Sample.of([value for run in drawn.runs if (value := self.value(run)) is not None])


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
    Column("train_loss", lambda run: _last(run.points.train_losses), words.loss, 88, is_result=True),
    Column("test_loss", lambda run: _last(run.points.test_losses), words.loss, 88, is_result=True),
    Column("train_accuracy", lambda run: _last(run.points.train_accuracies), words.percent, 88, is_result=True),
    Column("test_accuracy", lambda run: _last(run.points.test_accuracies), words.percent, 88, is_result=True),
    Column("best", lambda run: _best(run.points), words.percent, 88, is_result=True),
    Column("best_at", lambda run: None if run.points.best is None else run.points.best + 1.0, _whole, 88),
    Column("steps", lambda run: float(run.points.step), _whole, 80),
    Column("time", lambda run: run.points.seconds, lambda value: duration(value or 0.0), 96),
    Column("work", _total, words.work, 88),
)
NAME = 0
SWATCH = 12  # px
_MEAN, _FACT = 112, 68  # px among means: of a result with its deviation, and of other figures
_BEST_AT = next(place for place, column in enumerate(COLUMNS) if column.key == "best_at")


def _is_same(before: Drawn, after: Drawn) -> bool:
    said = [(one.label, one.colour, [run.macs for run in one.runs]) for one in (before, after)]
    points = zip(before.runs, after.runs, strict=False)
    return said[0] == said[1] and all(one.points is other.points for one, other in points)


def _ranker(column: int) -> Callable[[Drawn], Any]:
    told = COLUMNS[column]

    def number(drawn: Drawn) -> float:
        sample = told.sample(drawn)
        return sample.mean if sample.count else float("-inf")

    return (lambda drawn: drawn.label.lower()) if column == NAME else number


def _write(row: Drawn, column: int) -> Cell:
    if column == NAME:
        return Cell(row.label, icon=square(row.colour, SWATCH))
    told = COLUMNS[column]
    sample = told.sample(row)
    mean = told.write(sample.mean if sample.count else None)
    is_spread = told.is_result and sample.count > 1
    return Cell(with_deviation(mean, told.write(sample.deviation)) if is_spread else mean)


# One line for each run that is drawn, or several as one, as they were chosen until a column is sorted by.
FIGURES: Content[Drawn] = Content(
    columns=len(COLUMNS),
    key=lambda drawn: drawn.key,
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

    def show_all(self, drawn: Sequence[Drawn]) -> None:
        """Shows these; among means nobody asks for the best epoch, and deviations take its room."""
        self.figures.show_all(drawn)
        has_means = any(len(one.runs) > 1 for one in drawn)
        if has_means != self.isColumnHidden(_BEST_AT):
            self.setColumnHidden(_BEST_AT, has_means)
            self.fit()

    def column_key(self, column: int) -> str:
        return COLUMNS[column].key

    def fit(self) -> None:
        """Makes each column as wide as its title, or as what stands in it may become."""
        widths = {place: max(self.title_width(place), column.width) for place, column in enumerate(COLUMNS)}
        if self.isColumnHidden(_BEST_AT):
            del widths[_BEST_AT]
            for place in widths:
                widths[place] = max(self.title_width(place), _MEAN if COLUMNS[place].is_result else _FACT)
        others = sum(width for place, width in widths.items() if place != NAME)
        widths[NAME] = max(self.viewport().width() - others, COLUMNS[NAME].width)
        self.fit_columns(widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
