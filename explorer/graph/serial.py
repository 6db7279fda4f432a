"""A layer graph as plain JSON data and back: columns instead of records, and equal values written once. No torch."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.graph.model import Block, Category, LayerGraph, Mismatch, Node, ReceptiveField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1


def to_json(graph: LayerGraph) -> dict[str, Any]:
    """Everything that `from_json` needs to make an equal graph; only lists, dictionaries, texts and numbers."""
    shapes, kinds, attributes, fields, sources = _Table(), _Table(), _Table(), _Table(), _Table()
    nodes = graph.nodes
    columns = {
        "path": [node.path for node in nodes],
        "kind": [kinds.place((node.kind, node.category.value)) for node in nodes],
        "block": [node.block for node in nodes],
        "back": [[node.index - source for source in node.inputs] for node in nodes],
        "in": [[shapes.place(shape) for shape in node.input_shapes] for node in nodes],
        "out": [shapes.place(node.output_shape) for node in nodes],
        "params": [node.params for node in nodes],
        "buffers": [node.buffers for node in nodes],
        "macs": [node.macs for node in nodes],
        "bytes": [node.activation_bytes for node in nodes],
        "field": [fields.place(_field_to_json(node.receptive_field)) for node in nodes],
        "attributes": [attributes.place(dict(node.attributes)) for node in nodes],
        "in_place": [node.index for node in nodes if node.in_place],
        "shared": [node.index for node in nodes if node.shared],
        "source": [sources.place(node.source) for node in nodes],
    }
    blocks = [[*_block_to_json(block, shapes)] for block in graph.blocks]
    mismatch = {} if graph.mismatch is None else {"mismatch": asdict(graph.mismatch)}
    unused = {"unused_params": graph.unused_params} if graph.unused_params else {}
    return {
        **mismatch,
        **unused,
        "version": VERSION,
        "architecture": graph.architecture,
        "input_shape": list(graph.input_shape),
        "mode": graph.mode,
        "shapes": shapes.values,
        "kinds": kinds.values,
        "attributes": attributes.values,
        "fields": fields.values,
        "sources": sources.values,
        "nodes": columns,
        "blocks": blocks,
    }


def from_json(data: Mapping[str, Any]) -> LayerGraph:
    """The graph that was written by `to_json`, also after a trip through a JSON text.

    Raises:
        ValueError: It was written by another version of the program.
    """
    if data.get("version") != VERSION:
        raise ValueError(f"a layer graph of version {data.get('version')!r}, not {VERSION}")
    shapes = [tuple(shape) for shape in data["shapes"]]
    blocks = tuple(
        Block(index, parent, path, kind, first, last, shapes[shape], params, macs, size, structure)
        for index, (parent, path, kind, first, last, shape, params, macs, size, structure) in enumerate(data["blocks"])
    )
    nodes = tuple(_nodes(data, shapes))
    mismatch = _mismatch_from_json(data["mismatch"]) if "mismatch" in data else None
    unused = data.get("unused_params", 0)
    return LayerGraph(data["architecture"], tuple(data["input_shape"]), nodes, blocks, data["mode"], mismatch, unused)


def _nodes(data: Mapping[str, Any], shapes: list[tuple[int, ...]]) -> Iterable[Node]:
    columns = data["nodes"]
    kinds = [(kind, Category(category)) for kind, category in data["kinds"]]
    attributes = [{name: _tuples(value) for name, value in entry.items()} for entry in data["attributes"]]
    fields = [_field_from_json(entry) for entry in data["fields"]]
    sources = data["sources"]
    in_place, shared = set(columns["in_place"]), set(columns["shared"])
    rows = zip(
        columns["path"],
        columns["kind"],
        columns["block"],
        columns["back"],
        columns["in"],
        columns["out"],
        columns["params"],
        columns["buffers"],
        columns["macs"],
        columns["bytes"],
        columns["field"],
        columns["attributes"],
        columns["source"],
        strict=True,
    )
    for index, row in enumerate(rows):
        path, kind, block, back, entering, leaving, params, buffers, macs, size, seen, told, source = row
        name, category = kinds[kind]
        yield Node(
            index,
            path,
            name,
            category,
            block,
            tuple([index - distance for distance in back]),
            tuple([shapes[place] for place in entering]),
            shapes[leaving],
            params,
            buffers,
            macs,
            size,
            fields[seen],
            attributes[told],
            index in in_place,
            index in shared,
            sources[source],
        )


class _Table:
    """Values that are referred to by their place, so that each is written once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[str, int] = {}

    def place(self, value: Any) -> int:
        key = repr(value)
        if key not in self._places:
            self._places[key] = len(self.values)
            self.values.append(value)
        return self._places[key]


def _block_to_json(block: Block, shapes: _Table) -> Iterable[Any]:
    values = asdict(block)
    values["output_shape"] = shapes.place(block.output_shape)
    del values["index"]
    return values.values()


def _field_to_json(field: ReceptiveField | None) -> list[Any] | None:
    return None if field is None else [field.size, field.stride, field.start, field.whole]


def _field_from_json(entry: list[Any] | None) -> ReceptiveField | None:
    if entry is None:
        return None
    size, stride, start, whole = entry
    return ReceptiveField(tuple(size), tuple(stride), tuple(start), whole)


def _mismatch_from_json(data: Mapping[str, Any]) -> Mismatch:
    lists = {name: tuple(Text(**text) for text in data[name]) for name in ("sides", "arithmetic", "remedies")}
    return Mismatch(**{**data, **lists, "sources": tuple(data["sources"]), "message": Text(**data["message"])})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
