"""The runs table as text, to be pasted elsewhere: the rows and columns that are shown."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from explorer.gui.panels.training.run_columns import COLUMNS, COMPARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.gui.panels.training.run_table import RunTable


def as_markdown(table: RunTable, columns: Sequence[int]) -> str:
    """A table as GitHub and notebooks show it."""
    head, *rows = _cells(table, columns)
    rule = ["--:" if COLUMNS[column].is_number else "---" for column in _told(columns)]
    lines = [[cell.replace("|", "\\|") for cell in row] for row in (head, rule, *rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_csv(table: RunTable, columns: Sequence[int]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(_cells(table, columns))
    return buffer.getvalue()


def _cells(table: RunTable, columns: Sequence[int]) -> list[list[str]]:
    told = [COLUMNS[column] for column in _told(columns)]
    return [[column.title for column in told], *([table.words(row, column) for column in told] for row in table.rows)]


def _told(columns: Sequence[int]) -> list[int]:
    return [column for column in columns if column != COMPARE]
