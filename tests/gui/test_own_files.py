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
from explorer.bilingual import Text
from explorer.graph.model import LayerGraph, Mismatch
from explorer.gui.dialogs.own_model import OwnModelDialog
from explorer.gui.main_window import MainWindow
from explorer.gui.services import graphs
from explorer.gui.warmup import Warmup
from tests.graph.graphs import carried

NET = "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n"


def misfit(architecture: str) -> LayerGraph:
    """A graph of a model that gave up by itself."""
    reason = Mismatch(None, (), Text("It does not fit.", "不匹配。"))
    return replace(carried("lenet"), architecture=architecture, mismatch=reason)


def drop(window: MainWindow, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, action, button = QPointF(400, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place.toPoint(), action, mime, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    QApplication.sendEvent(window, QDropEvent(place, action, mime, button, Qt.KeyboardModifier.NoModifier))
    return enter.isAccepted()


def test_a_dropped_model_is_shown_and_can_be_trained_if_it_runs(
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
        assert start.isEnabled()
        assert window.commands["run.start"].isEnabled()
        window.state.set_graph(misfit(window.state.choice.architecture))
        assert not start.isEnabled()
        assert "does not run to its end" in start.toolTip()
        said = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        assert any("cannot be trained" in words for words in said)
        window.state.set_choice(catalogue.find("lenet").default_choice())
        qtbot.waitUntil(start.isEnabled, timeout=5000)
        assert "does not run" not in start.toolTip()
    finally:
        for model in catalogue.own_models():
            catalogue.remove_own(model.card.name)
        window.close()
