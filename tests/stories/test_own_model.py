"""A model file of the user is opened, shown, trained in a process of its own, stopped, looked into, and measured."""

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QFileDialog

from explorer.gui.dialogs.own_model import OwnModelDialog
from explorer.gui.tour import Hands
from explorer.runs.shelf.record import Status

NET = """
from torch import nn


class Tiny(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.act = nn.ReLU()
        self.fc = nn.Linear(4 * 26 * 26, classes)

    def forward(self, x):
        return self.fc(self.act(self.conv(x)).flatten(1))
"""


def workers(run: str) -> list[psutil.Process]:
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if run in " ".join(child.cmdline())]


def benches() -> list[psutil.Process]:
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "own_bench_child" in " ".join(child.cmdline())]


def open_file(hands: Hands, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    hands.window.commands["model.open"].trigger()
    hands.wait("the question", lambda: hands.window.findChild(OwnModelDialog) is not None, 60)
    dialog = hands.window.findChild(OwnModelDialog)
    dialog.classes.choose("Tiny")
    dialog.accept_button.click()
    hands.wait("its graph", lambda: hands.state.is_own_model and hands.state.graph is not None, 60)


def find_what_drives_a_map(hands: Hands) -> None:
    maps, state = hands.window.inspector.maps, hands.state
    maps.enlarge(1)
    hands.wait("one map", lambda: maps.drivers.isVisible() and maps.drivers.search.isVisible())
    QTest.mouseClick(maps.drivers.search, Qt.MouseButton.LeftButton)
    hands.wait("what drives it", lambda: state.drivers is not None, 60)
    assert len(maps.drivers.patches.words) == 8


def measure(hands: Hands, run: str) -> None:
    hands.window.workspaces.show_lab("signals")
    page = hands.window.workspaces.labs.page("signals")
    page.choose((run,))
    hands.wait("its gradients", lambda: len(page.signals.measured(run)) >= 2, 60)
    assert page.signals.error(run) is None
    assert [layer.path for layer in page.signals.measured(run)[0].layers] == ["conv", "fc"]
    assert len(benches()) == 2  # one to look with, one to measure with
    hands.window.workspaces.go_to("explore")
    hands.wait("the end of what measured", lambda: len(benches()) == 1, 60)


def test_it_is_opened_trained_stopped_looked_into_and_measured(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.py"
    path.write_text(NET, encoding="utf-8")
    open_file(hands, path, monkeypatch)
    state = hands.state
    assert state.graph is not None
    assert [node.path for node in state.graph.nodes if node.params] == ["conv", "fc"]

    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "5000")
    hands.click("startButton")
    hands.wait("the run", lambda: state.shown_run is not None, 60)
    run = state.shown_run
    assert run is not None
    hands.wait("its steps", lambda: (history := state.history(run)) is not None and history.step > 5, 60)
    assert len(workers(run)) == 1
    hands.click("stopButton" if state.training else "stopElsewhereButton")
    hands.wait("the end", lambda: state.runs[0].status is Status.STOPPED, 60)
    hands.wait("nothing left running", lambda: not workers(run), 60)

    hands.wait("its activations", lambda: state.insight is not None and "conv" in state.insight.activations, 60)
    assert hands.click_node("Conv2d") == "conv"
    maps = hands.window.inspector.maps
    hands.wait("its maps", lambda: maps.grid.mosaic is not None and len(maps.grid.mosaic.order) == 4)

    find_what_drives_a_map(hands)
    measure(hands, run)
