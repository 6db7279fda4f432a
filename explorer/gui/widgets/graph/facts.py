"""What is said of a layer or block when the pointer rests on it."""

from html import escape

from explorer.graph import kinds, labels
from explorer.graph.model import Block, LayerGraph, Node, ReceptiveField, Shape
from explorer.gui import theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.words import numerals

Target = tuple[str, int]

_FOR_TRAINING = ("dropout", "alphadropout", "featuredropout", "stochasticdepth", "droppath")


def tooltip(graph: LayerGraph, target: Target) -> str:
    """Rich text: name, path and kind, then shapes and costs, one a line."""
    path, kind = _names(graph, target)
    rows = "".join(
        f'<tr><td style="color:{theme.colours().secondary}; padding-right:12px">{escape(name)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for name, value in facts(graph, target)
    )
    caption = escape(" · ".join(part for part in (path, kind) if part))
    title = escape(say(labels.title(graph, target)))
    return f'<b>{title}</b><br/><span style="color:{theme.colours().faint}">{caption}</span><table>{rows}</table>'


def summary(graph: LayerGraph, target: Target) -> str:
    """The same in one line of plain text, for a screen reader."""
    path, _ = _names(graph, target)
    told = [f"{name} {value}" for name, value in facts(graph, target)]
    return ", ".join([say(labels.title(graph, target)), path, *told])


def facts(graph: LayerGraph, target: Target) -> list[tuple[str, str]]:
    """Names and values; what is nothing is left out."""
    kind, index = target
    counted: Node | Block
    if kind == "node":
        counted = node = graph.nodes[index]
        inputs, output, field = node.input_shapes, node.output_shape, node.receptive_field
    else:
        counted = block = graph.blocks[index]
        last = graph.nodes[block.last - 1] if block.last > block.first else None
        inputs, output = _entering(graph, range(block.first, block.last)), block.output_shape
        field = None if last is None else last.receptive_field
    rows = [(tr("graph.tip_input"), " + ".join(labels.shape(shape) for shape in inputs[:6]))] if inputs else []
    rows.append((tr("graph.tip_output"), labels.shape(output)))
    if counted.params:
        rows.append((tr("graph.tip_params"), numerals.count(counted.params)))
    if counted.macs:
        rows.append((tr("graph.tip_macs"), numerals.count(counted.macs)))
    if counted.activation_bytes:
        rows.append((tr("graph.tip_memory"), labels.bytes(counted.activation_bytes)))
    if field is not None:
        rows.append((tr("graph.tip_field"), field_words(field)))
    if kind == "node":
        rows += _remarks(graph.nodes[index], graph.mode)
    return rows


def has_modes(graph: LayerGraph) -> bool:
    """Training runs something else than predicting."""
    return graph.mode == "train" or graph.unused_params > 0 or any(map(is_for_training, graph.nodes))


def mode_words(graph: LayerGraph) -> str:
    """Which parameters are not used in the graph's mode; empty where there is nothing to say."""
    count, whole = labels.count(graph.unused_params), labels.count(graph.params + graph.unused_params)
    if graph.mode == "train":
        return tr("graph.unused_train" if graph.unused_params else "graph.used_train", count=count, all=whole)
    return tr("graph.unused_eval", count=count, all=whole) if graph.unused_params else ""


def field_words(field: ReceptiveField) -> str:
    if field.whole:
        return tr("graph.field_whole")
    return tr("graph.field_stride", size=_pair(field.size), stride=_pair(field.stride))


def _pair(pair: tuple[int, int]) -> str:
    return f"{pair[0]}×{pair[1]}"


def _names(graph: LayerGraph, target: Target) -> tuple[str, str]:
    kind, index = target
    if kind == "node":
        return graph.nodes[index].path, graph.nodes[index].kind
    return graph.blocks[index].path, graph.blocks[index].kind


def _entering(graph: LayerGraph, inside: range) -> tuple[Shape, ...]:
    """Shapes of what comes into a block, once for each source."""
    shapes: dict[int, Shape] = {}
    for index in inside:
        for source in graph.nodes[index].inputs:
            if source not in inside:
                shapes[source] = graph.nodes[source].output_shape
    return tuple(shapes.values())


def is_for_training(node: Node) -> bool:
    """It does something in training only: dropout and stochastic depth."""
    return kinds.bare(node.kind).startswith(_FOR_TRAINING)


def _remarks(node: Node, mode: str) -> list[tuple[str, str]]:
    rows = []
    if node.shared:
        rows.append((tr("graph.tip_note"), tr("graph.note_shared")))
    if mode == "eval" and is_for_training(node):
        rows.append((tr("graph.tip_note"), tr("graph.note_idle")))
    if node.in_place:
        rows.append((tr("graph.tip_note"), tr("graph.note_in_place")))
    if node.source:
        rows.append((tr("graph.tip_source"), node.source))
    return rows
