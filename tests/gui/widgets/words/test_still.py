"""The place for words that change often."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.words.still import Still


class LaidOut(QObject):
    """Counts how often a widget is laid out."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_new_words_lay_nothing_out_around_them(qtbot: QtBot) -> None:
    whole, label = QWidget(), QLabel("epoch 1")
    qtbot.addWidget(whole)
    row = QHBoxLayout(whole)
    row.addWidget(Still(label))
    whole.resize(300, 40)
    whole.show()
    qtbot.waitExposed(whole)
    qtbot.wait(20)
    counted = LaidOut(whole)
    whole.installEventFilter(counted)
    before = whole.grab().toImage()
    label.setText("epoch 2, step 18 240, live")
    qtbot.wait(20)
    assert counted.count == 0
    assert whole.grab().toImage() != before
    assert label.width() == whole.width() - row.contentsMargins().left() - row.contentsMargins().right()
