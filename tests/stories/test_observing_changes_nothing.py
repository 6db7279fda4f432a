"""A run that is looked at from every side ends with the bits of the same plan run alone."""

from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QAbstractSpinBox

from explorer import paths
from explorer.gui.panels.labs.page import PAGES
from explorer.gui.tour import Hands
from explorer.runs.folder import checkpoint
from explorer.runs.shelf.record import Status
from explorer.runs.work.execute import Execution


def look_around(hands: Hands) -> None:
    """Every tab of the inspector, every page of the labs, another network beside it, another language and theme."""
    tabs = hands.window.inspector.tabs
    for tab in range(tabs.count()):
        tabs.setCurrentIndex(tab)
        hands.rest(0.2)
    for entry in PAGES:
        hands.window.workspaces.show_lab(entry.name)
        hands.rest(0.2)
    hands.window.workspaces.go_to("compare")
    hands.rest(0.2)
    hands.window.workspaces.go_to("explore")
    hands.window.commands["language.zh"].trigger()
    hands.window.commands["theme.light"].trigger()
    hands.rest(0.2)
    hands.window.commands["language.en"].trigger()


@pytest.mark.slow
def test_weights_are_those_of_the_run_alone(hands: Hands, tmp_path: Path) -> None:
    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "30")
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.training, 60)
    hands.wait("live weights", lambda: hands.state.insight is not None and hands.state.insight.is_trained, 60)
    look_around(hands)
    is_seen_whole = hands.state.training is not None
    hands.wait("the end", lambda: hands.state.training is None, 120)
    hands.wait("the list", lambda: hands.state.runs and hands.state.runs[0].status is Status.FINISHED)
    record = hands.state.runs[0]
    watched = checkpoint.weights(paths.runs() / record.id)

    for _ in Execution(record.plan, "alone", tmp_path / "alone").events():
        pass
    alone = checkpoint.weights(tmp_path / "alone")
    assert is_seen_whole, "the run was over before all had been looked at"
    assert watched.step == alone.step
    assert all(torch.equal(value, alone.weights[name]) for name, value in watched.weights.items())
