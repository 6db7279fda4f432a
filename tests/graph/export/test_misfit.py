"""A network whose shapes do not fit: the edge in red, and under the drawing what meets there and what would help."""

from functools import cache
from xml.etree import ElementTree as ET

import pytest

from explorer.graph import views
from explorer.graph.export import Request, svg
from explorer.graph.export.colours import THEMES
from explorer.graph.export.display import display
from explorer.graph.export.figure import ink
from explorer.graph.export.figure.page import figure
from explorer.graph.export.items import Line, Polygon, Rectangle, Words
from explorer.graph.export.misfit import is_at, is_fault
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from tests.graph.misprints import GoogLeNet
from tests.graph.test_mismatch import fails

RED = THEMES["light"].danger


@cache
def misprinted() -> LayerGraph:
    """The fourth branch with padding 1 on its 1x1 convolution: two more rows and columns than the others."""
    graph, _ = fails(GoogLeNet(last_padding=1), (1, 96, 96))
    return graph


def request_of(detail: str = "layers", language: str = "en") -> Request:
    graph = misprinted()
    return Request(graph, layout(graph, views.open_blocks(graph, views.Detail(detail))), None, language=language)


@pytest.mark.parametrize("detail", ["stages", "layers", "operations"])
def test_the_edge_is_red_with_its_size(detail: str) -> None:
    request = request_of(detail)
    page = display(request)
    red = [item for item in page.items if isinstance(item, Line) and item.colour == RED]
    faulty = [wire for wire in request.picture.wires if is_fault(request.graph, wire)]
    assert len(red) == len(faulty)
    if detail != "stages":  # there, both ends are in one closed block
        assert red
        assert any(isinstance(item, Polygon) and item.fill == RED for item in page.items)
        assert any(isinstance(item, Words) and item.colour == RED and "×14×14" in item.text for item in page.items)
    marked = [item for item in page.items if isinstance(item, Rectangle) and item.stroke == RED]
    assert len(marked) == sum(is_at(request.graph, box.target) for box in request.picture.boxes) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_sides_the_arithmetic_and_the_remedies_are_written(language: str) -> None:
    request = request_of(language=language)
    mismatch = request.graph.mismatch
    assert mismatch is not None
    root = ET.fromstring(svg.render(request).content)
    written = "".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))
    for text in (*mismatch.sides, *mismatch.arithmetic, *mismatch.remedies):
        assert text.language(language).replace(" ", "") in written.replace(" ", "")
    page = display(request)
    assert all(item.x + item.width <= page.width for item in page.items if isinstance(item, Words))


def test_a_graph_that_runs_has_no_red() -> None:
    from tests.graph.export.drawing import request_of as usual

    page = display(usual("googlenet"))
    assert not any(isinstance(item, Line | Words) and item.colour == RED for item in page.items)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_ends_where_the_network_does(language: str) -> None:
    page = figure(request_of(language=language))
    words = [item for item in page.items if isinstance(item, Words)]
    assert any(item.colour == ink.FAULT for item in words)
    assert any(isinstance(item, Line) and item.colour == ink.FAULT for item in page.items)
    marked = [item for item in page.items if isinstance(item, Rectangle) and item.stroke == ink.FAULT]
    assert len(marked) == 1  # the concatenation, in the drawing of the block
    assert all(item.x + item.width <= page.width for item in words)
