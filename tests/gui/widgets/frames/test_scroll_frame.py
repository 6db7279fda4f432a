"""A panel in a frame: as large as the frame, and scrolled only below its least height."""

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.frames.scroll_frame import ScrollFrame


@pytest.mark.parametrize(("height", "is_scrolled"), [(700, False), (500, False), (499, True), (200, True)])
def test_it_scrolls_below_the_least_height_alone(qtbot: QtBot, height: int, is_scrolled: bool) -> None:
    panel = QWidget()
    column = QVBoxLayout(panel)
    for _ in range(8):  # whose words ask for far more
        column.addWidget(QLabel("many words " * 40, wordWrap=True))
    panel.setMinimumHeight(500)
    frame = ScrollFrame(panel)
    qtbot.addWidget(frame)
    frame.resize(320, height)
    frame.show()
    bar = frame.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.isVisible() == is_scrolled)
    assert panel.height() == max(height, 500)
    assert panel.width() == frame.viewport().width()
