"""Rows of a graph's table as text to be pasted elsewhere: Markdown, CSV or LaTeX."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph.export import Written
from explorer.graph.rows import HEADS, TEXTS, Column, Listing, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from explorer.graph.export import Request
    from explorer.graph.rows import Row

_TOTAL = Text("Total", "合计")
_SUMS = (Column.PARAMS, Column.PARAMS_SHARE, Column.MACS, Column.MACS_SHARE, Column.MEMORY)

# What Markdown and LaTeX would read as a sign of their own, and how it is written so that they do not.
_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fff"
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
    summed = total(rows)
    sums = [listing.amount(summed, column) if column in _SUMS else "" for column in Column]
    sums[1] = _TOTAL.language(language)
    if form is Form.MARKDOWN:
        return _markdown(heads, _cells(listing, rows, language, markdown_text, markdown_code), sums)
    return _latex(heads, _cells(listing, rows, language, latex_text, latex_text), sums)


# What decides the text of a cell, but for a row's place in the table.
_CONTENT: Mapping[Column, Callable[[Row], object]] = {
    Column.NUMBER: attrgetter("number"),
    Column.PATH: attrgetter("path"),
    Column.KIND: attrgetter("kind"),
    Column.OUTPUT: attrgetter("output_shape"),
    Column.PARAMS: attrgetter("params"),
    Column.PARAMS_SHARE: attrgetter("params"),
    Column.MACS: attrgetter("macs"),
    Column.MACS_SHARE: attrgetter("macs"),
    Column.MEMORY: attrgetter("activation_bytes"),
    Column.FIELD: lambda row: id(row.field),
}


def _cells(
    listing: Listing,
    rows: Sequence[Row],
    language: str,
    escape: Callable[[str], str],
    escape_path: Callable[[str], str],
) -> Iterable[tuple[str, ...]]:
    """The cells of each row, escaped. Equal cells are written once: a large table is copied while a key is pressed."""
    columns: list[list[str]] = []
    for column in Column:
        content, written, safe = _CONTENT[column], listing.written, escape_path if column is Column.PATH else escape
        known: dict[object, str] = {}
        cells: list[str] = []
        for row in rows:
            key = content(row)
            cell = known.get(key)
            if cell is None:
                cell = known[key] = safe(written(row, column, language))
            cells.append(cell)
        columns.append(cells)
    return zip(*columns, strict=True)


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


def _markdown(heads: list[str], rows: Iterable[Iterable[str]], sums: list[str]) -> str:
    rule = ["---" if column in TEXTS else "---:" for column in Column]
    lines = [markdown_line(map(markdown_text, heads)), markdown_line(rule), *map(markdown_line, rows)]
    lines.append(markdown_line(f"**{markdown_text(cell)}**" if cell else "" for cell in sums))
    return "\n".join(lines) + "\n"


def _latex(heads: list[str], rows: Iterable[Iterable[str]], sums: list[str]) -> str:
    """A `tabular` with the rules of the package booktabs; Chinese needs ctex, too."""
    columns = "".join("l" if column in TEXTS else "r" for column in Column)
    cells = [_latex_line(map(latex_text, heads)), *map(_latex_line, rows), _latex_line(map(latex_text, sums))]
    is_chinese = any(_FIRST_HAN <= letter <= _LAST_HAN for letter in "".join(cells))
    lines = [
        "% needs \\usepackage{booktabs}" + (" and \\usepackage{ctex}, with XeLaTeX" if is_chinese else ""),
        f"\\begin{{tabular}}{{{columns}}}",
        "\\toprule",
        cells[0],
        "\\midrule",
        *cells[1:-1],
        "\\midrule",
        cells[-1],
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _latex_line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _csv(listing: Listing, rows: Iterable[Row], language: str) -> str:
    """Cells for a program: bare numbers, sizes with an "x" between them, empty where nothing is known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([HEADS[column].language(language) for column in Column])
    known: dict[int, str] = {}
    whole = listing.total
    for row in rows:
        field = known.get(id(row.field))
        if field is None:
            seen = row.field is not None
            field = known[id(row.field)] = _bare(listing.written(row, Column.FIELD, language)) if seen else ""
        writer.writerow(
            (
                row.number or "",
                row.path,
                row.kind,
                ("x".join(map(str, row.output_shape)) or "1")
                if row.fits
                else listing.written(row, Column.OUTPUT, language),
                row.params,
                f"{row.params / whole.params if whole.params else 0:.6f}",
                row.macs,
                f"{row.macs / whole.macs if whole.macs else 0:.6f}",
                row.activation_bytes,
                field,
            )
        )
    return text.getvalue()


def _bare(sizes: str) -> str:
    return sizes.replace("×", "x")
