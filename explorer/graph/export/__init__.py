"""A layer graph, or the architecture behind it, as a file: drawing, table, code or model. No Qt."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from explorer.catalogue import Choice
    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Picture

# The module that writes each kind of file; imported when it is asked for, because each brings its own library.
_WRITERS = {
    ".svg": "svg",
    ".png": "png",
    ".pdf": "pdf",
    ".json": "table",
    ".md": "table",
    ".py": "code",
    ".onnx": "onnx_model",
}
SUFFIXES = tuple(_WRITERS)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be written, and how.

    Attributes:
        choice: What the graph was made of; None for a model of the user's own.
        scale: Pixels of a PNG for each pixel of the picture.
        model: The model with its weights, for `.onnx`; a new one is built where there is none.
    """

    graph: LayerGraph
    picture: Picture
    choice: Choice | None
    suffix: str
    language: str = "en"
    theme: str = "light"
    scale: float = 2.0
    model: nn.Module | None = None

    def say(self, text: Text) -> str:
        return text.language(self.language)


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a file, and what the user should know about it."""

    content: bytes
    notes: tuple[Text, ...] = ()


class _Writer(Protocol):
    def render(self, request: Request) -> Written: ...


def write(
    graph: LayerGraph,
    picture: Picture,
    choice: Choice | None,
    path: Path,
    *,
    language: str = "en",
    theme: str = "light",
    scale: float = 2.0,
    model: nn.Module | None = None,
) -> tuple[Text, ...]:
    """Writes the whole of `picture`, a table of `graph`, or code or model of `choice`, as the ending of `path` says.

    Args:
        language: Of the labels, "en" or "zh".
        theme: "light" or "dark".
        scale: Pixels of a PNG for each pixel of the picture.
        model: The model with its weights, for `.onnx`; without it, one with random weights is built.

    Returns:
        What the user should know about the file; mostly nothing.

    Raises:
        ExplorerError: The ending is unknown, or this graph cannot be written so; the message says why.
        OSError: The file cannot be written; nothing is left behind.
    """
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise ExplorerError(
            Text(
                f"{path.name} has no ending that the export knows.",
                f"无法从文件名 {path.name} 的扩展名判断导出格式。",
            ),
            Text(f"Choose one of: {', '.join(SUFFIXES)}.", f"可用的扩展名：{'、'.join(SUFFIXES)}。"),
        )
    request = Request(graph, picture, choice, suffix, language, theme, scale, model)
    writer = cast("_Writer", importlib.import_module(f"{__name__}.{_WRITERS[suffix]}"))
    written = writer.render(request)
    atomic.write_bytes(path, written.content)
    return written.notes
