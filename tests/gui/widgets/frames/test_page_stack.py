"""A page that is not seen asks for no room."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.frames.page_stack import PageStack


def test_only_the_seen_page_asks_for_room(qtbot: QtBot) -> None:
    stack, small, large = PageStack(), QWidget(), QWidget()
    qtbot.addWidget(stack)
    small.setMinimumSize(100, 80)
    large.setMinimumSize(1000, 600)
    stack.addWidget(small)
    stack.addWidget(large)
    assert stack.minimumSizeHint() == QSize(100, 80)
    stack.setCurrentWidget(large)
    assert stack.minimumSizeHint() == QSize(1000, 600)
    stack.setCurrentWidget(small)
    assert stack.minimumSizeHint() == QSize(100, 80)
