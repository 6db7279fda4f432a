"""Requests for the tests of the export; graphs come from the shipped ones, so no torch is needed."""

from explorer import catalogue
from explorer.graph import shipped, views
from explorer.graph.export import Request
from explorer.graph.layout import layout


def request_of(
    name: str = "googlenet", *, detail: str = "layers", suffix: str = ".svg", language: str = "en", theme: str = "light"
) -> Request:
    graph = shipped.load(name)
    assert graph is not None
    picture = layout(graph, views.open_blocks(graph, views.Detail(detail)))
    return Request(graph, picture, catalogue.find(name).default_choice(), suffix, language, theme, scale=1.0)
