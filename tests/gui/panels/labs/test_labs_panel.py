"""The switch between the pages of the labs."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.labs.page import PAGES, Entry
from explorer.gui.panels.labs.panel import LabsPanel
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState


class Page(QLabel):
    """Keeps a list of what it was told."""

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told: list[str] = []

    def begin(self) -> None:
        self.told.append("begin")

    def retranslate(self) -> None:
        self.told.append("retranslate")

    def restyle(self) -> None:
        self.told.append("restyle")

    def close_services(self) -> None:
        self.told.append("close")


ENTRIES = tuple(Entry(name, __name__, "Page") for name in ("data", "rate"))


@pytest.fixture
def labs(qtbot: QtBot, state: AppState) -> Iterator[LabsPanel]:
    panel = LabsPanel(state, None, entries=ENTRIES)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    yield panel
    state.set_language("en")


@pytest.fixture
def state(qapp: object) -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


def told(labs: LabsPanel, name: str) -> list[str]:
    page = labs.page(name)
    assert isinstance(page, Page)
    return page.told


def test_a_page_is_made_when_it_is_wanted(labs: LabsPanel) -> None:
    assert not labs.findChildren(Page)
    labs.begin()
    assert len(labs.findChildren(Page)) == 1
    labs.switch.button("rate").click()
    assert labs.shown == "rate"
    assert labs.page("rate").isVisibleTo(labs)
    assert not labs.page("data").isVisibleTo(labs)
    assert told(labs, "rate") == ["begin"]


def test_pages_follow_the_language_and_are_closed(labs: LabsPanel, state: AppState) -> None:
    labs.show()
    labs.begin()
    page = labs.findChild(Page)
    assert page is not None
    state.set_language("zh")
    assert labs.switch.button("data").text() == "数据"
    labs.close_services()
    assert page.told == ["begin", "retranslate", "close"]


def test_what_is_out_of_sight_takes_the_words_and_looks_when_it_is_seen(labs: LabsPanel, state: AppState) -> None:
    labs.show()
    labs.begin()
    page = labs.findChild(Page)
    assert page is not None
    labs.show_page("rate")
    for code in ("zh", "en", "zh"):
        state.set_language(code)
    state.theme_changed.emit()
    assert page.told == ["begin"]
    labs.show_page("data")
    assert page.told == ["begin", "retranslate", "restyle", "begin"]
    labs.show_page("data")
    assert page.told[4:] == ["begin"]


def test_every_page_is_there() -> None:
    for entry in PAGES:
        module = __import__(entry.module, fromlist=[entry.class_name])
        for method in ("begin", "retranslate", "restyle", "close_services"):
            assert callable(getattr(getattr(module, entry.class_name), method)), (entry.name, method)
