"""Which networks are compared, at which inputs and settings, is chosen for each side."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.compare import ComparePanel
from tests.gui.panels.compare.beside import settle, show


def test_seen_part_stays_when_the_other_network_changes(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.left.view.scroll_by(0, 250)
    before = panel.left.view.visible()
    panel.comparing.right.set_choice(catalogue.find("nin").default_choice())
    settle(qtbot, panel)
    assert panel.left.view.visible() == before


def test_other_network_is_chosen_from_the_list(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.right.network.click()
    search = QApplication.focusWidget()
    assert search is not None
    assert search.objectName() == "architectureSearch"
    qtbot.keyClicks(search, "nin")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert panel.comparing.right.choice.architecture == "nin"
    assert panel.right.network.text() == "NiN"
    assert panel.comparing.left.choice.architecture == "lenet"
    assert QApplication.activePopupWidget() is None
    settle(qtbot, panel)
    assert "only in NiN" in panel.tools.legend.accessibleDescription()


def test_settings_of_one_side_are_its_own(qtbot: QtBot, panel: ComparePanel) -> None:
    show(qtbot, panel, "vgg11", "vgg11")
    panel.right.settings.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    field = popup.findChild(QWidget, "setting_ratio")
    assert field is not None
    field.activated.emit(2)  # type: ignore[attr-defined]
    popup.close()
    assert panel.comparing.right.choice.settings["ratio"] == 4
    assert panel.comparing.left.choice.settings["ratio"] == 1
    assert panel.right.settings.text() == "1×224×224 · Channel ratio 4"


def test_sides_are_swapped(qtbot: QtBot, panel: ComparePanel) -> None:
    swap = panel.findChild(QToolButton, "compareSwap")
    assert swap is not None
    swap.click()
    settle(qtbot, panel)
    assert [side.network.text() for side in panel.sides] == ["AlexNet", "LeNet"]
    assert "only in AlexNet" in panel.tools.legend.accessibleDescription()


def test_one_input_is_given_to_all(qtbot: QtBot, panel: ComparePanel) -> None:
    panel.tools.same_input.click()
    assert [side.settings.text() for side in panel.sides] == ["1×224×224", "1×224×224"]
    panel.tools.same_input.click()
    assert [side.settings.text() for side in panel.sides] == ["1×28×28", "1×224×224"]
