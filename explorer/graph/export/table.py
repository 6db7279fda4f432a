"""A graph as JSON or as a Markdown table, layer by layer in order of execution."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.export import Written
from explorer.graph.export.heading import heading
from explorer.graph.export.listing import markdown_line, markdown_text
from explorer.graph.model import Category

if TYPE_CHECKING:
    from explorer.graph.export import Request
    from explorer.graph.model import Block, LayerGraph, Node, ReceptiveField

_HEADS = (
    Text("Layer", "层"),
    Text("Kind", "类型"),
    Text("Output", "输出形状"),
    Text("Parameters", "参数量"),
    Text("MACs", "乘加次数"),
    Text("Receptive field", "感受野"),
)


def render(request: Request) -> Written:
    """The layers as the content of a JSON file, or of one in Markdown."""
    return Written((json_text if request.suffix == ".json" else markdown)(request).encode("utf-8"))


# -- JSON -----------------------------------------------------------------------------------------------------------


def json_text(request: Request) -> str:
    """Everything that is known of the graph; the keys of `summary --json` and more."""
    graph, choice = request.graph, request.choice
    data: dict[str, Any] = {
        "architecture": graph.architecture,
        "title": heading(request)[0],
        "input_shape": list(graph.input_shape),
        "mode": graph.mode,
    }
    if choice is not None and choice.architecture in catalogue.cards():
        data |= {"classes": choice.classes, "settings": dict(choice.settings)}
    data |= {
        "params": graph.params,
        "macs": graph.macs,
        "activation_bytes": graph.activation_bytes,
        "layers": [_layer(graph, node) for node in graph.nodes if not _is_end(node)],
        "blocks": [_block(graph, block) for block in graph.blocks[1:]],
        "edges": [
            {
                "from": graph.nodes[source].path,
                "to": node.path,
                "shape": list(node.input_shapes[place]),
            }
            for node in graph.nodes
            for place, source in enumerate(node.inputs)
        ],
    }
    return _written(data)


def _written(data: dict[str, Any]) -> str:
    """JSON with one line for each key, and in lists of objects one for each object."""
    lines = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            entries = ",\n".join(f"    {_one_line(entry)}" for entry in value)
            lines.append(f"  {_one_line(key)}: [\n{entries}\n  ]")
        else:
            lines.append(f"  {_one_line(key)}: {_one_line(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _one_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_end(node: Node) -> bool:
    return node.category in (Category.INPUT, Category.OUTPUT)


def _layer(graph: LayerGraph, node: Node) -> dict[str, Any]:
    return {
        "path": node.path,
        "kind": node.kind,
        "category": node.category.value,
        "block": graph.blocks[node.block].path,
        "inputs": [graph.nodes[source].path for source in node.inputs],
        "output_shape": list(node.output_shape),
        "params": node.params,
        "macs": node.macs,
        "activation_bytes": node.activation_bytes,
        "receptive_field": _field(node.receptive_field),
        "attributes": dict(node.attributes),
    }


def _field(field: ReceptiveField | None) -> dict[str, Any] | str | None:
    if field is None:
        return None
    if field.whole:
        return "whole image"
    return {"size": list(field.size), "stride": list(field.stride), "start": list(field.start)}


def _block(graph: LayerGraph, block: Block) -> dict[str, Any]:
    return {
        "path": block.path,
        "kind": block.kind,
        "parent": graph.blocks[block.parent].path,
        "output_shape": list(block.output_shape),
        "params": block.params,
        "macs": block.macs,
        "activation_bytes": block.activation_bytes,
    }


# -- Markdown -------------------------------------------------------------------------------------------------------


def markdown(request: Request) -> str:
    """Title, figures and one row a layer, with the totals at the end."""
    graph, say = request.graph, request.say
    title, figures = heading(request)
    rows = [_row(request, node) for node in graph.nodes if not _is_end(node)]
    total = [
        f"**{say(Text('Total', '合计'))}**",
        "",
        "",
        f"**{graph.params:,}**",
        f"**{graph.macs:,}**",
        "",
    ]
    lines = [
        f"# {markdown_text(title)}",
        "",
        markdown_text(figures),
        "",
        markdown_line([say(head) for head in _HEADS]),
        "| --- | --- | --- | ---: | ---: | ---: |",
        *(markdown_line(row) for row in rows),
        markdown_line(total),
    ]
    return "\n".join(lines) + "\n"


def _row(request: Request, node: Node) -> list[str]:
    field = node.receptive_field
    if field is None:
        seen = "–"
    elif field.whole:
        seen = request.say(Text("whole image", "整幅图像"))
    else:
        seen = labels.shape(field.size)
    return [
        f"`{node.path}`",
        markdown_text(node.kind),
        labels.shape(node.output_shape),
        f"{node.params:,}" if node.params else "–",
        f"{node.macs:,}" if node.macs else "–",
        seen,
    ]
