"""A layer graph, or the architecture behind it, as a file: drawing, figure, table, code or model. No Qt."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.colouring import ColourBy

if TYPE_CHECKING:
    from collections.abc import Callable
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
    ".csv": "listing",
    ".tex": "listing",
    ".py": "code",
    ".onnx": "onnx_model",
}
SUFFIXES = tuple(_WRITERS)
DRAWN = (".svg", ".png", ".pdf")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be written, and how.

    Attributes:
        choice: What the graph was made of; None where that is not known.
        suffix: The form, as the ending of a file's name; of a file that is written its own ending counts.
        language: Of the labels, "en" or "zh".
        theme: "light" or "dark".
        colour_by: What the colours of a drawing tell; a figure is black on white.
        scale: Pixels of a PNG for each pixel of the picture.
        model: The model with its weights, for `.onnx`; a new one is built where there is none.
        elsewhere: Writes `.onnx` of a model of the user, which is not built in this process.
        figure: Of a drawing: not the layers with all their numbers but a figure for print, black on white.
    """

    graph: LayerGraph
    picture: Picture
    choice: Choice | None
    suffix: str = ".svg"
    language: str = "en"
    theme: str = "light"
    colour_by: ColourBy = ColourBy.TYPE
    scale: float = 2.0
    model: nn.Module | None = None
    elsewhere: Callable[[], Written] | None = None
    figure: bool = False

    def say(self, text: Text) -> str:
        return text.language(self.language)


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a file, and what the user should know about it."""

    content: bytes
    notes: tuple[Text, ...] = ()


class _Writer(Protocol):
    def render(self, request: Request) -> Written: ...


def check(path: Path, *, figure: bool = False) -> str:
    """The ending of `path`, in lower case.

    Raises:
        ExplorerError: The export does not know it, or writes no figure so.
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
    if figure and suffix not in DRAWN:
        raise ExplorerError(
            Text(f"A figure cannot be written as {suffix}.", f"插图无法保存为 {suffix}。"),
            Text(f"Choose one of: {', '.join(DRAWN)}.", f"可用的扩展名：{'、'.join(DRAWN)}。"),
        )
    return suffix


def write(request: Request, path: Path) -> tuple[Text, ...]:
    """Writes what is asked for in the form that the ending of `path` says.

    A drawing is of the whole picture; code and model are those of the choice.

    Returns:
        What the user should know about the file; mostly nothing.

    Raises:
        ExplorerError: The ending is unknown, or this graph cannot be written so; the message says why.
        OSError: The file cannot be written; nothing is left behind.
    """
    suffix = check(path, figure=request.figure)
    writer = cast("_Writer", importlib.import_module(f"{__name__}.{_WRITERS[suffix]}"))
    written = writer.render(replace(request, suffix=suffix))
    atomic.write_bytes(path, written.content)
    return written.notes
