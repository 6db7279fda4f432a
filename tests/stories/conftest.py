"""The whole program in this process, with torch, its services and its files; used through its widgets."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.app import create_window
from explorer.gui import text, theme
from explorer.gui.tour import Hands


@pytest.fixture
def hands(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    """A window that has just been opened for the first time, when its first activations are there."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    app, window = create_window([])
    text.set_language("en")
    theme.apply("dark")
    window.resize(1440, 900)
    window.show()
    made = Hands(app, window, tmp_path)
    made.wait("torch", lambda: made.state.is_ready, 90)
    made.wait("the first activations", lambda: made.state.insight is not None, 60)
    yield made
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)
    text.set_language("en")
    gc.enable()
