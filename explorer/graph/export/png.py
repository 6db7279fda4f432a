"""A drawing as PNG, painted by Pillow; shapes are drawn larger and reduced, so that their edges are smooth."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.export import Written, fonts
from explorer.graph.export.items import Display, Face, Item, Line, Polygon, Rectangle, Words
from explorer.graph.export.page import page as page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.graph.export import Request
    from explorer.graph.picture import Point

_FINER = 4  # shapes are drawn this many times larger
_STRIP = 512  # lines of the image that are drawn at once, so that a tall picture needs little memory
_MOST_PIXELS = 64_000_000
_LEAST_SCALE, _MOST_SCALE = 0.1, 10.0
_CURVE_STEPS = 6
_DASH, _GAP = 4.8, 3.6


def render(request: Request) -> Written:
    """The drawing as pixels, at a smaller scale than asked for where it would be too large.

    Raises:
        ExplorerError: The scale is out of range.
    """
    if not _LEAST_SCALE <= request.scale <= _MOST_SCALE:
        raise ExplorerError(
            Text(
                f"A PNG cannot be drawn at a scale of {request.scale:g}.", f"无法以 {request.scale:g} 的比例绘制 PNG。"
            ),
            Text(f"Choose {_LEAST_SCALE:g} to {_MOST_SCALE:g}.", f"请选择 {_LEAST_SCALE:g} 到 {_MOST_SCALE:g}。"),
        )
    notes = []
    if request.language == "zh" and fonts.chinese(Face.REGULAR) is None:
        request = replace(request, language="en")
        notes.append(fonts.NO_CHINESE_FONT)
    page = page_of(request)
    scale = min(request.scale, (_MOST_PIXELS / (page.width * page.height)) ** 0.5)
    if scale < request.scale:
        notes.append(
            Text(
                f"The picture is very large: it is drawn at {scale:.2f}, not {request.scale:g}. SVG has no limit.",
                f"图很大，绘制比例为 {scale:.2f} 而不是 {request.scale:g}；SVG 没有这个限制。",
            )
        )
    buffer = io.BytesIO()
    image(page, scale).save(buffer, "PNG", dpi=(96 * scale, 96 * scale))
    return Written(buffer.getvalue(), tuple(notes))


def image(page: Display, scale: float) -> Image.Image:
    """The whole page in colour, `scale` pixels for each of its own."""
    width, height = ceil(page.width * scale), ceil(page.height * scale)
    result = Image.new("RGB", (width, height), page.background)
    strips: dict[int, list[Item]] = {}
    for item in _without_dashes(page.items):
        first, last = _span(item)
        for number in range(max(0, int(first * scale) // _STRIP), int(last * scale) // _STRIP + 1):
            strips.setdefault(number, []).append(item)
    for number, items in strips.items():
        top = number * _STRIP
        if top < height:
            size = (width, min(_STRIP, height - top))
            result.paste(_strip(page.background, items, size, top, scale), (0, top))
    return result


def _without_dashes(items: Iterable[Item]) -> Iterable[Item]:
    """The same drawing with each dash as a line of its own, since Pillow has no dashes."""
    for item in items:
        if isinstance(item, Rectangle) and item.is_dashed and item.stroke:
            yield replace(item, stroke=None)
            for dash in _dashes(_outline(item)):
                yield Line(tuple(dash), item.stroke, item.stroke_width, bend=0.0)
        else:
            yield item


def _span(item: Item) -> tuple[float, float]:
    """The upper and lower end of an item."""
    match item:
        case Rectangle():
            return item.y - 2, item.y + item.height + 2
        case Words():
            return item.y - 1.3 * item.size, item.y + 0.5 * item.size
        case _:
            heights = [y for _, y in item.points]
            return min(heights) - 2, max(heights) + 2


def _strip(background: str, items: Iterable[Item], size: tuple[int, int], top: int, scale: float) -> Image.Image:
    """The part of the page of `size` that begins at line `top`."""
    fine = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), background)
    brush = _Brush(ImageDraw.Draw(fine), scale * _FINER, top * _FINER)
    words = []
    for item in items:
        if isinstance(item, Words):
            words.append(item)
        else:
            brush.draw(item)
    strip = fine.reduce(_FINER)
    pen = ImageDraw.Draw(strip)
    for item in words:
        _write(pen, item, scale, top)
    return strip


class _Brush:
    """Draws shapes onto a strip, in pixels of the finer image."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: float, top: float) -> None:
        self._draw = draw
        self._scale = scale
        self._top = top

    def draw(self, item: Item) -> None:
        match item:
            case Rectangle():
                self._rectangle(item)
            case Line():
                self._line(item)
            case Polygon():
                self._draw.polygon([self._place(point) for point in item.points], fill=item.fill)
            case Words():
                raise TypeError("words are written after the shapes")

    def _place(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale - self._top

    def _rectangle(self, item: Rectangle) -> None:
        half = item.stroke_width / 2 if item.stroke else 0.0
        left, top = self._place((item.x - half, item.y - half))
        right, bottom = self._place((item.x + item.width + half, item.y + item.height + half))
        right, bottom = max(right, left + 2), max(bottom, top + 2)  # of a very small picture
        corner = (item.radius + half) * self._scale if item.radius else 0.0
        self._draw.rounded_rectangle(
            (left, top, right - 1, bottom - 1),
            radius=min(corner, (right - left) / 2),
            fill=item.fill,
            outline=item.stroke,
            width=round(item.stroke_width * self._scale) if item.stroke else 0,
        )

    def _line(self, item: Line) -> None:
        placed = [self._place(point) for point in (_curved(item) if item.bend else item.points)]
        self._draw.line(placed, fill=item.colour, width=max(1, round(item.width * self._scale)), joint="curve")


def _curved(line: Line) -> list[Point]:
    """The points of a line with its round corners."""
    points = [line.points[0]]
    for start, corner, end in line.bends():
        for step in range(_CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            points.append(
                (
                    (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * corner[0] + t**2 * end[0],
                    (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * corner[1] + t**2 * end[1],
                )
            )
    points.append(line.points[-1])
    return points


def _outline(item: Rectangle) -> list[Point]:
    """The way around a rectangle with round corners."""
    left, top, right, bottom = item.x, item.y, item.x + item.width, item.y + item.height
    middle = (left + right) / 2
    around = ((middle, top), (right, top), (right, bottom), (left, bottom), (left, top), (middle, top))
    return _curved(Line(around, "", 1.0, bend=item.radius))


def _dashes(points: list[Point]) -> Iterable[list[Point]]:
    """The dashes along a way, each a short line."""
    dash, left, is_drawn = [points[0]], _DASH, True
    for start, end in pairwise(points):
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        done = 0.0
        while length - done >= left > 0:
            done += left
            place = (start[0] + (end[0] - start[0]) * done / length, start[1] + (end[1] - start[1]) * done / length)
            if is_drawn:
                yield [*dash, place]
            dash, is_drawn = [place], not is_drawn
            left = _DASH if is_drawn else _GAP
        left -= length - done
        dash.append(end)
    if is_drawn and len(dash) > 1:
        yield dash


def _write(pen: ImageDraw.ImageDraw, item: Words, scale: float, top: float) -> None:
    x, y = item.x * scale, item.y * scale - top
    if item.size * scale < 1:  # less than a pixel high: Pillow 11 refuses to draw it
        return
    for is_chinese, stretch in fonts.runs(item.text):
        font = _font(item.face, is_chinese, item.size * scale)
        pen.text((x, y), stretch, font=font, fill=item.colour, anchor="ls")
        x += font.getlength(stretch)


@lru_cache(maxsize=64)
def _font(face: Face, is_chinese: bool, size: float) -> ImageFont.FreeTypeFont:
    file = fonts.chinese(face) if is_chinese else None
    file = file or fonts.own(face)
    return ImageFont.truetype(str(file.path), size, index=file.place)
