"""The layers of a graph as the rows of a table: some left out, in the order of one column."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from explorer.graph.rows import HEADS, SHARES, TEXTS, Column, Listing, Row, Target, Total, total
from explorer.gui import text, theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.tables.plain_rows import Cell, Content, PlainRows
from explorer.gui.widgets.tables.swatches import square
from explorer.gui.widgets.words import numerals

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

COLUMNS = tuple(Column)
CHIP = 9  # px


class LayerTable(PlainRows[Row]):
    """The rows of one listing."""

    def __init__(self, parent: QObject | None = None) -> None:
        content = Content(
            columns=len(COLUMNS),
            key=attrgetter("target"),
            title=lambda column: say(HEADS[COLUMNS[column]]),
            write=self._write,
            ranker=self._ranker,
            is_wanted=self._is_wanted,
            is_number=_is_amount,
            is_falling_first=_is_amount,  # the largest is what one looks for
            heading_tip=lambda column: tr(f"graph.column_{COLUMNS[column]}_tip"),
        )
        super().__init__(content, parent)
        self._listing: Listing | None = None
        self._found: frozenset[Target] | None = None
        self._largest: dict[Column, float] = {}
        self._by = COLUMNS.index(Column.NUMBER)

    @property
    def listing(self) -> Listing | None:
        return self._listing

    @property
    def is_filtered(self) -> bool:
        return self._found is not None

    def show_listing(self, listing: Listing | None) -> None:
        self._listing = listing
        self.show_all(() if listing is None else listing.rows, anew=True)

    def show_only(self, targets: frozenset[Target] | None) -> None:
        """Leaves out all rows but those of `targets`; None: leaves out none."""
        if targets != self._found:
            self._found = targets
            self.arrange(anew=True)

    def largest(self, column: Column) -> float:
        """The largest share of a row that is shown."""
        if column not in self._largest:
            shares = (self._shares().share(row, column) for row in self.rows)
            self._largest[column] = max(shares, default=0.0)
        return self._largest[column]

    def sums(self) -> Total:
        """Over the layers that are shown."""
        return total(self.rows)

    # -- what the table is made of ----------------------------------------------------------------------------------

    def arrange(self, *, anew: bool = False) -> None:
        self._largest.clear()
        super().arrange(anew=anew)

    def _is_wanted(self, row: Row) -> bool:
        return self._found is None or row.target in self._found

    def _ranker(self, column: int) -> Callable[[Row], Any]:
        listing, by = self._shares(), COLUMNS[column]
        return lambda row: listing.key(row, by)

    def _write(self, row: Row, column: int) -> Cell:
        name, listing = COLUMNS[column], self._shares()
        words = cell(listing.written(row, name, text.language()), name)
        icon = square(theme.category_colour(row.category).name(), CHIP) if name is Column.PATH else None
        return Cell(words, _ink(row, name), row.is_block, icon, self._bar(row, name))

    def _bar(self, row: Row, column: Column) -> float | None:
        """The largest share fills it."""
        share = self._shares().share(row, column) if column in SHARES else 0.0
        return share / max(share, self.largest(column)) if share else None

    def _shares(self) -> Listing:
        assert self._listing is not None  # else there are no rows
        return self._listing


def _is_amount(column: int) -> bool:
    return COLUMNS[column] not in {*TEXTS, Column.NUMBER}


def _ink(row: Row, column: Column) -> str:
    if column is Column.OUTPUT and not row.fits:
        return "danger"
    if column in (Column.NUMBER, Column.KIND, Column.OUTPUT) and not row.is_block:
        return "secondary"
    amounts = {Column.PARAMS: row.params, Column.MACS: row.macs, Column.MEMORY: row.activation_bytes}
    amounts |= {Column.PARAMS_SHARE: row.params, Column.MACS_SHARE: row.macs}
    return "text" if amounts.get(column, 1) else "faint"


def cell(words: str, column: Column) -> str:
    """What stands in a cell on the screen; copies of the table keep their commas."""
    return numerals.grouped(words) if column in (Column.PARAMS, Column.MACS) else words
