"""Rows of a graph's table as text to be pasted elsewhere: Markdown, CSV or LaTeX."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph.export import Written
from explorer.graph.rows import HEADS, SHARES, TEXTS, Column, Listing, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from explorer.graph.export import Request
    from explorer.graph.rows import Row

_TOTAL = Text("Total", "合计")
_SUMS = (Column.PARAMS, Column.PARAMS_SHARE, Column.MACS, Column.MACS_SHARE, Column.MEMORY)

# What Markdown and LaTeX would read as a sign of their own, and how it is written so that they do not.
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|[]<>"})
_LATEX: Mapping[int, str] = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "×": r"$\times$",
        "–": "--",
        "<": r"$<$",
        ">": r"$>$",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)


class Form(StrEnum):
    """A way to write a table; the value is the ending of such a file."""

    MARKDOWN = "md"
    CSV = "csv"
    LATEX = "tex"


def render(request: Request) -> Written:
    """The table of all layers; CSV in Chinese begins with the mark by which spreadsheets know UTF-8."""
    listing = Listing(request.graph)
    form = Form(request.suffix.removeprefix("."))
    text = write(listing, listing.rows, form, request.language)
    is_for_chinese_sheet = form is Form.CSV and request.language == "zh"
    return Written(text.encode("utf-8-sig" if is_for_chinese_sheet else "utf-8"))


def write(listing: Listing, rows: Sequence[Row], form: Form, language: str = "en") -> str:
    """`rows` of the table with heads and, but for CSV, the sums over the layers among them.

    CSV holds bare numbers (bytes, shares between 0 and 1), for programs; the others hold what the window shows.
    """
    if form is Form.CSV:
        return _csv(listing, rows, language)
    heads = [HEADS[column].language(language) for column in Column]
    cells = [[listing.written(row, column, language) for column in Column] for row in rows]
    summed = total(rows)
    sums = [listing.amount(summed, column) if column in _SUMS else "" for column in Column]
    sums[1] = _TOTAL.language(language)
    render = _markdown if form is Form.MARKDOWN else _latex
    return render(heads, cells, sums)


def markdown_line(cells: Iterable[str]) -> str:
    """One row of a Markdown table, of cells that are Markdown already."""
    return "| " + " | ".join(cells) + " |"


def markdown_text(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    return text.translate(_MARKDOWN)


def markdown_code(text: str) -> str:
    """`text` in fixed width, in a table: a bar would end the cell, a backquote the code."""
    if "`" in text or "|" in text:
        return markdown_text(text)
    return f"`{text}`"


def latex_text(text: str) -> str:
    """`text` so that LaTeX prints it as it is; Chinese needs a document that has the fonts for it."""
    return text.translate(_LATEX)


def _markdown(heads: list[str], cells: list[list[str]], sums: list[str]) -> str:
    rule = ["---" if column in TEXTS else "---:" for column in Column]
    path = list(Column).index(Column.PATH)
    lines = [markdown_line(map(markdown_text, heads)), markdown_line(rule)]
    for row in cells:
        lines.append(
            markdown_line(
                markdown_code(cell) if place == path else markdown_text(cell) for place, cell in enumerate(row)
            )
        )
    lines.append(markdown_line(f"**{markdown_text(cell)}**" if cell else "" for cell in sums))
    return "\n".join(lines) + "\n"


def _latex(heads: list[str], cells: list[list[str]], sums: list[str]) -> str:
    """A `tabular` with the rules of the package booktabs."""
    columns = "".join("l" if column in TEXTS else "r" for column in Column)
    lines = [
        "% needs \\usepackage{booktabs}",
        f"\\begin{{tabular}}{{{columns}}}",
        "\\toprule",
        _latex_line(heads),
        "\\midrule",
        *map(_latex_line, cells),
        "\\midrule",
        _latex_line(sums),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _latex_line(cells: Iterable[str]) -> str:
    return " & ".join(map(latex_text, cells)) + r" \\"


def _csv(listing: Listing, rows: Iterable[Row], language: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([HEADS[column].language(language) for column in Column])
    writer.writerows([[_bare(listing, row, column, language) for column in Column] for row in rows])
    return text.getvalue()


def _bare(listing: Listing, row: Row, column: Column, language: str) -> str | int:
    """A cell for a program: sizes with an "x" between them, empty where nothing is known."""
    if column in SHARES:
        return f"{listing.share(row, column):.6f}"
    match column:
        case Column.PARAMS:
            return row.params
        case Column.MACS:
            return row.macs
        case Column.MEMORY:
            return row.activation_bytes
        case Column.FIELD if row.field is None:
            return ""
    return listing.written(row, column, language).replace("×", "x")
