"""The list of architectures: what it shows, finds and chooses."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.catalogue import LECTURE, ZOO
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.row_list import Heading, Row, RowList


@pytest.fixture
def state() -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture
def panel(qtbot: QtBot, state: AppState) -> ArchitecturesPanel:
    panel = ArchitecturesPanel(state)
    panel.resize(268, 500)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def _list(panel: ArchitecturesPanel) -> RowList:
    found = panel.findChild(RowList, "architectureList")
    assert isinstance(found, RowList)
    return found


def _search(panel: ArchitecturesPanel) -> QLineEdit:
    found = panel.findChild(QLineEdit, "architectureSearch")
    assert isinstance(found, QLineEdit)
    return found


def _rows(panel: ArchitecturesPanel) -> list[Row]:
    return [item for item in _list(panel).rows().items() if isinstance(item, Row)]


def _click(qtbot: QtBot, panel: ArchitecturesPanel, place: int) -> None:
    view = _list(panel)
    centre = view.visualRect(view.rows().index(place)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)


def test_lecture_networks_come_first_in_order_of_publication(panel: ArchitecturesPanel) -> None:
    rows = _rows(panel)
    names = [card.name for card in catalogue.cards().values() if card.family == LECTURE]
    assert [row.key for row in rows] == names
    assert [row.number for row in rows] == sorted(row.number for row in rows)
    lenet = rows[names.index("lenet")]
    assert (lenet.number, lenet.name, lenet.amount) == ("1998", "LeNet", "61.7 K")


def test_longer_bar_for_more_parameters(panel: ArchitecturesPanel) -> None:
    by_params = sorted(_rows(panel), key=lambda row: catalogue.find(row.key).params)
    fractions = [row.fraction for row in by_params]
    assert fractions == sorted(fractions)
    assert fractions[0] > 0
    assert fractions[-1] <= 1


def test_click_chooses_the_architecture(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    with qtbot.waitSignal(state.choice_changed, timeout=1000):
        _click(qtbot, panel, 2)
    assert state.choice.architecture == _rows(panel)[1].key
    assert _list(panel).rows().chosen() == state.choice.architecture


def test_keys_walk_through_the_list(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    names = [row.key for row in _rows(panel)]
    qtbot.keyClick(_list(panel), Qt.Key.Key_Down)
    assert state.choice.architecture == names[names.index("lenet") + 1]
    qtbot.keyClick(_list(panel), Qt.Key.Key_Up)
    assert state.choice.architecture == "lenet"


def test_zoo_opens_and_closes(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    zoo = [card for card in catalogue.cards().values() if card.family == ZOO]
    items = _list(panel).rows().items()
    assert isinstance(items[-1], Heading)
    assert (items[-1].amount, items[-1].is_open) == (str(len(zoo)), False)
    _list(panel).toggled.emit(ZOO)
    assert len(_rows(panel)) == len(catalogue.cards())
    _list(panel).toggled.emit(ZOO)
    assert len(_rows(panel)) == len(catalogue.cards()) - len(zoo)


def test_click_on_the_zoo_opens_it_and_leaves_the_choice(
    qtbot: QtBot, panel: ArchitecturesPanel, state: AppState
) -> None:
    view = _list(panel)
    view.scrollToBottom()
    _click(qtbot, panel, view.rows().rowCount() - 1)
    assert len(_rows(panel)) == len(catalogue.cards())
    assert state.choice.architecture == "lenet"


@pytest.mark.parametrize(
    ("words", "expected"),
    [("googlenet", "googlenet"), ("1998", "lenet"), ("resnet 2016", "resnet18_preact"), ("vgg11", "vgg11")],
)
def test_search_finds_by_name_and_year(panel: ArchitecturesPanel, words: str, expected: str) -> None:
    _search(panel).setText(words)
    found = [row.key for row in _rows(panel)]
    assert expected in found
    assert len(found) < len(catalogue.cards())


def test_search_falls_back_to_the_idea_in_both_languages(panel: ArchitecturesPanel) -> None:
    _search(panel).setText("growth rate")
    assert [row.key for row in _rows(panel)] == ["densenet"]
    _search(panel).setText("增长率")
    assert [row.key for row in _rows(panel)] == ["densenet"]


def test_search_looks_into_the_closed_zoo(panel: ArchitecturesPanel) -> None:
    _search(panel).setText("mobilenet")
    found = _rows(panel)
    assert found
    assert all(row.key.startswith("torchvision/mobilenet") for row in found)


def test_nothing_found_says_what_to_do(panel: ArchitecturesPanel) -> None:
    _search(panel).setText("zzz")
    assert not _list(panel).isVisible()
    shown = [label.text() for label in panel.findChildren(type(panel._empty)) if label.isVisible()]
    assert any("zzz" in words and "Try a name" in words for words in shown)


def test_enter_chooses_the_first_found(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    _search(panel).setText("densenet")
    qtbot.keyClick(_search(panel), Qt.Key.Key_Return)
    assert state.choice.architecture == "densenet"


def test_escape_empties_the_search(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    _search(panel).setText("vgg")
    qtbot.keyClick(_search(panel), Qt.Key.Key_Escape)
    assert _search(panel).text() == ""
    assert len(_rows(panel)) == 12


def test_settings_come_back_with_the_architecture(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    changed = state.card.choose(settings={"activation": "relu"})
    state.set_choice(changed)
    _click(qtbot, panel, 3)
    assert state.choice.architecture != "lenet"
    _list(panel).chosen.emit("lenet")
    assert state.choice == changed


def test_choice_from_elsewhere_is_marked(panel: ArchitecturesPanel, state: AppState) -> None:
    name = next(name for name, card in catalogue.cards().items() if card.family == ZOO)
    state.set_choice(catalogue.find(name).default_choice())
    assert _list(panel).rows().chosen() == name
    assert _list(panel).currentIndex().isValid()


def test_language_changes_headings(panel: ArchitecturesPanel, state: AppState) -> None:
    state.set_language("zh")
    assert "搜索" in _search(panel).placeholderText()
    assert _list(panel).rows().items()[0].name == "课程中的网络"


def test_rows_can_be_heard(panel: ArchitecturesPanel) -> None:
    index = _list(panel).rows().index_of("lenet")
    assert index.data(int(Qt.ItemDataRole.AccessibleTextRole)) == "1998, LeNet, 61.7 K"


def test_chosen_row_is_drawn_in_the_accent(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    view = _list(panel)
    rect = view.visualRect(view.rows().index_of("lenet"))
    image = view.viewport().grab().toImage()
    assert image.pixelColor(QPoint(1, rect.center().y())).name() == "#5b9dff"
    other = view.visualRect(view.rows().index_of("alexnet"))
    assert image.pixelColor(QPoint(1, other.center().y())).name() != "#5b9dff"
