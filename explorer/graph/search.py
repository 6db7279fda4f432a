"""Finds layers and blocks of a graph by words such as "conv 3x3 stride 2". No torch, no Qt."""

import math
import re
import time
from collections.abc import Callable, Iterator

from explorer.graph import labels
from explorer.graph.model import Block, LayerGraph, Node, Shape

Target = tuple[str, int]

_NUMBERED = ("stride", "padding", "groups", "dilation", "kernel", "size")
_CHINESE = {
    "步幅": "stride",
    "步长": "stride",
    "填充": "padding",
    "分组": "groups",
    "组数": "groups",
    "膨胀": "dilation",
    "空洞": "dilation",
    "卷积核": "kernel",
    "大小": "size",
    "尺寸": "size",
}
_CHINESE_BEFORE_NUMBER = re.compile(rf"({'|'.join(_CHINESE)})\s*=?\s*(?=\d)")  # else it may belong to a title
_EXACT = ("kind:", "kernel:")
_TIMES = re.compile(r"(?<=\d)\s*[×x*]\s*(?=\d)")


class Search:
    """The words of one graph, made once, to be looked through at every key that is pressed."""

    def __init__(self, graph: LayerGraph) -> None:
        self._graph = graph
        places = [(node.index, 1, node.index) for node in graph.nodes]
        places += [(block.first, 0, block.index) for block in graph.blocks[1:]]
        self._unread = iter(sorted(places))
        self._rows: list[tuple[Target, str]] = []

    def read(self, seconds: float = math.inf) -> bool:
        """Makes the words, for about so long; whether they are all there now. A large graph takes 30 ms."""
        end = time.perf_counter() + seconds
        for _, is_node, index in self._unread:
            if is_node:
                self._rows.append((("node", index), _node_text(self._graph, self._graph.nodes[index])))
            else:
                self._rows.append((("block", index), _block_text(self._graph, self._graph.blocks[index])))
            if time.perf_counter() > end:
                return False
        return True

    def find(self, query: str) -> tuple[Target, ...]:
        """Nodes and blocks that have every word of `query` in their names, kinds, settings or shapes.

        In order of execution, a block before what is in it. "stride 2" is one word, and so is "64 x 24 x 24"; "3x3" is
        a kernel, "size 3x3" an output; "kind:Conv2d" and "kernel:3x3" are just that. Upper and lower case are
        alike. Names in both languages are found, and settings may be named in both.
        """
        words = split(query)
        if not words:
            return ()
        self.read()
        found = self._rows
        for word in words:
            found = [row for row in found if word in row[1]]
            if (is_whole := _whole(word)) is not None:
                found = [row for row in found if is_whole(row[1])]
        return tuple(target for target, _ in found)


def split(query: str) -> tuple[str, ...]:
    """The words of a query, as they are looked for."""
    words: list[str] = []
    named = _CHINESE_BEFORE_NUMBER.sub(lambda match: f" {_CHINESE[match[1]]} ", _plain(query))
    for part in named.replace("=", " ").split():
        if words and words[-1] in _NUMBERED and part[0].isdigit():
            words[-1] = f"{words[-1]} {part}"
        else:
            words.append(part)
    return tuple(words)


def _plain(text: str) -> str:
    return _TIMES.sub("x", text.lower())


def _whole(word: str) -> Callable[[str], object] | None:
    """Tells whether `word` is in a text as a whole; None where any part of a text will do."""
    # Numbers must be whole: "stride 1" is not in "stride 16", nor "3x3" (a kernel) in "192x3x3" or "size 3x3".
    if word.startswith(_EXACT):
        return re.compile(rf"(?<![^ ]){re.escape(word)}(?![^ ])").search
    start = r"(?<!\d)(?<!\dx)(?<!size )" if word[0].isdigit() else ""
    end = r"(?!\d)(?!x\d)" if word[-1].isdigit() else ""
    return re.compile(start + re.escape(word) + end).search if start or end else None


def _node_text(graph: LayerGraph, node: Node) -> str:
    title = labels.title(graph, ("node", node.index))
    word = labels.CATEGORY_WORDS[node.category]
    parts = [
        f"kind:{node.kind}",
        node.path,
        node.kind,
        title.en,
        title.zh,
        word.en,
        word.zh,
        labels.shape(node.output_shape),
    ]
    return _plain(" | ".join([*parts, *_settings(node), *_size(node.output_shape)]))


def _size(shape: Shape) -> list[str]:
    return [f"size {labels.shape(shape[1:])}"] if len(shape) > 1 else []


def _settings(node: Node) -> Iterator[str]:
    """What defines the layer as one would type it: "stride 2", "padding 1", "kernel 3", "kernel 3x3"."""
    for name in ("kernel_size", "stride", "padding", "dilation", "groups"):
        value = node.attributes.get(name)
        if value is None:
            continue
        word = name.removesuffix("_size")
        sizes = [str(size) for size in value] if isinstance(value, list | tuple) else [str(value)]
        if word == "kernel" or len(set(sizes)) > 1:
            yield f"{word} {'x'.join(sizes)}"  # of a padding, "3x3" is not what one looks for
        if len(set(sizes)) == 1:
            yield f"{word} {sizes[0]}"
        if word == "kernel":
            yield f"kernel:{'x'.join(sizes if len(sizes) > 1 else sizes * 2)}"


def _block_text(graph: LayerGraph, block: Block) -> str:
    title = labels.title(graph, ("block", block.index))
    return _plain(
        " | ".join(
            [
                f"kind:{block.kind}",
                block.path,
                block.kind,
                title.en,
                title.zh,
                labels.shape(block.output_shape),
                *_size(block.output_shape),
            ]
        )
    )
