"""What is of the same kind as a layer or block, in words and as words to search for. No torch, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import kinds, labels
from explorer.graph.model import Category

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph, Node

Target = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Alike:
    """A group of layers or blocks: what it is called, in the plural, and the query of `Search` that finds it."""

    words: Text
    query: str


def alike(graph: LayerGraph, target: Target) -> Alike:
    """All that is like `target`: the same kind, and of layers with a window the same size of it."""
    kind, index = target
    if kind == "block":
        name = graph.blocks[index].kind
        return Alike(Text(f"{name} blocks", f"{name} 块"), f"kind:{name}")
    node = graph.nodes[index]
    return Alike(_words(node), f"kind:{node.kind}{_window_query(node)}")


def _window(node: Node) -> str:
    kernel = node.attributes.get("kernel_size")
    if isinstance(kernel, int):
        return f"{kernel}×{kernel}"
    return "×".join(map(str, kernel)) if isinstance(kernel, tuple) and len(kernel) > 1 else ""


def _window_query(node: Node) -> str:
    window = _window(node)
    return f" kernel:{window.replace('×', 'x')}" if window else ""


def _words(node: Node) -> Text:
    window = f"{_window(node)} ".lstrip()
    name = kinds.bare(node.kind)
    if "conv" in name and "norm" not in name:
        is_back = "transpose" in name
        en, zh = ("transposed convolutions", "转置卷积") if is_back else ("convolutions", "卷积")
        return Text(f"{window}{en}", f"{window}{zh}")
    title = labels.node_title(node)
    if node.category is Category.POOLING:
        return Text(f"{title.en} layers", f"{title.zh}层")
    if node.category is Category.LINEAR and name == "linear":
        return Text("linear layers", "全连接层")
    if node.category is Category.NORMALISATION:
        words = title.en.split(",")[0], title.zh.split("，")[0]
        return Text(f"{words[0]} layers", f"{words[1]}层")
    if node.category is Category.ACTIVATION:
        return Text(f"{title.en} activations", f"{title.zh} 激活函数")
    return Text(f"{title.en} operations", f"{title.zh} 运算")
