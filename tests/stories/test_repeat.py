"""Is batch normalisation better, or was that the luck of the seed? Several seeds of two networks tell."""

import pytest
from PySide6.QtWidgets import QAbstractItemView, QMenu

from explorer.app import main
from explorer.gui.panels.labs.curves_page import CurvesPage
from explorer.gui.tour import Hands
from explorer.runs.shelf.record import Status

LITTLE = ["--data", "digits", "--epochs", "1"]


def repeat_newest(hands: Hands) -> None:
    hands.click("runsTab")
    hands.find(QAbstractItemView, "runsTable").selectRow(0)
    hands.window.training.runs.actions_.named["repeat"].trigger()
    menu = hands.window.findChild(QMenu, "repeatMenu")
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "2 other seeds").trigger()
    menu.close()


def curves(hands: Hands) -> CurvesPage:
    hands.window.workspaces.show_lab("curves")
    labs = hands.window.workspaces.labs
    assert labs is not None
    page = labs.page("curves")
    assert isinstance(page, CurvesPage)
    return page


def test_two_networks_with_three_seeds_each(hands: Hands, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "lenet", *LITTLE, "--seeds", "3"]) == 0
    assert main(["train", "lenet_bn", *LITTLE]) == 0
    hands.wait("the runs in the window", lambda: len(hands.state.runs) == 4)
    repeat_newest(hands)
    hands.wait("all six", lambda: [run.status for run in hands.state.runs] == [Status.FINISHED] * 6, 60)
    assert sorted(run.plan.config.seed for run in hands.state.runs[:3]) == [0, 1, 2]

    page = curves(hands)
    page.side.all.click()
    hands.wait("all curves", lambda: not page.feed.missing and page.controls.pills["repeats"].isEnabled(), 30)
    page.controls.pills["repeats"].click()

    def bands() -> int:
        picture = page.charts["accuracy"].picture
        return 0 if picture is None else sum(trace.band is not None for trace in picture.traces)

    hands.wait("two means of training and of test", lambda: bands() == 4, 30)
    assert page.table.figures.rowCount() == 2
    assert page.verdict.isVisible()
    assert page.verdict.text().startswith("LeNet + batch norm is better than LeNet by ")
    capsys.readouterr()
    assert main(["runs", "--repeats"]) == 0
    assert page.verdict.text() in capsys.readouterr().out
