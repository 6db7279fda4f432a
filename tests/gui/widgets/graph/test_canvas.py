"""Where the drawing of a canvas is, while what lies around it comes and goes."""

from PySide6.QtCore import QMargins, QSizeF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.graph.canvas import Canvas


def test_what_comes_and_goes_beside_a_hidden_drawing_does_not_move_it(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.set_margins(QMargins(44, 0, 104, 0))
    canvas.set_drawn(QSizeF(200, 3000))
    canvas.look_at(canvas.mapToScene(100, 100))
    before = canvas.visible()
    canvas.hide()
    canvas.set_margins(QMargins(44, 0, 0, 0))
    canvas.show()
    QApplication.processEvents()
    canvas.set_margins(QMargins(44, 0, 104, 0))
    assert canvas.visible() == before
