"""A drawing as SVG: text stays text, and the fonts are named, not embedded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from explorer.graph.export import Written
from explorer.graph.export.items import Display, Face, Item, Line, Polygon, Rectangle, Words
from explorer.graph.export.page import page as page_of

if TYPE_CHECKING:
    from explorer.graph.export import Request

_SANS = "Inter, 'Segoe UI', 'SF Pro Text', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_MONO = "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_FACES = {Face.REGULAR: "", Face.SEMIBOLD: ' font-weight="600"', Face.MONO: f' font-family="{_MONO}"'}


def render(request: Request) -> Written:
    """The drawing as the content of an SVG file."""
    return Written(svg(page_of(request), request.language).encode("utf-8"))


def svg(page: Display, language: str = "en") -> str:
    """The page as the text of an SVG file."""
    width, height = _number(page.width), _number(page.height)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" xml:lang="{"zh-Hans" if language == "zh" else "en"}" font-family="{_SANS}" '
        'stroke-linejoin="round">',
        f"<title>{_text(page.title)}</title>",
        f"<desc>{_text(page.description)}</desc>",
        f'<rect width="{width}" height="{height}" fill="{page.background}"/>',
        *(_element(item) for item in page.items),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _element(item: Item) -> str:
    match item:
        case Rectangle():
            return _rectangle(item)
        case Line():
            return _line(item)
        case Polygon():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in item.points)
            return f'<polygon points="{points}" fill="{item.fill}"/>'
        case Words():
            return (
                f'<text x="{_number(item.x)}" y="{_number(item.y)}" font-size="{_number(item.size)}" '
                f'fill="{item.colour}"{_FACES[item.face]}>{_text(item.text)}</text>'
            )


def _rectangle(item: Rectangle) -> str:
    parts = [
        f'<rect x="{_number(item.x)}" y="{_number(item.y)}" width="{_number(item.width)}" '
        f'height="{_number(item.height)}"'
    ]
    if item.radius:
        parts.append(f'rx="{_number(item.radius)}"')
    parts.append(f"fill={quoteattr(item.fill or 'none')}")
    if item.stroke:
        parts.append(f'stroke="{item.stroke}" stroke-width="{_number(item.stroke_width)}"')
    if item.is_dashed:
        parts.append('stroke-dasharray="4.8 3.6"')
    tag = " ".join(parts)
    return f"{tag}><title>{_text(item.about)}</title></rect>" if item.about else f"{tag}/>"


def _line(item: Line) -> str:
    steps = [f"M{_place(item.points[0])}"]
    for start, corner, end in item.bends():
        steps.append(f"L{_place(start)}Q{_place(corner)} {_place(end)}")
    steps.append(f"L{_place(item.points[-1])}")
    return f'<path d="{"".join(steps)}" fill="none" stroke="{item.colour}" stroke-width="{_number(item.width)}"/>'


def _place(point: tuple[float, float]) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """`text` for XML, which has no place for control characters."""
    return escape("".join(character for character in text if character.isprintable()))
