"""A drawing as PDF of one page, as vectors, with text that can be searched and the fonts embedded.

PDF's page size ends at 14,400 points; a taller picture is made smaller, which costs nothing in vectors.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from explorer.graph.export import Written, fonts, outlines
from explorer.graph.export.items import Display, Face, Item, Line, Polygon, Rectangle, Words
from explorer.graph.export.page import page as page_of

if TYPE_CHECKING:
    from explorer.graph.export import Request
    from explorer.graph.picture import Point

_POINTS = 0.75  # for each pixel, at 96 pixels an inch
_MOST_POINTS = 14_400.0
_ROUND = 1


def render(request: Request) -> Written:
    """The drawing as the content of a PDF file of one page; in English, with a note, where no font writes Chinese."""
    notes = []
    if request.language == "zh" and fonts.chinese(Face.REGULAR) is None:
        request = replace(request, language="en")
        notes.append(fonts.NO_CHINESE_FONT)
    page = page_of(request)
    scale = min(_POINTS, _MOST_POINTS / page.width, _MOST_POINTS / page.height)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(page.width * scale, page.height * scale), invariant=1)
    canvas.setTitle(page.title)
    canvas.setSubject(page.description)
    canvas.setCreator("CNN Explorer")
    canvas.scale(scale, scale)
    _Sheet(canvas, page).draw()
    canvas.showPage()
    canvas.save()
    return Written(buffer.getvalue(), tuple(notes))


class _Sheet:
    """Draws a page; PDF counts from the lower left corner."""

    def __init__(self, canvas: Canvas, page: Display) -> None:
        self._canvas = canvas
        self._page = page
        self._fonts = _register(page)

    def draw(self) -> None:
        self._canvas.setFillColor(HexColor(self._page.background))
        self._canvas.rect(0, 0, self._page.width, self._page.height, stroke=0, fill=1)
        self._canvas.setLineJoin(_ROUND)
        for item in self._page.items:
            self._draw(item)

    def _draw(self, item: Item) -> None:
        match item:
            case Rectangle():
                self._rectangle(item)
            case Line():
                self._line(item)
            case Polygon():
                self._polygon(item)
            case Words():
                self._words(item)

    def _up(self, point: Point) -> Point:
        return point[0], self._page.height - point[1]

    def _rectangle(self, item: Rectangle) -> None:
        canvas = self._canvas
        if item.fill:
            canvas.setFillColor(HexColor(item.fill))
        if item.stroke:
            canvas.setStrokeColor(HexColor(item.stroke))
            canvas.setLineWidth(item.stroke_width)
        canvas.setDash(*([4.8, 3.6],) if item.is_dashed else ())
        x, y = self._up((item.x, item.y + item.height))
        radius = min(item.radius, item.width / 2)
        canvas.roundRect(x, y, item.width, item.height, radius, stroke=bool(item.stroke), fill=bool(item.fill))
        canvas.setDash()

    def _line(self, item: Line) -> None:
        path = self._canvas.beginPath()
        path.moveTo(*self._up(item.points[0]))
        for start, corner, end in item.bends():
            path.lineTo(*self._up(start))
            first, second = (_between(corner, start), _between(corner, end))  # a quadratic curve as a cubic one
            path.curveTo(*self._up(first), *self._up(second), *self._up(end))
        path.lineTo(*self._up(item.points[-1]))
        self._canvas.setStrokeColor(HexColor(item.colour))
        self._canvas.setLineWidth(item.width)
        self._canvas.drawPath(path, stroke=1, fill=0)

    def _polygon(self, item: Polygon) -> None:
        path = self._canvas.beginPath()
        path.moveTo(*self._up(item.points[0]))
        for point in item.points[1:]:
            path.lineTo(*self._up(point))
        path.close()
        self._canvas.setFillColor(HexColor(item.fill))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _words(self, item: Words) -> None:
        self._canvas.setFillColor(HexColor(item.colour))
        x, y = self._up((item.x, item.y))
        for is_chinese, stretch in fonts.runs(item.text):
            name = self._fonts[item.face, is_chinese]
            self._canvas.setFont(name, item.size)
            self._canvas.drawString(x, y, stretch)
            x += pdfmetrics.stringWidth(stretch, name, item.size)


def _between(corner: Point, end: Point) -> Point:
    """Two thirds of the way from `end` to `corner`."""
    return end[0] + (corner[0] - end[0]) * 2 / 3, end[1] + (corner[1] - end[1]) * 2 / 3


def _register(page: Display) -> dict[tuple[Face, bool], str]:
    """Makes the fonts that the page needs known to reportlab, with just the characters that it needs."""
    needed: dict[tuple[Face, bool], set[str]] = {}
    for item in page.items:
        if isinstance(item, Words):
            for is_chinese, stretch in fonts.runs(item.text):
                needed.setdefault((item.face, is_chinese), set()).update(stretch)
    names = {}
    for (face, is_chinese), characters in needed.items():
        file = (fonts.chinese(face) if is_chinese else None) or fonts.own(face)
        name = f"{file.path.stem}-{outlines.fingerprint(characters)}"
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(outlines.truetype(file, characters))))
        names[face, is_chinese] = name
    return names
