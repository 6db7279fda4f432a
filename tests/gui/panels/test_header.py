"""The strip at the top shows what holds for the whole network and the whole program."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import shipped
from explorer.gui.panels.header import HeaderPanel
from explorer.gui.state import AppState


@pytest.fixture
def state() -> AppState:
    return AppState(catalogue.find("googlenet").default_choice())


@pytest.fixture
def header(qtbot: QtBot, state: AppState) -> HeaderPanel:
    header = HeaderPanel(state, QMenu())
    header.resize(1600, 52)
    qtbot.addWidget(header)
    header.show()
    return header


def _pill(header: HeaderPanel, name: str) -> str:
    label = header.findChild(QLabel, f"{name}Pill")
    assert isinstance(label, QLabel)
    return label.accessibleName() if label.isVisible() else ""


def test_totals_of_the_graph_are_shown(header: HeaderPanel, state: AppState) -> None:
    assert _pill(header, "params") == ""
    state.set_graph(shipped.load("googlenet"))
    assert _pill(header, "params") == "5.98 M parameters"
    assert _pill(header, "macs").endswith(" MACs")
    assert _pill(header, "activations").endswith(" activations")
    assert _pill(header, "input") == "input 1×96×96"
    tip = header.findChild(QLabel, "paramsPill").toolTip()
    assert "5\u202f977\u202f530" in tip


def test_totals_of_another_network_are_not_shown(header: HeaderPanel, state: AppState) -> None:
    state.set_graph(shipped.load("googlenet"))
    state.set_choice(catalogue.find("lenet").default_choice())
    assert _pill(header, "params") == ""
    state.set_graph(shipped.load("lenet"))
    assert _pill(header, "params") == "61.7 K parameters"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["lenet", "vgg11", "googlenet", "densenet"])
def test_every_figure_is_there_on_a_small_screen_with_shorter_words_if_need_be(
    header: HeaderPanel, state: AppState, name: str, language: str
) -> None:
    state.set_language(language)
    state.set_choice(catalogue.find(name).default_choice())
    state.set_graph(shipped.load(name))
    state.set_device(Text("CPU · 2 cores", "CPU · 2 核"))
    header.resize(1280, 52)
    QApplication.processEvents()
    assert all(_pill(header, pill) for pill in ("params", "macs", "activations", "input"))
    assert "1×" in header.findChild(QLabel, "inputPill").text()
    last, switch = header.findChild(QLabel, "inputPill"), header.findChild(QWidget, "workspaceSwitch")
    assert last.geometry().right() < switch.x()
    assert last.toolTip()
    header.resize(1900, 52)
    QApplication.processEvents()
    assert _pill(header, "params").split()[-1] in header.findChild(QLabel, "paramsPill").text()  # the whole word again


def test_device_is_said_when_it_is_known(header: HeaderPanel, state: AppState) -> None:
    pill = header.findChild(QLabel, "devicePill")
    assert "PyTorch" in pill.text()
    state.set_device(Text("CPU · 2 cores", "CPU · 2 核"))
    assert pill.text().endswith("CPU · 2 cores")
    state.set_language("zh")
    assert pill.text().endswith("CPU · 2 核")


def test_status_is_said_in_the_language_and_goes(header: HeaderPanel, state: AppState) -> None:
    status, device = header.findChild(QLabel, "statusText"), header.findChild(QLabel, "devicePill")
    state.set_status(Text("Getting ready…", "正在准备…"))
    assert (device.text(), status.text()) == ("Loading PyTorch…", "")
    state.set_device(Text("CPU", "CPU"))
    assert (device.text(), status.text()) == ("● CPU", "Getting ready…")
    state.set_language("zh")
    assert status.text() == "正在准备…"
    state.set_status(Text("", ""))
    assert status.text() == ""


def test_buttons_offer_the_other_language_and_theme(qtbot: QtBot, header: HeaderPanel, state: AppState) -> None:
    language, theme = (header.findChild(QToolButton, name) for name in ("languageButton", "themeButton"))
    assert language.text() == "中文"
    with qtbot.waitSignal(header.language_picked) as picked:
        qtbot.mouseClick(language, Qt.MouseButton.LeftButton)
    assert picked.args == ["zh"]
    with qtbot.waitSignal(header.theme_picked) as picked:
        qtbot.mouseClick(theme, Qt.MouseButton.LeftButton)
    assert picked.args == ["light"]
    state.set_language("zh")
    state.set_theme("light")
    assert language.text() == "EN"
    with qtbot.waitSignal(header.theme_picked) as picked:
        qtbot.mouseClick(theme, Qt.MouseButton.LeftButton)
    assert picked.args == ["dark"]


@pytest.mark.parametrize("name", sorted(catalogue.cards(), key=lambda name: len(catalogue.find(name).title))[-4:])
def test_buttons_stay_inside_where_there_is_little_room(header: HeaderPanel, state: AppState, name: str) -> None:
    state.set_choice(catalogue.find(name).default_choice())
    state.set_graph(shipped.load(name))
    state.set_device(Text("NVIDIA H200 · 2.1 / 139 GB", "NVIDIA H200 · 2.1 / 139 GB"))
    assert header.minimumWidth() <= 1000
    header.resize(1280, 52)
    QApplication.processEvents()
    button = header.findChild(QToolButton, "menuButton")
    assert header.rect().contains(button.geometry())
    labels = [label for label in header.findChildren(QLabel) if label.isVisible()]
    assert all(label.width() >= label.minimumSizeHint().width() for label in labels)


def test_the_switch_of_workspaces_stays_in_its_place_when_loading_is_over(
    qtbot: QtBot, header: HeaderPanel, state: AppState
) -> None:
    switch = header.findChild(QWidget, "workspaceSwitch")
    state.set_status(Text("Loading the architectures…", "正在加载网络结构…"))
    header.layout().activate()
    before = switch.x()
    state.set_device(Text("CPU · 2 cores", "CPU · 2 核"))
    state.set_status(Text("", ""))
    header.layout().activate()
    assert switch.x() == before
    pill = header.findChild(QLabel, "devicePill")
    assert pill.width() < 1.2 * pill.sizeHint().width()  # no room is kept for what was said while it loaded
