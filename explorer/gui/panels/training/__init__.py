"""The bottom of the window: settings of a training, its progress, its curves, and all runs there were."""

from explorer.gui.panels.training.panel import TrainingPanel

__all__ = ["TrainingPanel"]
