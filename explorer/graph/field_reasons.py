"""Why a layer sees the whole image, or why its field has no one size: the layer where that begins. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import kinds, receptive_field
from explorer.graph.model import Category

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph, Node

_POOLED = Text("one number for all places", "\u6240\u6709\u4f4d\u7f6e\u5408\u4e3a\u4e00\u4e2a\u6570")
_MIXED = Text("it mixes all places", "\u5b83\u6df7\u5408\u6240\u6709\u4f4d\u7f6e")
_ATTENDED = Text("attention between all places", "\u6240\u6709\u4f4d\u7f6e\u4e4b\u95f4\u7684\u6ce8\u610f\u529b")
_MEASURED = Text("statistics over all places", "\u5bf9\u6240\u6709\u4f4d\u7f6e\u6c42\u7edf\u8ba1\u91cf")
_CUT = Text(
    "height and width are cut into windows or joined",
    "\u9ad8\u548c\u5bbd\u88ab\u5207\u6210\u7a97\u53e3\u6216\u5408\u5e76",
)
_ROLLED = Text("shifted around the border", "\u7ed5\u8fc7\u8fb9\u754c\u5faa\u73af\u79fb\u4f4d")
_MOVED = Text("it takes numbers from other places", "\u5b83\u4ece\u5176\u4ed6\u4f4d\u7f6e\u53d6\u6570")
_UNEQUAL = Text("its windows differ in size", "\u6c47\u805a\u7a97\u53e3\u5927\u5c0f\u4e0d\u4e00")
_ENLARGED = Text(
    "enlarged, so neighbours move by parts of a step",
    "\u653e\u5927\u540e\u76f8\u90bb\u5355\u5143\u53ea\u79fb\u52a8\u4e00\u6b65\u7684\u4e00\u90e8\u5206",
)
_UNSTEADY = Text("its inputs move by different steps", "\u5404\u8f93\u5165\u7684\u6b65\u5e45\u4e0d\u540c")
_NO_IMAGE = Text("its input is no image", "\u8f93\u5165\u4e0d\u662f\u56fe\u50cf")
OTHER = Text("what it reads where is not known", "\u4e0d\u77e5\u9053\u5b83\u5728\u4f55\u5904\u8bfb\u53d6\u4ec0\u4e48")
_ENLARGING = ("transpose", "upsampl", "interpolate", "pixelshuffle")


def origin(graph: LayerGraph, node: Node) -> Node:
    """The layer where the field of `node` became the whole image, or stopped having one size."""
    while True:
        before = next((graph.nodes[i] for i in node.inputs if _is_alike(graph.nodes[i], node)), None)
        if before is None:
            return node
        node = before


def _is_alike(one: Node, other: Node) -> bool:
    first, second = one.receptive_field, other.receptive_field
    return first is None if second is None else first is not None and first.whole


def reason(node: Node) -> Text:
    """What it is about `node`, an origin."""
    return _of_whole(node) if node.receptive_field is not None else _of_unknown(node)


def _of_whole(node: Node) -> Text:
    name = kinds.bare(node.kind)
    if "attention" in name:
        return _ATTENDED
    if node.category is Category.NORMALISATION:
        return _MEASURED
    return _POOLED if node.category is Category.POOLING else _MIXED


def _of_unknown(node: Node) -> Text:
    name = kinds.bare(node.kind)
    if not node.inputs:
        return _NO_IMAGE
    if name == "roll":
        return _ROLLED
    if name in receptive_field.MOVING:
        return _MOVED
    if any(word in name for word in _ENLARGING) and name != "transpose":
        return _ENLARGED
    if "adaptive" in name:
        return _UNEQUAL
    if len(set(node.inputs)) > 1:
        return _UNSTEADY
    return _CUT if node.category is Category.RESHAPE else OTHER
