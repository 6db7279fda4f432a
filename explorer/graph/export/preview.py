"""What a file is going to look like: the whole drawing made small, or how its text begins."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.graph.export.items import Words
from explorer.graph.export.page import page

if TYPE_CHECKING:
    from explorer.graph.export import Request

_MOST_LINES, _MOST_COLUMNS = 60, 160
_MOST_SCALE = 3.0
_LEGIBLE = 2.5  # pixels; smaller words are left out
_TEXTS = {".json": "table", ".md": "table", ".csv": "listing", ".tex": "listing", ".py": "code"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture, or text.

    Attributes:
        pixels: RGB, row by row; empty for text.
        size: Of the picture in pixels (width, height).
        page: Of the drawing at 100 % (width, height), 0 for text.
    """

    pixels: bytes = b""
    size: tuple[int, int] = (0, 0)
    page: tuple[float, float] = (0.0, 0.0)
    text: str = ""


def preview(request: Request, room: tuple[int, int]) -> Preview:
    """A drawing in at most `room` pixels (width, height), or the first lines of a text; nothing for ONNX.

    Raises:
        ExplorerError: This graph cannot be written so; the message says why.
    """
    writer = _TEXTS.get(request.suffix)
    if writer is not None:
        content = importlib.import_module(f"{__package__}.{writer}").render(request).content
        lines = content.decode("utf-8-sig").splitlines()[:_MOST_LINES]
        return Preview(text="\n".join(line[:_MOST_COLUMNS] for line in lines))
    if request.suffix == ".onnx":
        return Preview()
    from explorer.graph.export.png import image

    drawn = page(request)
    scale = min(room[0] / drawn.width, room[1] / drawn.height, _MOST_SCALE)
    items = [item for item in drawn.items if not isinstance(item, Words) or item.size * scale >= _LEGIBLE]
    made = image(replace(drawn, items=items), scale)
    return Preview(made.tobytes(), made.size, (drawn.width, drawn.height))
