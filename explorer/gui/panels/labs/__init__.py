"""The workspace for what takes the whole window: data, curves, evaluation, experiments."""

from explorer.gui.panels.labs.panel import LabsPanel

__all__ = ["LabsPanel"]
