"""A training is described, and written as a page that can be handed in."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractItemView, QAbstractSpinBox, QFileDialog, QMenu

from explorer.gui.tour import Hands
from explorer.runs.folder.about import About
from explorer.runs.shelf.record import Status


def test_a_report_of_a_training(hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "homework.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(page), ""))
    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "2")
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.runs and hands.state.runs[0].status is Status.FINISHED, 60)
    run = hands.state.runs[0]
    hands.window._run_control.shelf.describe(run.id, About.of("Homework 1", "Why is 8 taken for 1?"))
    store = hands.window._run_control.store
    hands.wait("its name on disk", lambda: store.record(run.id).about.name == "Homework 1")

    hands.click("runsTab")
    table = hands.find(QAbstractItemView, "runsTable")
    table.selectRow(0)
    table.customContextMenuRequested.emit(table.visualRect(table.model().index(0, 2)).center())
    menus = hands.window.training.runs.findChildren(QMenu)
    next(action for menu in menus for action in menu.actions() if action.text() == "Report…").trigger()
    for menu in menus:
        menu.close()

    hands.wait("the page", page.exists, 60)
    html = page.read_text(encoding="utf-8")
    assert "<h1>Homework 1</h1>" in html
    assert "Why is 8 taken for 1?" in html
    assert f"{run.test_accuracy:.2%}" in html
    assert "python3 main.py train lenet" in html
