"""Writes compared graphs side by side to a file, on a worker."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from explorer.bilingual import Text
from explorer.graph.compare.stages import Comparison
from explorer.graph.views import Detail
from explorer.gui import text, theme
from explorer.gui.background import Errands
from explorer.gui.services.saving import refuse
from explorer.gui.state import AppState


class ComparisonDrawing(QObject):
    """Tells through `state` that a file is there, or why not."""

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._worker = Errands("drawing", self)

    def write(self, comparison: Comparison, path: Path, detail: Detail) -> None:
        """Draws in the language and colours of the window, in the form that the name of `path` ends with."""
        language, colours = text.language(), theme.name()

        def work() -> None:
            from explorer.graph.compare import drawing  # brings the drawing libraries with it

            drawing.write(comparison, path, detail, language=language, theme=colours)

        self._worker.do(work, lambda _: self._on_written(path), partial(refuse, self._state, path))

    def close(self) -> None:
        """Waits until all is written; call it once, before the program ends."""
        self._worker.close()

    def _on_written(self, path: Path) -> None:
        self._state.notice(Text(f"Saved {path.name}.", f"已保存 {path.name}。"))
