"""Only what is meant to be a window is ever shown as one."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from explorer.bilingual import Text
from explorer.gui.state import Level


class Shown(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(watched)
        return False


def test_no_part_of_the_window_flashes_up_as_a_window_of_its_own(
    qapp: QApplication, request: pytest.FixtureRequest
) -> None:
    shown = Shown()
    qapp.installEventFilter(shown)
    try:
        fresh = request.getfixturevalue("fresh")
        for workspace in ("compare", "labs", "explore"):
            fresh.commands[f"workspace.{workspace}"].trigger()
        fresh.welcome()
        fresh.state.notice(
            Text("The disk is full.", "磁盘已满。"), Text("Delete some runs.", "请删除一些运行。"), Level.ERROR
        )
        assert shown.windows == [fresh]
        for name in ("first_steps", "shortcuts", "about", "palette"):
            fresh.commands[f"app.{name}"].trigger()
        fresh.commands["graph.export"].trigger()
    finally:
        qapp.removeEventFilter(shown)
    assert [window for window in shown.windows if not isinstance(window, QDialog)] == [fresh]
