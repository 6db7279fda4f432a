"""The page that a request asks for, as a list of marks: the same for SVG, PNG and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.graph.export.display import display

if TYPE_CHECKING:
    from explorer.graph.export import Request
    from explorer.graph.export.items import Display


def page(request: Request) -> Display:
    """The figure for print where one is asked for, else the drawing as in the window."""
    if request.figure:
        from explorer.graph.export.figure.page import figure  # most drawings are none

        return figure(request)
    return display(request)
