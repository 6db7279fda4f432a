"""The form of the architecture's settings: applied at once, refused in place."""

from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.catalogue import ZOO
from explorer.gui.panels.architecture_idea import ArchitectureIdeaPanel
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.number_field import DecimalField, WholeField
from explorer.gui.widgets.fields.size_field import SizeField

W = TypeVar("W", bound=QWidget)


def _state(name: str) -> AppState:
    return AppState(catalogue.find(name).default_choice())


def _panel(qtbot: QtBot, state: AppState) -> ArchitectureSettingsPanel:
    panel = ArchitectureSettingsPanel(state)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def _child(panel: QWidget, kind: type[W], name: str) -> W:
    found = [child for child in panel.findChildren(kind, name) if child.isVisible()]
    assert len(found) == 1
    return found[0]


def _type_size(qtbot: QtBot, panel: QWidget, typed: str) -> None:
    field = _child(panel, SizeField, "inputSize")
    line = field.lineEdit()
    assert line is not None
    line.setText(typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def _refusal(panel: QWidget) -> str:
    label = panel.findChild(QLabel, "settingsRefusal")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisible() else ""


@pytest.mark.parametrize("name", [n for n, card in catalogue.cards().items() if card.family != ZOO])
def test_every_setting_has_a_field_with_its_default(qtbot: QtBot, name: str) -> None:
    state = _state(name)
    panel = _panel(qtbot, state)
    for setting in state.card.settings:
        field = _child(panel, QWidget, f"setting_{setting.name}")
        shown = field.currentData() if isinstance(field, ChoiceBox) else None
        if isinstance(field, WholeField | DecimalField):
            shown = field.value()
        assert shown == setting.default
        assert field.accessibleName() == setting.title.en
    assert _child(panel, WholeField, "classesField").value() == state.card.classes


def test_choice_in_a_list_is_applied_at_once(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    field = _child(panel, ChoiceBox, "setting_activation")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert state.choice.settings["activation"] == "relu"
    assert state.choice.settings["pooling"] == "average"


def test_number_is_applied_when_it_is_entered(qtbot: QtBot) -> None:
    state = _state("densenet")
    panel = _panel(qtbot, state)
    field = _child(panel, WholeField, "setting_growth_rate")
    field.selectAll()
    qtbot.keyClicks(field, "16")
    assert state.choice.settings["growth_rate"] == 32
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert state.choice.settings["growth_rate"] == 16


@pytest.mark.parametrize(
    ("typed", "shape"),
    [("64", (1, 64, 64)), ("3x40x48", (3, 40, 48)), ("3 × 64 × 64", (3, 64, 64)), ("32 36", (1, 32, 36))],
)
def test_any_size_can_be_typed(qtbot: QtBot, typed: str, shape: tuple[int, int, int]) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    _type_size(qtbot, panel, typed)
    assert state.choice.input_shape == shape
    assert _refusal(panel) == ""


@pytest.mark.parametrize(("typed", "words"), [("3x4x4", "at least 12×12"), ("abc", "channels × height × width")])
def test_refused_size_is_explained_and_nothing_changes(qtbot: QtBot, typed: str, words: str) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    _type_size(qtbot, panel, typed)
    assert words in _refusal(panel)
    assert state.choice == state.card.default_choice()
    assert _child(panel, SizeField, "inputSize").property("state") == "error"
    _type_size(qtbot, panel, "28")
    assert _refusal(panel) == ""
    assert _child(panel, SizeField, "inputSize").property("state") == ""


def test_offered_sizes_are_ones_that_the_architecture_takes(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    for card in catalogue.cards().values():
        state.set_choice(card.default_choice())
        field = _child(panel, SizeField, "inputSize")
        assert field.count() >= 1
        for place in range(field.count()):
            channels, height, width = (int(part) for part in field.itemText(place).split("×"))
            card.choose(input_shape=(channels, height, width))


def test_reset_brings_the_defaults_back(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    button = panel.findChild(QPushButton, "resetSettings")
    assert isinstance(button, QPushButton)
    assert not button.isVisible()
    state.set_choice(state.card.choose(classes=7))
    assert button.isVisible()
    button.click()
    assert state.choice == state.card.default_choice()
    assert _child(panel, WholeField, "classesField").value() == 10


def test_form_follows_the_architecture_and_the_language(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    state.set_choice(catalogue.find("vgg11").default_choice())
    field = _child(panel, ChoiceBox, "setting_ratio")
    assert field.accessibleName() == "Channel ratio"
    state.set_language("zh")
    assert _child(panel, ChoiceBox, "setting_ratio").accessibleName() == state.card.settings[0].title.zh


def test_fields_of_another_network_are_where_the_tab_key_expects_them(qtbot: QtBot) -> None:
    state = _state("lenet")
    window = QWidget()
    qtbot.addWidget(window)
    panel, after = ArchitectureSettingsPanel(state, window), QLineEdit(window)
    window.show()
    state.set_choice(catalogue.find("vgg11").choose(classes=7))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the fields of LeNet
    order = [panel.findChild(QPushButton)]
    while order[-1] is not after:
        order.append(order[-1].nextInFocusChain())
        assert len(order) < 60
    names = [widget.objectName() for widget in order if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    wanted = ["inputSize", "classesField", *(f"setting_{setting.name}" for setting in state.card.settings)]
    assert [name for name in names if name in wanted] == wanted


def test_choice_of_an_older_run_shows_the_defaults_of_what_it_does_not_name(qtbot: QtBot) -> None:
    state = _state("alexnet")
    panel = _panel(qtbot, state)
    state.set_choice(replace(catalogue.find("lenet").default_choice(), settings={"activation": "relu"}))
    assert _child(panel, ChoiceBox, "setting_activation").currentData() == "relu"
    assert _child(panel, ChoiceBox, "setting_pooling").currentData() == "average"


def test_idea_is_that_of_the_card(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = ArchitectureIdeaPanel(state)
    qtbot.addWidget(panel)
    about = panel.findChild(QLabel, "idea")
    assert isinstance(about, QLabel)
    assert state.card.about.en[:30] in about.text()
    state.set_choice(catalogue.find("nin").default_choice())
    assert state.card.about.en[:30] in about.text()
    state.set_language("zh")
    assert state.card.about.zh[:10] in about.text()


def test_idea_folds_where_there_is_little_room(qtbot: QtBot) -> None:
    panel = ArchitectureIdeaPanel(_state("lenet_bn"))
    qtbot.addWidget(panel)
    panel.resize(268, 300)
    panel.show()
    about = panel.findChild(QLabel, "idea")
    fold, read_on = (panel.findChild(QPushButton, name) for name in ("foldIdea", "readOn"))
    assert isinstance(about, QLabel)
    whole, height = about.text(), about.heightForWidth(240)
    assert not fold.isVisible()
    panel.set_room(90, 268)
    assert panel.is_folded
    assert fold.isVisible()
    assert not read_on.isVisible()
    assert about.text().endswith("\u2026</p>")
    assert about.heightForWidth(about.width()) < height / 2
    fold.click()
    assert about.text() == whole
    assert read_on.isVisible()
    fold.click()
    assert panel.is_folded
    panel.set_room(150, 268)
    assert 90 < panel.layout().heightForWidth(268) <= 150  # as much as there is room for
    panel.set_room(900, 268)
    assert about.text() == whole


def test_idea_that_was_unfolded_stays_so(qtbot: QtBot) -> None:
    panels = [ArchitectureIdeaPanel(_state("lenet_bn"), is_wanted_whole=is_wanted) for is_wanted in (False, True)]
    for panel in panels:
        qtbot.addWidget(panel)
        panel.resize(268, 300)
        panel.show()
        panel.set_room(90, 268)
    assert [panel.is_folded for panel in panels] == [True, False]
    panels[0].findChild(QPushButton, "foldIdea").click()
    assert panels[0].is_wanted_whole


def test_reading_on_without_a_browser_gives_the_address(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    state = _state("nin")
    panel = ArchitectureIdeaPanel(state)
    qtbot.addWidget(panel)
    panel.show()
    opened: list[str] = []

    def no_browser(url: QUrl) -> bool:
        opened.append(url.toString())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", no_browser)
    told = QSignalSpy(state.noticed)
    _child(panel, QPushButton, "readOn").click()
    assert opened == [state.card.reference]
    assert told.at(0)[1].en == state.card.reference
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    _child(panel, QPushButton, "readOn").click()
    assert told.count() == 1


def test_values_are_said_in_words(qtbot: QtBot) -> None:
    state = _state("lenet")
    panel = _panel(qtbot, state)
    field = _child(panel, ChoiceBox, "setting_activation")
    assert [(field.itemData(row), field.itemText(row)) for row in range(2)] == [
        ("sigmoid", "Sigmoid"),
        ("relu", "ReLU"),
    ]
    state.set_language("zh")
    assert _child(panel, ChoiceBox, "setting_pooling").itemText(0) == "平均汇聚"
    state.set_language("en")
