"""The stages of a comparison as rows of words, for the table and for copies of it."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from explorer.graph import labels
from explorer.graph.compare.stages import Comparison, Side, Stage
from explorer.graph.model import LayerGraph
from explorer.gui.text import say, tr

NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said on the upper line, and smaller on the lower one."""

    upper: str
    lower: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of one side of a row; None where the side has no such stage."""

    sizes: str
    params: int | None
    macs: int | None
    activation_bytes: int | None
    field: int | None  # None: the whole image, or there is none
    sees_all: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`stage` is None for the whole network."""

    stage: Stage | None
    name: str
    left: Figures
    right: Figures
    sentence: str


_ABSENT = Figures("", None, None, None, None)
_AMOUNTS: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("params", labels.count),
    ("macs", labels.count),
    ("activation_bytes", labels.bytes),
)
COLUMNS = ("stage", "params", "macs", "activation_bytes", "field", "sentence")


def rows(comparison: Comparison) -> list[Row]:
    """The whole networks, then stage by stage."""
    whole = Row(None, tr("compare.whole"), _whole(comparison.left), _whole(comparison.right), "")
    return [whole, *(_row(comparison, stage) for stage in comparison.stages)]


def _row(comparison: Comparison, stage: Stage) -> Row:
    left, right = _figures(comparison.left, stage.left), _figures(comparison.right, stage.right)
    return Row(stage, say(stage.name), left, right, say(stage.sentence))


def _figures(graph: LayerGraph, side: Side | None) -> Figures:
    if side is None:
        return _ABSENT
    totals = side.totals
    last = graph.nodes[side.nodes[-1]].receptive_field
    sees_all = last is not None and last.whole
    field = None if sees_all or not totals.receptive_field else totals.receptive_field
    return Figures(side.sizes, totals.params, totals.macs, totals.activation_bytes, field, sees_all)


def _whole(graph: LayerGraph) -> Figures:
    fields = [node.receptive_field for node in graph.nodes]
    sizes = [max(field.size) for field in fields if field is not None and not field.whole]
    shape = labels.shape(graph.input_shape)
    return Figures(shape, graph.params, graph.macs, graph.activation_bytes, max(sizes, default=None))


# -- cells ----------------------------------------------------------------------------------------------------------


def cells(row: Row) -> tuple[Cell, ...]:
    """One for each of `COLUMNS`."""
    amounts = [
        _compared(getattr(row.left, name), getattr(row.right, name), write, has_ratio=True) for name, write in _AMOUNTS
    ]
    return (Cell(row.name, _sizes(row)), *amounts, _fields(row), Cell(row.sentence))


def _sizes(row: Row) -> str:
    left, right = row.left.sizes, row.right.sizes
    return left if left == right else f"{left or NONE} → {right or NONE}"


def _fields(row: Row) -> Cell:
    left, right = row.left, row.right
    if left.sees_all or right.sees_all:
        told = [
            tr("compare.all") if side.sees_all else NONE if side.field is None else str(side.field)
            for side in (left, right)
        ]
        return Cell(told[0], tr("compare.equal")) if told[0] == told[1] else Cell(f"{told[0]} → {told[1]}")
    return _compared(left.field, right.field, str, has_ratio=False)


def _compared(left: int | None, right: int | None, write: Callable[[int], str], *, has_ratio: bool) -> Cell:
    if left is None and right is None:
        return Cell(NONE)
    if left == right:
        return Cell(write(left or 0), tr("compare.equal"))
    upper = f"{NONE if left is None else write(left)} → {NONE if right is None else write(right)}"
    if left is None or right is None:
        return Cell(upper)
    parts = [difference(left, right, write)]
    if has_ratio and left and right and abs(right - left) >= 0.005 * left:
        parts.append(ratio(right / left))
    return Cell(upper, " · ".join(parts))


def difference(left: int, right: int, write: Callable[[int], str] = labels.count) -> str:
    """How much more the right side has, with its sign."""
    return f"{'+' if right >= left else '−'}{write(abs(right - left))}"


def ratio(times: float) -> str:
    """How many times as much: "×2.6", "+13%", "−67%"."""
    if times >= 2:
        return f"×{times:.1f}" if times < 99.5 else f"×{times:,.0f}"
    share = abs(times - 1) * 100
    return f"{'+' if times >= 1 else '−'}{share:.0f}%" if share < 99.5 else f"−{share:.2f}%"


# -- copies ---------------------------------------------------------------------------------------------------------


def table(comparison: Comparison, names: tuple[str, str]) -> list[list[str]]:
    """A head and the rows with exact numbers, each side and the difference in a column of its own."""
    head = [tr("compare.column_stage"), *(f"{tr('compare.size')}, {name}" for name in names)]
    for key in ("params", "macs", "activation_bytes", "field"):
        title = tr(f"compare.full_{key}")
        head += [f"{title}, {names[0]}", f"{title}, {names[1]}", f"{title}, {tr('compare.difference')}"]
    head.append(tr("compare.column_sentence"))
    return [head, *(_exact(row) for row in rows(comparison))]


def _exact(row: Row) -> list[str]:
    line = [row.name, row.left.sizes, row.right.sizes]
    for name in ("params", "macs", "activation_bytes", "field"):
        left, right = getattr(row.left, name), getattr(row.right, name)
        line += ["" if left is None else str(left), "" if right is None else str(right)]
        line.append("" if left is None or right is None else str(right - left))
    return [*line, row.sentence]


def as_csv(comparison: Comparison, names: tuple[str, str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(table(comparison, names))
    return written.getvalue()


def as_markdown(comparison: Comparison, names: tuple[str, str]) -> str:
    """The cells as they are shown, under the names of the networks."""
    lines = [
        _line(tr(f"compare.column_{key}") for key in COLUMNS),
        "| --- | ---: | ---: | ---: | ---: | --- |",
        *(_line(_in_line(cell) for cell in cells(row)) for row in rows(comparison)),
    ]
    title = tr("compare.markdown_title", left=names[0], right=names[1])
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def _line(words: Iterable[str]) -> str:
    return "| " + " | ".join(word.replace("|", "\\|") for word in words) + " |"


def _in_line(cell: Cell) -> str:
    return f"{cell.upper} ({cell.lower})" if cell.lower else cell.upper
