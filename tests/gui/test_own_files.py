"""A model of the user dropped onto the window: it is asked about, shown, and what it cannot do is said in place."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.app import create_window
from explorer.gui.dialogs.own_model import OwnModelDialog
from explorer.gui.main_window import MainWindow
from explorer.gui.services import graphs
from explorer.gui.warmup import Warmup
from tests.gui.graphs import carried

NET = "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n"


def drop(window: MainWindow, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, action, button = QPointF(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place.toPoint(), action, mime, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    QApplication.sendEvent(window, QDropEvent(place, action, mime, button, Qt.KeyboardModifier.NoModifier))
    return enter.isAccepted()


def test_a_dropped_model_is_shown_and_not_trained(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.py"
    path.write_text(NET, encoding="utf-8")
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    monkeypatch.setattr(
        graphs.own, "graph_of", lambda choice, *_, **__: replace(carried("lenet"), architecture=choice.architecture)
    )
    _, window = create_window([])
    window.show()
    try:
        assert drop(window, path)
        qtbot.waitUntil(lambda: window.findChild(OwnModelDialog) is not None, timeout=5000)
        dialog = window.findChild(OwnModelDialog)
        dialog.accept_button.click()
        qtbot.waitUntil(lambda: window.state.graph is not None, timeout=5000)
        start = window.findChild(QPushButton, "startButton")
        assert not start.isEnabled()
        assert "not possible yet" in start.toolTip()
        assert not window.commands["run.start"].isEnabled()
        said = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        assert any("have no feature maps yet" in words for words in said)
        assert any("cannot be trained yet" in words for words in said)
        window.state.set_choice(catalogue.find("lenet").default_choice())
        assert start.isEnabled()
        assert "not possible" not in start.toolTip()
    finally:
        for model in catalogue.own_models():
            catalogue.remove_own(model.card.name)
        window.close()
