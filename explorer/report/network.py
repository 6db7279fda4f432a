"""The network of a report: its figure for print, and the table of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph import views
from explorer.graph.export import Request
from explorer.graph.export.page import page
from explorer.graph.export.svg import svg
from explorer.graph.layout import layout
from explorer.graph.rows import HEADS, TEXTS, Column, Listing
from explorer.report import words
from explorer.report.markup import cells, details, section

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph
    from explorer.report.gathering import Content

_COLUMNS = tuple(Column)


def section_of(content: Content, language: str) -> str:
    """Empty where the network could not be traced."""
    if content.graph is None:
        return ""
    return section(
        words.NETWORK.language(language),
        f'<div class="drawing">{_figure(content, content.graph, language)}</div>',
        details(words.LAYERS.language(language), _table(content.graph, language)),
    )


def _figure(content: Content, graph: LayerGraph, language: str) -> str:
    choice = None if content.record.plan.own is not None else content.record.plan.choice
    picture = layout(graph, views.open_blocks(graph, views.Detail.LAYERS))
    request = Request(graph, picture, choice, language=language, figure=True)
    return svg(page(request), language).split("\n", 1)[1]  # without the declaration of XML


def _table(graph: LayerGraph, language: str) -> str:
    listing = Listing(graph)
    numbers = frozenset(place for place, column in enumerate(_COLUMNS) if column not in TEXTS)
    heads = [HEADS[column].language(language) for column in _COLUMNS]
    rows = ([listing.written(row, column, language) for column in _COLUMNS] for row in listing.rows)
    return cells(heads, rows, "layers", numbers)
