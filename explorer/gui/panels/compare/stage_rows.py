"""The stages of a comparison as rows of words, for the table and for copies of it."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from explorer.graph import labels
from explorer.graph.compare.stages import Comparison, Side, Stage
from explorer.graph.compare.totals import Totals
from explorer.graph.model import LayerGraph
from explorer.gui.text import say, tr
from explorer.gui.widgets.words import numerals

NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said on the upper line, and smaller on the lower one."""

    upper: str
    lower: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount of a network, and how it relates to that of the reference: "Params", "11.2 M", "×2.6"."""

    name: str
    value: str
    ratio: str = ""


@dataclass(frozen=True, slots=True)
class NetworkCell:
    """All that is said of one network in a stage."""

    figures: tuple[Figure, ...]  # none where it has no such stage
    sentence: str

    @property
    def words(self) -> str:
        told = ", ".join(" ".join(filter(None, (each.name, each.value, each.ratio))) for each in self.figures)
        return f"{told or NONE}. {self.sentence}".strip()


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of one side of a row; None where the side has no such stage."""

    sizes: str
    params: int | None
    macs: int | None
    activation_bytes: int | None
    field: int | None  # None: the whole image, or there is none
    depth: int | None
    sees_all: bool = False

    @property
    def is_there(self) -> bool:
        return self.params is not None


@dataclass(frozen=True, slots=True)
class Row:
    """`stage` is None for the whole networks; a sentence for each network but the reference."""

    stage: Stage | None
    name: str
    sides: tuple[Figures, ...]
    sentences: tuple[str, ...]


_ABSENT = Figures("", None, None, None, None, None)
_AMOUNTS: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("params", labels.count),
    ("macs", labels.count),
    ("activation_bytes", labels.bytes),
)
_EXACT = ("params", "macs", "activation_bytes", "field", "depth")
COLUMNS = ("stage", "params", "macs", "activation_bytes", "field", "sentence")  # of two networks


def rows(comparison: Comparison) -> list[Row]:
    """The whole networks, then stage by stage."""
    whole = Row(
        None,
        tr("compare.whole"),
        tuple(_whole(graph, sums) for graph, sums in zip(comparison.graphs, comparison.totals, strict=True)),
        tuple(say(remark) for remark in comparison.remarks),
    )
    return [whole, *(_row(comparison, stage) for stage in comparison.stages)]


def _row(comparison: Comparison, stage: Stage) -> Row:
    sides = tuple(_figures(graph, side) for graph, side in zip(comparison.graphs, stage.sides, strict=True))
    return Row(stage, say(stage.name), sides, tuple(say(text) for text in stage.sentences))


def _figures(graph: LayerGraph, side: Side | None) -> Figures:
    if side is None:
        return _ABSENT
    totals = side.totals
    last = graph.nodes[side.nodes[-1]].receptive_field
    sees_all = last is not None and last.whole
    field = None if sees_all or not totals.receptive_field else totals.receptive_field
    return Figures(side.sizes, totals.params, totals.macs, totals.activation_bytes, field, totals.depth, sees_all)


def _whole(graph: LayerGraph, sums: Totals) -> Figures:
    shape = labels.shape(graph.input_shape)
    return Figures(shape, sums.params, sums.macs, sums.activation_bytes, sums.receptive_field or None, sums.depth)


# -- cells of two networks ------------------------------------------------------------------------------------------


def cells(row: Row) -> tuple[Cell, ...]:
    """One for each of `COLUMNS`, where there are two networks."""
    left, right = row.sides
    amounts = [_compared(getattr(left, name), getattr(right, name), write) for name, write in _AMOUNTS]
    return (Cell(row.name, _sizes(left, right)), *amounts, _fields(left, right), Cell(row.sentences[0]))


def _sizes(left: Figures, right: Figures) -> str:
    return left.sizes if left.sizes == right.sizes else f"{left.sizes or NONE} → {right.sizes or NONE}"


def _fields(left: Figures, right: Figures) -> Cell:
    if left.sees_all or right.sees_all:
        told = [_field(side) for side in (left, right)]
        return Cell(told[0], tr("compare.equal")) if told[0] == told[1] else Cell(f"{told[0]} → {told[1]}")
    return _compared(left.field, right.field, str)


def _field(side: Figures) -> str:
    return tr("compare.all") if side.sees_all else NONE if side.field is None else str(side.field)


def _compared(left: int | None, right: int | None, write: Callable[[int], str]) -> Cell:
    if left is None and right is None:
        return Cell(NONE)
    if left == right:
        return Cell(write(left or 0), tr("compare.equal"))
    upper = f"{NONE if left is None else write(left)} → {NONE if right is None else write(right)}"
    if left is None or right is None:
        return Cell(upper)
    parts = [difference(left, right, write)]
    if left and right and abs(right - left) >= 0.005 * left:
        parts.append(ratio(right / left))
    return Cell(upper, " · ".join(parts))


def difference(left: int, right: int, write: Callable[[int], str] = labels.count) -> str:
    """How much more the right side has, with its sign."""
    return f"{'+' if right >= left else '−'}{write(abs(right - left))}"


def ratio(times: float) -> str:
    """How many times as much: "×2.6", "+13%", "−67%"."""
    if times >= 2:
        return f"×{times:.1f}" if times < 99.5 else f"×{numerals.count(round(times))}"
    share = abs(times - 1) * 100
    return f"{'+' if times >= 1 else '−'}{share:.0f}%" if share < 99.5 else f"−{share:.2f}%"


# -- cells of more --------------------------------------------------------------------------------------------------


def network_cells(row: Row) -> tuple[NetworkCell, ...]:
    """One for each network."""
    reference = row.sides[0]
    sentences = ("", *row.sentences)
    return tuple(
        NetworkCell(_relative(side, reference) if side.is_there else (), sentence)
        for side, sentence in zip(row.sides, sentences, strict=True)
    )


def _relative(side: Figures, reference: Figures) -> tuple[Figure, ...]:
    def of(name: str, write: Callable[[int], str]) -> Figure:
        amount, before = getattr(side, name), getattr(reference, name)
        return Figure(tr(f"compare.short_{name}"), write(amount), _as_ratio(before, amount))

    sizes = Figure(tr("compare.size"), side.sizes or NONE)
    field = Figure(tr("compare.short_field"), _field(side), _as_ratio(reference.field, side.field))
    return (sizes, *(of(name, write) for name, write in _AMOUNTS), field, of("depth", str))


def _as_ratio(before: int | None, after: int | None) -> str:
    return ratio(after / before) if before and after and abs(after - before) >= 0.005 * before else ""


# -- copies ---------------------------------------------------------------------------------------------------------


def table(comparison: Comparison) -> list[list[str]]:
    """A head and a row of exact numbers for each network in each stage."""
    head = [tr("compare.column_stage"), tr("compare.column_network"), tr("compare.size")]
    head += [tr(f"compare.full_{key}") for key in _EXACT]
    head.append(tr("compare.column_sentence"))
    lines = [head]
    for row in rows(comparison):
        for name, side, sentence in zip(comparison.names, row.sides, ("", *row.sentences), strict=True):
            amounts = (getattr(side, key) for key in _EXACT)
            numbers = ["" if amount is None else str(amount) for amount in amounts]
            lines.append([row.name, name, side.sizes, *numbers, sentence])
    return lines


def as_csv(comparison: Comparison) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(table(comparison))
    return written.getvalue()


def as_markdown(comparison: Comparison) -> str:
    """The cells as they are shown, under the names of the networks; of more than two a line for each."""
    title = f"## {' → '.join(comparison.names)}\n\n"
    if len(comparison.graphs) == 2:
        return title + _lines(
            [tr(f"compare.column_{key}") for key in COLUMNS],
            ([_in_line(cell) for cell in cells(row)] for row in rows(comparison)),
        )
    head = [tr("compare.column_stage"), tr("compare.column_network"), tr("compare.size")]
    head += [tr(f"compare.column_{key}") for key in COLUMNS[1:-1]]
    head += [tr("compare.short_depth"), tr("compare.column_sentence")]
    return title + _lines(head, _network_lines(comparison))


def _network_lines(comparison: Comparison) -> Iterable[list[str]]:
    for row in rows(comparison):
        for name, cell in zip(comparison.names, network_cells(row), strict=True):
            figures = [f"{each.value} ({each.ratio})" if each.ratio else each.value for each in cell.figures]
            yield [row.name, name, *(figures or [NONE] * (2 + len(_AMOUNTS) + 1)), cell.sentence]


def _lines(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    of_names = 1 if len(head) == len(COLUMNS) else 2
    rule = ["---"] * of_names + ["---:"] * (len(head) - of_names - 1) + ["---"]
    return "\n".join([_line(head), f"| {' | '.join(rule)} |", *map(_line, lines)]) + "\n"


def _line(words: Iterable[str]) -> str:
    return "| " + " | ".join(word.replace("|", "\\|") for word in words) + " |"


def _in_line(cell: Cell) -> str:
    return f"{cell.upper} ({cell.lower})" if cell.lower else cell.upper
