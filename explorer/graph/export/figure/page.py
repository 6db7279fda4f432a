"""Puts a figure together: the course of the network on the left, the blocks that it repeats on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph.export.figure import ink
from explorer.graph.export.figure.blocks import variants
from explorer.graph.export.figure.inset import Inset
from explorer.graph.export.figure.volumes import Course, blocks_of, rows
from explorer.graph.export.heading import heading
from explorer.graph.export.items import Display, Item

if TYPE_CHECKING:
    from explorer.graph.export import Request

_MARGIN = 6.0
_PAGE = 660.0  # most of a printed page, 7 inches
_TALLER = 1.25  # the most by which the blocks reach lower than the course
_COLUMN_GAP, _INSET_GAP = 26.0, 22.0


def figure(request: Request) -> Display:
    """The page of the figure, as large as what is drawn."""
    made, edges = rows(request.graph)
    explained = variants(request.graph, blocks_of(made))
    course = Course(request, made, edges)
    course.name(explained)
    drawn = _at(course.items(), 0.0, 0.0)
    height = ink.bounds(drawn)[3]
    drawn += _beside([Inset(request, variant).items() for variant in explained], ink.bounds(drawn)[2], height)
    left, top, right, bottom = ink.bounds(drawn)
    title, description = heading(request)
    return Display(
        right - left + 2 * _MARGIN,
        bottom - top + 2 * _MARGIN,
        ink.PAPER,
        title,
        description,
        ink.moved(drawn, _MARGIN - left, _MARGIN - top),
    )


def _beside(insets: list[list[Item]], x: float, height: float) -> list[Item]:
    """The insets in columns not much taller than the rest of the figure, or as a page allows."""
    sizes = [(right - left, bottom - top) for left, top, right, bottom in map(ink.bounds, insets)]
    room = max([height * _TALLER, _PAGE, *(tall for _, tall in sizes)])
    drawn: list[Item] = []
    x, y, widest = x + _COLUMN_GAP, 0.0, 0.0
    for items, (wide, tall) in zip(insets, sizes, strict=True):
        if y and y + tall > room:
            x, y, widest = x + widest + _COLUMN_GAP, 0.0, 0.0
        drawn += _at(items, x, y)
        y, widest = y + tall + _INSET_GAP, max(widest, wide)
    return drawn


def _at(items: list[Item], x: float, y: float) -> list[Item]:
    """The drawing with its upper left corner at (x, y)."""
    left, top, _, _ = ink.bounds(items)
    return ink.moved(items, x - left, y - top)
