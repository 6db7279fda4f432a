"""Writes the graph that is shown to a file, on a worker thread."""

from pathlib import Path

from PySide6.QtCore import QObject

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.gui import text, theme
from explorer.gui.background import Errands
from explorer.gui.state import AppState

FORMATS = ("svg", "png", "pdf", "json", "md", "py")


class GraphExports(QObject):
    """One after the other; tells the user when one is done or why it could not be."""

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._worker = Errands("export", self)

    def write(self, graph: LayerGraph, picture: Picture, choice: Choice, path: Path) -> None:
        """Writes in the format that the name of `path` ends with, in the present language and theme."""
        language, colours = text.language(), theme.name()
        known = None if catalogue.own(choice.architecture) is not None else choice

        def work() -> tuple[Path, tuple[Text, ...]]:
            from explorer.graph.export import Request, write  # brings the drawing libraries with it

            return path, write(Request(graph, picture, known, language=language, theme=colours), path)

        self._worker.do(work, self._on_done, self._on_failed)

    def close(self) -> None:
        self._worker.close()

    def _on_done(self, written: tuple[Path, tuple[Text, ...]]) -> None:
        path, notes = written
        self._state.notice(Text(f"Written: {path}", f"已保存：{path}"))
        for note in notes:
            self._state.notice(note)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            error = ExplorerError(
                Text(f"The file could not be written: {reason}.", f"无法写入文件：{reason}。"),
                Text("Choose another folder.", "请选择其他文件夹。"),
            )
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)
