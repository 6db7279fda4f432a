"""The right panel of the window."""

from explorer.gui.panels.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]
