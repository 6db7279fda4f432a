"""Two networks side by side."""

from explorer.gui.panels.compare.panel import ComparePanel

__all__ = ["ComparePanel"]
