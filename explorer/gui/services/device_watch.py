"""Keeps what is said of the device true while its memory fills and empties."""

from PySide6.QtCore import QObject, QTimer

from explorer.bilingual import Text
from explorer.gui.background import Latest
from explorer.gui.state import AppState

INTERVAL_MS = 3000


class DeviceWatch(QObject):
    """Asks for the device again every few seconds, once torch has been loaded."""

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._worker = Latest("device", self)
        self._worker.done.connect(self._on_described)
        self._worker.failed.connect(self._on_failed)
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._ask)
        state.ready_changed.connect(self._start)

    def close(self) -> None:
        self._timer.stop()
        self._worker.close()

    def _start(self) -> None:
        self._ask()
        self._timer.start()

    def _ask(self) -> None:
        if not self._worker.is_busy:
            self._worker.request(_describe)

    def _on_described(self, device: Text) -> None:
        self._state.set_device(device)

    def _on_failed(self, error: Exception) -> None:
        self._timer.stop()
        raise error


def _describe() -> Text:
    from explorer.training import device

    return device.describe()
