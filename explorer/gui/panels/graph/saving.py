"""Asks where an exported graph is to be written."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.gui.text import tr


def ask_where(parent: QWidget, name: str, suffix: str) -> Path | None:
    """The file that the user chooses for a graph called `name`, with an ending; None where they do not."""
    kinds = f"{tr(f'graph.export_{suffix}')} (*.{suffix})"
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("graph.export_title"), f"{name}.{suffix}", kinds)
    path = Path(chosen)
    return (path if path.suffix else path.with_suffix(f".{suffix}")) if chosen else None
