"""Sentences about sizes that do not fit. No torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from explorer.graph.mismatch.origins import Change
    from explorer.graph.model import LayerGraph, Node, Shape

CHANNELS = Text("channels", "个通道")
_MANY = 8


def called(node: Node) -> str:
    """The path of a layer; a mere number with what it is: "features.3 (Conv2d)"."""
    return f"{node.path} ({node.kind})" if node.name.isdigit() else node.path


def coming(graph: LayerGraph, node: Node) -> Iterator[Text]:
    """What comes in: each shape, and the layer that it comes from."""
    for source, shape in zip(node.inputs[:_MANY], node.input_shapes, strict=False):
        maker = graph.nodes[source]
        is_image = maker.category is Category.INPUT
        yield Text(
            f"Comes in: {labels.shape(shape)} from {'the image' if is_image else called(maker)}",
            f"输入：{labels.shape(shape)}，来自{'图像' if is_image else ' ' + called(maker)}",
        )


def unequal(parts: Sequence[int], have: int, wanted: int, unit: Text) -> Text:
    """As in "64 + 128 + 32 = 224 ≠ 256 channels."."""
    total = " + ".join(str(part) for part in parts)
    left = f"{total} = {have}" if len(parts) > 1 and sum(parts) == have else str(have)
    return Text(f"{left} ≠ {wanted} {unit.en}.", f"{left} ≠ {wanted} {unit.zh}。")


def product(shape: Shape) -> str:
    """The numbers multiplied: "256·5·5 = 6400"; of a single number that number."""
    written = "·".join(str(size) for size in shape)
    return f"{written} = {math.prod(shape)}" if len(shape) > 1 else written


def other_input(number: int, maker: Node, have: Shape, wanted: Shape) -> Text:
    """As in "Input 2, from b: 30×30 ≠ 32×32."; `number` counts from 0."""
    sizes = f"{labels.shape(have)} ≠ {labels.shape(wanted)}"
    return Text(
        f"Input {number + 1}, from {called(maker)}: {sizes}.",
        f"第 {number + 1} 个输入（来自 {called(maker)}）：{sizes}。",
    )


def change(name: str, attribute: str, old: int, new: int, *, keeps_size: bool = False) -> Text:
    """As in "Set in_features of fc to 6400 instead of 4096."."""
    why, why_zh = (", which keeps the size", "，这样尺寸不变") if keeps_size else ("", "")
    return Text(
        f"Set {attribute} of {name} to {new} instead of {old}{why}.",
        f"把 {name} 的 {attribute} 由 {old} 改为 {new}{why_zh}。",
    )


def channel_change(graph: LayerGraph, found: Change) -> Text:
    """The change of one layer, with the normalisations that have to change along."""
    text = change(called(graph.nodes[found.node]), found.attribute, found.old, found.new)
    if not found.also:
        return text
    norms = ", ".join(called(graph.nodes[index]) for index in found.also)
    return Text(f"{text.en[:-1]} (and num_features of {norms}).", f"{text.zh[:-1]}（{norms} 的 num_features 也要改）。")


def size_change(graph: LayerGraph, found: Change) -> Text:
    """The change of one attribute of one layer."""
    return change(called(graph.nodes[found.node]), found.attribute, found.old, found.new)


def other_image(shape: Shape) -> Text:
    """Advice to use images of another size."""
    written = labels.shape(shape)
    return Text(f"Use images of {written}.", f"使用 {written} 的图像。")


def no_tensor(kind: str) -> Text:
    """What is wrong with a `forward` that returns something of the type `kind`."""
    if kind == "NoneType":
        return Text("Its forward returns nothing: a return is missing.", "它的 forward 没有返回值：缺少 return。")
    return Text(f"Its forward returns a {kind} without a tensor in it.", f"它的 forward 返回 {kind}，其中没有张量。")
