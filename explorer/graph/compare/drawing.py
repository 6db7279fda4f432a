"""The graphs of a comparison side by side on one page, for SVG and PNG."""

import io
from dataclasses import replace
from pathlib import Path

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.compare.align import Change
from explorer.graph.compare.changes import Changes
from explorer.graph.compare.stages import Comparison
from explorer.graph.export import Request
from explorer.graph.export.display import display
from explorer.graph.export.items import Display, Face, Item, Rectangle, Words, moved
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Box
from explorer.graph.views import Detail, open_blocks

FORMS = (".svg", ".png")
_SCALE = 2.0
_SIZE, _ROW, _MARGIN = 12.0, 24.0, 24.0
_EDGES = {Change.CHANGED: "#3b82f6", Change.ONLY_LEFT: "#dc4c4c", Change.ONLY_RIGHT: "#2f9e63"}
_EDGE = 2.5
_WORDS = {
    Change.CHANGED: Text("changed", "改变"),
    Change.ONLY_LEFT: Text("only in {name}", "仅 {name} 有"),
    Change.ONLY_RIGHT: Text("only in {name}", "仅 {name} 有"),
}


def write(comparison: Comparison, path: Path, detail: Detail, *, language: str = "en", theme: str = "light") -> None:
    """Draws the graphs at one level of detail and writes them in the form that the ending of `path` says.

    Raises:
        ExplorerError: The ending is none of `FORMS`.
        OSError: The file cannot be written; nothing is left behind.
    """
    suffix = check(path)
    page = drawing(comparison, detail, language=language, theme=theme)
    if suffix == ".svg":
        from explorer.graph.export.svg import svg

        atomic.write_bytes(path, svg(page, language).encode("utf-8"))
        return
    from explorer.graph.export.png import image

    content = io.BytesIO()
    image(page, _SCALE).save(content, "PNG", dpi=(96 * _SCALE, 96 * _SCALE))
    atomic.write_bytes(path, content.getvalue())


def check(path: Path) -> str:
    """The ending of `path`, in lower case.

    Raises:
        ExplorerError: It is none of `FORMS`.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMS:
        raise ExplorerError(
            Text(f"A comparison cannot be written as {path.name}.", f"比较结果无法保存为 {path.name}。"),
            Text(f"Choose one of: {', '.join(FORMS)}.", f"可用的扩展名：{'、'.join(FORMS)}。"),
        )
    return suffix


def drawing(comparison: Comparison, detail: Detail, *, language: str = "en", theme: str = "light") -> Display:
    """One page: what is not the same has an edge in the colour that is explained at the foot."""
    changes = Changes(comparison)
    pages = [_page(comparison, side, changes, detail, language, theme) for side in range(len(comparison.graphs))]
    width, height = sum(page.width for page in pages), max(page.height for page in pages)
    title = " – ".join(comparison.names)
    whole = Display(width, height + _ROW + _MARGIN, pages[0].background, title, title)
    left = 0.0
    for page in pages:
        whole.items += [moved(item, left, 0) for item in page.items]
        left += page.width
    colour = next(item.colour for item in pages[0].items if isinstance(item, Words))
    whole.items += _explanation(comparison, changes, height, colour, language)
    return whole


def _page(comparison: Comparison, side: int, changes: Changes, detail: Detail, language: str, theme: str) -> Display:
    graph = comparison.graphs[side]
    picture = layout(graph, open_blocks(graph, detail), join_layers=detail is not Detail.OPERATIONS)
    page = display(Request(graph, picture, None, language=language, theme=theme))
    edges = iter([changes.of(side, _nodes(graph, box)) for box in picture.boxes])
    place, title = next((place, item) for place, item in enumerate(page.items) if isinstance(item, Words))
    page.items[place] = replace(title, text=comparison.names[side])
    page.items = [_edged(item, next(edges)) if _is_outline(item) else item for item in page.items]
    return page


def _nodes(graph: LayerGraph, box: Box) -> list[int]:
    kind, index = box.target
    if kind == "node":
        return [index, *box.joined]
    block = graph.blocks[index]
    return list(range(block.first, block.last))


def _is_outline(item: Item) -> bool:
    """Of a box: it says what it is, and is no frame of an opened block."""
    return isinstance(item, Rectangle) and bool(item.about) and not item.is_dashed


def _edged(item: Item, change: Change) -> Item:
    colour = _EDGES.get(change)
    return (
        item if colour is None or not isinstance(item, Rectangle) else replace(item, stroke=colour, stroke_width=_EDGE)
    )


def _explanation(comparison: Comparison, changes: Changes, top: float, colour: str, language: str) -> list[Item]:
    items: list[Item] = []
    x = _MARGIN
    for change, side, count in changes.counts():
        if change not in _EDGES or not count:
            continue
        words = _WORDS[change].language(language).format(name=comparison.names[side])
        told = Words(x + 24, top + _SIZE, f"{count} {words}", _SIZE, colour, Face.REGULAR)
        items += [Rectangle(x, top + 1, 16, 12, 3, stroke=_EDGES[change], stroke_width=_EDGE), told]
        x += 24 + told.width + 20
    return items
