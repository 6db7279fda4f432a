"""A model of the user dropped onto the window: it is asked about, shown, and what it cannot do is said in place."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph.model import LayerGraph, Mismatch
from explorer.gui.dialogs.own_model import OwnModelDialog
from explorer.gui.main_window import MainWindow
from explorer.gui.services import graphs
from tests.graph.graphs import carried
from tests.gui.window.handling import drop, urls

NET = "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n"


def misfit(architecture: str) -> LayerGraph:
    """A graph of a model that gave up by itself."""
    reason = Mismatch(None, (), Text("It does not fit.", "不匹配。"))
    return replace(carried("lenet"), architecture=architecture, mismatch=reason)


def test_a_dropped_model_is_shown_and_can_be_trained_if_it_runs(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: MainWindow
) -> None:
    path = tmp_path / "net.py"
    path.write_text(NET, encoding="utf-8")
    monkeypatch.setattr(
        graphs.own, "graph_of", lambda choice, *_, **__: replace(carried("lenet"), architecture=choice.architecture)
    )
    try:
        assert drop(fresh, urls(path))
        qtbot.waitUntil(lambda: fresh.findChild(OwnModelDialog) is not None)
        dialog = fresh.findChild(OwnModelDialog)
        dialog.accept_button.click()
        qtbot.waitUntil(lambda: fresh.state.graph is not None)
        start = fresh.findChild(QPushButton, "startButton")
        assert start.isEnabled()
        assert fresh.commands["run.start"].isEnabled()
        fresh.state.set_graph(misfit(fresh.state.choice.architecture))
        assert not start.isEnabled()
        assert "does not run to its end" in start.toolTip()
        said = [label.text() for label in fresh.findChildren(QLabel) if label.isVisible()]
        assert any("cannot be trained" in words for words in said)
        fresh.state.set_choice(catalogue.find("lenet").default_choice())
        qtbot.waitUntil(start.isEnabled)
        assert "does not run" not in start.toolTip()
    finally:
        for model in catalogue.own_models():
            catalogue.remove_own(model.card.name)
