"""Reports of runs: asks where to, has the page written, and offers to open it."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.gui import elsewhere, file_names
from explorer.gui.background import Errands
from explorer.gui.services import saving
from explorer.gui.text import language, tr
from explorer.gui.widgets.words.notices import Message

if TYPE_CHECKING:
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.gui.widgets.words.notices import Notices

_ENDINGS = (".html", ".htm")


class ReportDesk(QObject):
    """Keeps the folder for the next report; one is written after the other, on a worker."""

    def __init__(self, state: AppState, runs: RunControl | None, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._runs, self._notices, self._window = state, runs, notices, window
        self._folder = file_names.folder()
        self._worker = Errands("report", self)
        self._stop = threading.Event()

    def open(self, run: str) -> None:
        """Asks where the report of `run` goes, in the language that the window speaks."""
        record = None if self._runs is None else self._runs.record(run)
        if record is None or self._runs is None:
            return
        network = record.plan.title.rsplit("/", 1)[-1]
        name = f"{tr('runs.report_name', number=record.number, network=network)}.html"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("runs.report_where"), str(self._folder / name), f"{tr('runs.report_form')} (*.html)"
        )
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() not in _ENDINGS:
            path = path.with_name(f"{path.name}.html")
        self._folder = path.parent
        self._write(run, path)
        begun = Message(tr("runs.report_begun", number=record.number), tr("export.begun_hint"))
        self._notices.show(begun, tr("common.close"))

    def close(self) -> None:
        """Gives up the report under way; call it once, before the program ends."""
        self._stop.set()
        self._worker.close()

    def _write(self, run: str, path: Path) -> None:
        assert self._runs is not None
        store, code, stop = self._runs.store, language(), self._stop

        def work() -> Path:
            from explorer.report import writing  # with torch

            writing.write(store, run, path, code, stop.is_set)
            return path

        self._worker.do(work, self._on_written, partial(saving.refuse, self._state, path))

    def _on_written(self, path: Path) -> None:
        message = Message(tr("export.written", name=path.name), str(path.parent), "info", tr("runs.report_open"))
        address = QUrl.fromLocalFile(str(path)).toString()
        self._notices.show(message, tr("common.close"), partial(elsewhere.show_page, self._state, address))
