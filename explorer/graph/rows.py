"""The table of a graph: a row for each layer or block with sizes, costs and shares of the total. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from explorer.graph.model import Block, LayerGraph, Node, ReceptiveField, Shape

Target = tuple[str, int]

_WHOLE = Text("whole image", "整幅图像")
_NOTHING = "–"
_MISFIT = Text("does not fit", "尺寸不匹配")


class Column(StrEnum):
    """What a column tells."""

    NUMBER = "number"
    PATH = "path"
    KIND = "kind"
    OUTPUT = "output"
    PARAMS = "params"
    PARAMS_SHARE = "params_share"
    MACS = "macs"
    MACS_SHARE = "macs_share"
    MEMORY = "memory"
    FIELD = "field"


HEADS: Mapping[Column, Text] = {
    Column.NUMBER: Text("#", "#"),
    Column.PATH: Text("Layer", "层"),
    Column.KIND: Text("Kind", "类型"),
    Column.OUTPUT: Text("Output", "输出形状"),
    Column.PARAMS: Text("Parameters", "参数量"),
    Column.PARAMS_SHARE: Text("% params", "参数占比"),
    Column.MACS: Text("MACs", "乘加次数"),
    Column.MACS_SHARE: Text("% of MACs", "乘加占比"),
    Column.MEMORY: Text("Activations", "激活内存"),
    Column.FIELD: Text("Receptive field", "感受野"),
}
TEXTS = frozenset({Column.PATH, Column.KIND, Column.OUTPUT})  # columns that are not numbers
SHARES = frozenset({Column.PARAMS_SHARE, Column.MACS_SHARE})


@dataclass(frozen=True, slots=True)
class Row:
    """One layer or block.

    Attributes:
        number: Place of the layer in the order of execution, from 1; of a block 0.
        depth: How many blocks it lies in.
        field: Of a block, that of its last layer.
        fits: False for the operation at which a pass ended, because shapes did not fit.
    """

    target: Target
    number: int
    path: str
    kind: str
    category: Category
    output_shape: Shape
    params: int
    macs: int
    activation_bytes: int
    field: ReceptiveField | None
    depth: int
    fits: bool = True

    @property
    def is_block(self) -> bool:
        return self.target[0] == "block"


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over layers; blocks among them count nothing, because their layers do."""

    layers: int
    params: int
    macs: int
    activation_bytes: int


class Listing:
    """All rows of one graph, in order of execution, a block before what is in it; without the two ends."""

    def __init__(self, graph: LayerGraph, *, with_blocks: bool = False) -> None:
        self.graph = graph
        layers = [node for node in graph.nodes if node.category not in (Category.INPUT, Category.OUTPUT)]
        depths = [0] * len(graph.blocks)
        for block in graph.blocks[1:]:
            depths[block.index] = depths[block.parent] + 1
        failing = graph.mismatch.node if graph.mismatch is not None else None
        found = [
            ((node.index, 1, 0), _layer_row(node, number, depths[node.block], fits=node.index != failing))
            for number, node in enumerate(layers, start=1)
        ]
        if with_blocks:
            found += [
                ((block.first, 0, block.index), _block_row(graph, block, depths[block.parent]))
                for block in graph.blocks[1:]
            ]
        self.rows = tuple(row for _, row in sorted(found, key=lambda entry: entry[0]))
        self.total = total(self.rows)

    def share(self, row: Row | Total, column: Column) -> float:
        """The part of the whole network that `row` has of what a column of shares tells, 0-1."""
        if column is Column.PARAMS_SHARE:
            return row.params / self.total.params if self.total.params else 0.0
        return row.macs / self.total.macs if self.total.macs else 0.0

    def written(self, row: Row, column: Column, language: str = "en") -> str:
        """What stands in a cell."""
        match column:
            case Column.NUMBER:
                return str(row.number or "")
            case Column.PATH:
                return row.path
            case Column.KIND:
                return row.kind
            case Column.OUTPUT:
                return labels.shape(row.output_shape) if row.fits else _MISFIT.language(language)
            case Column.FIELD:
                return field_words(row.field, language)
        return self.amount(row, column)

    def amount(self, row: Row | Total, column: Column) -> str:
        """What stands in a column of parameters, MACs, memory or shares.

        Raises:
            ValueError: It is another column.
        """
        match column:
            case Column.PARAMS:
                return f"{row.params:,}" if row.params else _NOTHING
            case Column.MACS:
                return f"{row.macs:,}" if row.macs else _NOTHING
            case Column.MEMORY:
                return labels.bytes(row.activation_bytes) if row.activation_bytes else _NOTHING
            case Column.PARAMS_SHARE | Column.MACS_SHARE:
                return percent(self.share(row, column))
        raise ValueError(f"no sum of {column}")

    def key(self, row: Row, column: Column) -> float | str | tuple[int, ...]:
        """What rows are sorted by in `column`."""
        match column:
            case Column.PATH:
                return row.path
            case Column.KIND:
                return row.kind.lower()
            case Column.OUTPUT:
                return _volume(row.output_shape)
            case Column.PARAMS | Column.PARAMS_SHARE:
                return row.params
            case Column.MACS | Column.MACS_SHARE:
                return row.macs
            case Column.MEMORY:
                return row.activation_bytes
            case Column.FIELD:
                return _extent(row.field)
        return _order(self.graph, row)


def total(rows: Iterable[Row]) -> Total:
    """Sums over the layers among `rows`."""
    layers = [row for row in rows if not row.is_block]
    return Total(
        len(layers),
        sum(row.params for row in layers),
        sum(row.macs for row in layers),
        sum(row.activation_bytes for row in layers),
    )


def percent(share: float) -> str:
    """A share as it is shown: "0" is a dash, what is little but not nothing is "<0.1%"."""
    if share <= 0:
        return _NOTHING
    return f"{share:.1%}" if share >= 0.0005 else "<0.1%"


def field_words(field: ReceptiveField | None, language: str = "en") -> str:
    """The size of a receptive field: "51×51", "whole image"."""
    if field is None:
        return _NOTHING
    return _WHOLE.language(language) if field.whole else labels.shape(field.size)


def _layer_row(node: Node, number: int, depth: int, *, fits: bool) -> Row:
    return Row(
        ("node", node.index),
        number,
        node.path,
        node.kind,
        node.category,
        node.output_shape,
        node.params,
        node.macs,
        node.activation_bytes,
        node.receptive_field,
        depth,
        fits,
    )


def _block_row(graph: LayerGraph, block: Block, depth: int) -> Row:
    field = graph.nodes[block.last - 1].receptive_field if block.last > block.first else None
    return Row(
        ("block", block.index),
        0,
        block.path,
        block.kind,
        Category.BLOCK,
        block.output_shape,
        block.params,
        block.macs,
        block.activation_bytes,
        field,
        depth,
    )


def _volume(shape: Shape) -> tuple[int, ...]:
    size = 1
    for extent in shape:
        size *= extent
    return (size, *shape)


def _extent(field: ReceptiveField | None) -> float:
    if field is None:
        return -1.0
    return float("inf") if field.whole else float(field.size[0] * field.size[1])


def _order(graph: LayerGraph, row: Row) -> tuple[int, ...]:
    kind, index = row.target
    return (graph.blocks[index].first, 0, index) if kind == "block" else (index, 1, 0)
