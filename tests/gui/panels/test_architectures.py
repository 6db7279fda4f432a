"""The list of architectures: what it shows, finds and chooses."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.catalogue import LECTURE, ZOO
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.tables.row_list import Heading, Row, RowList


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
    with qtbot.waitSignal(state.choice_changed):
        _click(qtbot, panel, 2)
    assert state.choice.architecture == _rows(panel)[1].key
    assert _list(panel).rows().chosen() == state.choice.architecture


def test_keys_walk_through_the_list(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    names = [row.key for row in _rows(panel)]
    qtbot.keyClick(_list(panel), Qt.Key.Key_Down)
    assert state.choice.architecture == names[names.index("lenet") + 1]
    qtbot.keyClick(_list(panel), Qt.Key.Key_Up)
    assert state.choice.architecture == "lenet"


def _headings(panel: ArchitecturesPanel) -> dict[str, Heading]:
    return {item.key: item for item in _list(panel).rows().items() if isinstance(item, Heading)}


def _open_zoo(panel: ArchitecturesPanel, group: str) -> None:
    _list(panel).toggled.emit(ZOO)
    _list(panel).toggled.emit(f"{ZOO}/{group}")


def test_zoo_opens_and_closes(panel: ArchitecturesPanel) -> None:
    zoo = [card for card in catalogue.cards().values() if card.family == ZOO]
    items, before = _list(panel).rows().items(), len(_rows(panel))
    assert isinstance(items[-1], Heading)
    assert (items[-1].amount, items[-1].is_open) == (str(len(zoo)), False)
    _list(panel).toggled.emit(ZOO)
    groups = [item for item in _headings(panel).values() if item.is_group]
    assert [group.name for group in groups] == sorted((group.name for group in groups), key=str.casefold)
    alone = len(_rows(panel)) - before
    assert sum(int(group.amount) for group in groups) + alone == len(zoo)
    _list(panel).toggled.emit(ZOO)
    assert len(_rows(panel)) == before


def test_a_family_of_the_zoo_opens_and_holds_its_members(panel: ArchitecturesPanel) -> None:
    _open_zoo(panel, "EfficientNet")
    shown = [row.key for row in _rows(panel)]
    members = [name for name in catalogue.cards() if name.startswith("torchvision/efficientnet")]
    assert [name for name in shown if name in members] == members
    assert not any(name.startswith("torchvision/resnet") for name in shown)
    _list(panel).toggled.emit(f"{ZOO}/EfficientNet")
    assert not set(members) & {row.key for row in _rows(panel)}


def test_families_of_the_zoo_are_told_apart_by_name(panel: ArchitecturesPanel) -> None:
    _list(panel).toggled.emit(ZOO)
    amounts = {item.name: item.amount for item in _headings(panel).values() if item.is_group}
    assert amounts["ResNet"] == "5"
    assert amounts["Wide ResNet"] == "2"
    assert amounts["ResNeXt"] == "3"
    assert amounts["RegNet"] == "15"
    assert amounts["Swin"] == "6"


def test_what_is_opened_is_brought_into_view(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    view = _list(panel)
    view.scrollToBottom()
    heading = view.rows().rowCount() - 1
    _click(qtbot, panel, heading)
    seen = view.viewport().rect()
    assert seen.contains(view.visualRect(view.rows().index(heading)))
    assert seen.contains(view.visualRect(view.rows().index(heading + 5)))


def test_the_beginning_of_the_list_is_seen_until_it_is_used(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    bar = _list(panel).verticalScrollBar()
    panel.resize(268, 140)
    panel._state.set_choice(catalogue.find("alexnet").default_choice())
    panel.resize(268, 300)
    assert bar.value() == 0
    panel._state.set_choice(catalogue.find("mnist_residual").default_choice())
    view = _list(panel)
    assert view.viewport().rect().contains(view.visualRect(view.rows().index_of("mnist_residual")))


def test_left_goes_from_a_row_to_the_heading_that_closes_it(qtbot: QtBot, panel: ArchitecturesPanel) -> None:
    _open_zoo(panel, "VGG")
    view = _list(panel)
    view.mark("torchvision/vgg13")
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert _headings(panel)[f"{ZOO}/VGG"].is_open is False


def test_click_on_the_zoo_opens_it_and_leaves_the_choice(
    qtbot: QtBot, panel: ArchitecturesPanel, state: AppState
) -> None:
    view = _list(panel)
    view.scrollToBottom()
    _click(qtbot, panel, view.rows().rowCount() - 1)
    assert _headings(panel)[ZOO].is_open is True
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


def test_down_goes_from_the_search_to_the_first_found(qtbot: QtBot, panel: ArchitecturesPanel, state: AppState) -> None:
    _search(panel).setText("densenet")
    qtbot.keyClick(_search(panel), Qt.Key.Key_Down)
    assert state.choice.architecture == _rows(panel)[0].key
    _search(panel).setText("dense")  # it is still among those found
    qtbot.keyClick(_list(panel), Qt.Key.Key_Down)
    chosen = state.choice.architecture
    assert chosen == _rows(panel)[1].key
    qtbot.keyClick(_search(panel), Qt.Key.Key_Down)
    assert state.choice.architecture == chosen


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


def test_sizes_are_found_as_they_are_typed(panel: ArchitecturesPanel) -> None:
    _search(panel).setText("5x5")
    typed = [row.key for row in _rows(panel)]
    _search(panel).setText("5×5")
    assert "googlenet" in typed
    assert [row.key for row in _rows(panel)] == typed
