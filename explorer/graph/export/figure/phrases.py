"""The words of a figure: shorter than those of the graph, because a figure is read in print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.model import Block, LayerGraph, Node

_WINDOW = re.compile(r"^\d+×\d+(?= )")
_ANY_WINDOW = "k×k"
SIGNS = {"add": "+", "iadd": "+", "mul": "×", "imul": "×"}


def layer(node: Node, *, has_channels: bool = True, has_window: bool = True, has_stride: bool = True) -> Text:
    """What a layer is: "3×3 conv, 64, stride 2"; without what differs between the blocks that it stands for."""
    if node.category is Category.INPUT:
        return Text("Image", "图像")
    whole = labels.node_title(node)
    en, _, en_rest = whole.en.partition(", ")
    zh, _, zh_rest = whole.zh.partition("\uff0c")
    if not has_window:
        en, zh = _WINDOW.sub(_ANY_WINDOW, en), _WINDOW.sub(_ANY_WINDOW, zh)
    if has_channels and en_rest and node.category is not Category.NORMALISATION:
        en, zh = f"{en}, {en_rest}", f"{zh}, {zh_rest}"
    step = stride(node)
    if has_stride and step > 1:
        en, zh = f"{en}, stride {step}", f"{zh}，步幅 {step}"
    return Text(en, zh.replace(", ", "\uff0c"))


def block(block: Block) -> Text:
    """The name of a block's class, without the underscore of a private one."""
    name = block.kind.lstrip("_") or block.kind
    return Text(name, name)


def unfit(words: Text) -> Text:
    """The name of what could not run."""
    return Text(f"{words.en}: does not fit", f"{words.zh}：尺寸不匹配")


def stride(node: Node) -> int:
    """The step of a window that is not its own size (a pooling's 2×2 by 2 goes without saying)."""
    value = node.attributes.get("stride", 1)
    step = value[0] if isinstance(value, tuple) and value else value
    kernel = node.attributes.get("kernel_size")
    size = kernel[0] if isinstance(kernel, tuple) and kernel else kernel
    if not isinstance(step, int) or (node.category is Category.POOLING and step == size):
        return 1
    return step


def finish(graph: LayerGraph, nodes: Sequence[int]) -> tuple[Text, ...]:
    """What follows a layer, one after the other: "batch norm", "ReLU"."""
    return tuple(layer(graph.nodes[index], has_channels=False) for index in nodes)


def listed(words: Sequence[Text]) -> Text:
    """Several words in a box."""
    return Text(", ".join(word.en for word in words), "\u3001".join(word.zh for word in words))


def each(words: Sequence[Text]) -> Text:
    """The note under a block of which every convolution is followed by the same."""
    en, zh = " and ".join(word.en for word in words), "和".join(map(_spaced, words))
    return Text(f"Each convolution is followed by {en}.", f"每个卷积之后接{zh}。")


def _spaced(word: Text) -> str:
    """A word among Chinese ones, with a space before Latin letters."""
    return f" {word.zh}" if word.zh[:1].isascii() else word.zh
