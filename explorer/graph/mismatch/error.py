"""The error of a pass that ended early; it brings the graph of what ran. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph, Mismatch

_TOLD = 2  # remedies in one line


class ShapeError(ExplorerError):
    """A model cannot run on an image of this size.

    Attributes:
        graph: What ran, and the operation that could not; its `mismatch` says why.
    """

    def __init__(self, graph: LayerGraph) -> None:
        assert graph.mismatch is not None
        super().__init__(graph.mismatch.message, _hint(graph.mismatch))
        self.graph = graph


def _hint(mismatch: Mismatch) -> Text:
    """The numbers, the likeliest changes and the place, in one line."""
    texts = [*mismatch.arithmetic]
    told = mismatch.remedies[:_TOLD]
    if told:
        texts.append(Text(" Or: ".join(text.en for text in told), "或者：".join(text.zh for text in told)))
    if not texts and mismatch.reason:
        texts.append(said(mismatch))
    if mismatch.source:
        texts.append(place(mismatch))
    return Text(" ".join(text.en for text in texts), "".join(text.zh for text in texts))


def said(mismatch: Mismatch) -> Text:
    """The words of the error itself: torch's, or those of the model's own code."""
    words = mismatch.reason.rstrip(".")
    if mismatch.node is None:
        return Text(f"It says: {words}.", f"错误信息：{words}。")
    return Text(f"PyTorch says: {words}.", f"PyTorch 的说明：{words}。")


def place(mismatch: Mismatch) -> Text:
    """Where it happened: "It happened at net.py, line 12: x = self.fc(x)"."""
    file, _, line = mismatch.source.rpartition(":")
    if not mismatch.line:
        return Text(f"It happened at {file}, line {line}.", f"位置：{file} 第 {line} 行。")
    return Text(f"It happened at {file}, line {line}: {mismatch.line}", f"位置：{file} 第 {line} 行：{mismatch.line}")
