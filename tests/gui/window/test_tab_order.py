"""The Tab key goes through the window as one reads it."""

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui.main_window import MainWindow
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel

STOPS = 80  # more than there are


def test_tab_visits_one_panel_after_the_other_and_comes_round(window: MainWindow) -> None:
    window.activateWindow()
    panels: dict[str, QWidget] = {
        "header": window.header,
        "networks": window.findChild(ArchitecturesPanel),
        "settings": window.findChild(ArchitectureSettingsPanel),
        "graph": window.graph,
        "run": window.training.top,
        "curves": window.training.pages,
        "inspector": window.inspector,
    }
    first = window.header.findChild(QWidget, "languageButton")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    visited = []
    for _ in range(STOPS):
        stop = QApplication.focusWidget()
        assert stop is not None
        visited.append(next((name for name, panel in panels.items() if panel.isAncestorOf(stop)), ""))
        QTest.keyClick(stop, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first:
            break
    order = [name for name, _ in groupby(visited) if name]
    assert order == [*panels, "header"]
