"""The pages of the labs open, before there is anything and with a run, in both languages."""

import re

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLabel, QWidget

from explorer.gui.panels.labs.page import PAGES
from explorer.gui.tour import Hands
from explorer.runs.shelf.record import Status

KEY = re.compile(r"^[a-z_]+\.[a-z_0-9]+$")  # of words that are missing


def words(page: QWidget) -> list[str]:
    shown = [*page.findChildren(QLabel), *page.findChildren(QAbstractButton)]
    return [widget.text() for widget in shown if widget.isVisible() and widget.text()]


def look_at_all(hands: Hands) -> dict[str, list[str]]:
    found = {}
    for entry in PAGES:
        hands.window.workspaces.show_lab(entry.name)
        labs = hands.window.workspaces.labs
        assert labs is not None
        hands.rest(0.3)
        page = labs.page(entry.name)
        assert page.isVisible()
        assert not page.visibleRegion().isEmpty()
        found[entry.name] = words(page)
        assert found[entry.name], entry.name
        assert not [said for said in found[entry.name] if KEY.match(said)]
    return found


def train(hands: Hands) -> None:
    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "2")
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.runs and hands.state.runs[0].status is Status.FINISHED, 60)


@pytest.mark.parametrize("has_run", [False, True])
def test_every_page_opens_in_both_languages(hands: Hands, has_run: bool) -> None:
    if has_run:
        train(hands)
    english = look_at_all(hands)
    hands.window.commands["language.zh"].trigger()
    chinese = look_at_all(hands)
    for name, said in chinese.items():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in "".join(said)), name
        assert said != english[name]
    hands.window.workspaces.go_to("explore")
    hands.find(QWidget, "graphView")
