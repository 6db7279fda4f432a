"""Exports the graph that is shown: asks how and where, has it written, and says where it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.gui import elsewhere, file_names
from explorer.gui.services.exports import Exports
from explorer.gui.text import say, tr
from explorer.gui.widgets.words.notices import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.bilingual import Text
    from explorer.catalogue import Choice
    from explorer.graph.colouring import ColourBy
    from explorer.graph.export import Request
    from explorer.graph.model import LayerGraph
    from explorer.graph.picture import Picture
    from explorer.gui.dialogs.export import ExportDialog
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.gui.widgets.words.notices import Notices

ARRIVING_MS = 50  # between two looks whether the graph is there

Shown = tuple["LayerGraph", "Picture", "ColourBy"]


class ExportDesk(QObject):
    """Keeps the folder, and what was chosen last, for the next export.

    Args:
        shown: The graph, its picture and what the colours tell, as they are seen, or None.
    """

    def __init__(
        self,
        state: AppState,
        runs: RunControl | None,
        notices: Notices,
        shown: Callable[[], Shown | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._state, self._notices, self._shown, self._window = state, notices, shown, window
        self._last = ("drawing", ".svg")
        self._folder = file_names.folder()
        self._runs, self._exports = runs, Exports(state, runs, self)
        self._exports.written.connect(self._on_written)
        self._exports.copied.connect(self._on_copied)
        self._arriving = QTimer(self, interval=ARRIVING_MS)  # the graph of a run that is to be exported
        self._arriving.timeout.connect(self._open_when_there)
        self._awaited: tuple[Choice, LayerGraph | None] | None = None

    def open(self) -> ExportDialog | None:
        """Shows the dialog, if there is a graph."""
        shown = self._shown()
        if shown is None:
            return None
        from explorer.graph.export import Request
        from explorer.gui.dialogs.export import ExportDialog

        graph, picture, colour_by = shown
        request = Request(graph, picture, self._state.choice, colour_by=colour_by)
        dialog = ExportDialog(request, say(self._state.card.titles), self._window)
        dialog.choose(*self._last)
        dialog.chosen.connect(partial(self._ask_where, dialog))
        dialog.copy_wanted.connect(self._exports.copy)
        dialog.show()
        return dialog

    def open_run(self, run: str) -> None:
        """Shows the network of a run with its weights, and the dialog with its model as soon as its graph is there."""
        if self._runs is None:
            return
        self._state.explore_requested.emit()
        self._runs.open_run(run, partial(self._await, self._state.choice, self._state.graph))

    def _await(self, before: Choice, graph: LayerGraph | None) -> None:
        """Opens the dialog with the model of the network that has been chosen since `before`, of which `graph` was."""
        choice = self._state.choice
        self._last = ("model", ".onnx")
        # The graph of the network before stays until the new one arrives.
        self._awaited = choice, None if choice == before else graph
        self._arriving.start()

    def _open_when_there(self) -> None:
        assert self._awaited is not None
        choice, former = self._awaited
        shown = self._shown()
        is_other = self._state.choice != choice
        if is_other or (shown is not None and shown[0] is not former):
            self._arriving.stop()
        if not is_other and not self._arriving.isActive():
            self.open()

    def close(self) -> None:
        """Waits for what is being written; call it once, before the program ends."""
        self._arriving.stop()
        self._exports.close()

    def _ask_where(self, dialog: ExportDialog, request: Request) -> None:
        from explorer.gui.dialogs.export import filters

        self._last = (dialog.kinds.chosen, request.suffix)
        kind = "-figure" if request.figure else ""
        name = file_names.fit(f"{self._file_name()}{kind}") + request.suffix
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("export.where"), str(self._folder / name), filters([request.suffix])
        )
        if chosen:
            path = Path(chosen)
            if path.suffix.lower() != request.suffix:
                path = path.with_name(path.name + request.suffix)
            self._folder = path.parent
            self._exports.write(request, path)
            if request.suffix == ".onnx":  # takes seconds
                begun = Message(tr("export.begun", name=path.name), tr("export.begun_hint"))
                self._notices.show(begun, tr("common.close"))

    def _on_copied(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        size = tr("export.pixels", width=image.width(), height=image.height())
        self._notices.show(Message(tr("export.copied"), size), tr("common.close"))

    def _file_name(self) -> str:
        card = self._state.card
        return card.title if self._state.is_own_model else card.name.rsplit("/", 1)[-1]

    def _on_written(self, path: Path, notes: tuple[Text, ...]) -> None:
        said = " ".join([str(path.parent), *(f"\n{say(note)}" for note in notes)])
        message = Message(tr("export.written", name=path.name), said, "info", tr("export.open_folder"))
        self._notices.show(message, tr("common.close"), partial(elsewhere.show_folder, self._state, path.parent))
