"""Writes what is shown to files, on a worker thread."""

from __future__ import annotations

import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from explorer import catalogue
from explorer.gui.background import Errands
from explorer.gui.services.saving import refuse
from explorer.gui.state import FromFile, FromRun
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights, Workbench

if TYPE_CHECKING:
    from explorer.bilingual import Text
    from explorer.graph.export import Request
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class Exports(QObject):
    """One after the other. A model of the user is run in a process of its own, which ends when it is written.

    Signals:
        written(Path, tuple[Text, ...]): A file is there, and what should be known about it.
        copied(QImage): The picture that was to be copied.
    """

    written = Signal(object, object)
    copied = Signal(object)

    def __init__(self, state: AppState, runs: RunControl | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._runs = state, runs
        self._own_bench, self._is_closing = OwnBench(), threading.Event()
        self._worker = Errands("export", self)

    def write(self, request: Request, path: Path) -> None:
        """Writes in the form that the name of `path` ends with; a model with the weights that are shown now."""
        weights = self._weights() if path.suffix.lower() == ".onnx" else None
        own_bench, is_cancelled = self._own_bench, self._is_closing.is_set

        def work() -> tuple[Path, tuple[Text, ...]]:
            from dataclasses import replace

            from explorer.graph.export import onnx_needs, write  # brings the drawing libraries with it

            choice = request.choice
            if weights is None or choice is None:
                return path, write(request, path)
            if catalogue.own(choice.architecture) is not None:
                try:
                    elsewhere = partial(own_bench.onnx, choice, weights, is_cancelled)
                    return path, write(replace(request, elsewhere=elsewhere), path)
                finally:
                    own_bench.end()
            onnx_needs.check()  # before a model is built
            return path, write(replace(request, model=Workbench().model(choice, weights)), path)

        self._worker.do(work, self._on_done, partial(refuse, self._state, path))

    def copy(self, request: Request) -> None:
        """Draws `request`, a PNG, for the clipboard."""

        def work() -> QImage:
            from explorer.graph.export import write

            with tempfile.TemporaryDirectory(prefix="cnn-explorer-") as folder:
                path = Path(folder) / "picture.png"
                write(request, path)
                return QImage(str(path))

        self._worker.do(work, self.copied.emit, partial(refuse, self._state, Path("picture.png")))

    def close(self) -> None:
        """Waits for what is being written, but for a model of the user: that is given up."""
        self._is_closing.set()
        self._worker.close()

    def _weights(self) -> Weights:
        """Those that are looked into; of a live run the ones saved last."""
        source = self._state.weights
        if isinstance(source, FromFile):
            return Weights(file=source.path, stamp=source.stamp)
        if isinstance(source, FromRun) and self._runs is not None:
            return Weights(run=source.run, folder=self._runs.store.folder(source.run), moment=source.moment)
        return Weights(seed=0 if isinstance(source, FromRun) else source.seed)

    def _on_done(self, written: tuple[Path, tuple[Text, ...]]) -> None:
        self.written.emit(*written)
