"""The centre of the window: the layer graph with its tools."""

from explorer.gui.panels.graph.panel import GraphPanel

__all__ = ["GraphPanel"]
