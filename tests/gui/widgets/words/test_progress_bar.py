"""The bar of how far something is, and the words over it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui import theme
from explorer.gui.widgets.words.progress_bar import STEPS, EndsLine, ProgressBar


class Counter(QObject):
    """Counts the events of a kind."""

    def __init__(self, watched: QObject, kind: QEvent.Type) -> None:
        super().__init__(watched)
        self.count = 0
        self._kind = kind
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._kind
        return False


def test_it_shows_how_far_it_is_or_goes_to_and_fro(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.show_fraction(0.25)
    assert (bar.maximum(), bar.value()) == (STEPS, STEPS // 4)
    bar.show_fraction(None)
    assert bar.maximum() == 0
    bar.show_fraction(1.0)
    assert (bar.maximum(), bar.value()) == (STEPS, STEPS)


def test_what_was_not_known_once_is_not_painted_for_ever(qtbot: QtBot) -> None:
    theme.apply("dark")
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.resize(300, 6)
    bar.show()
    qtbot.waitExposed(bar)
    painted = Counter(bar, QEvent.Type.Paint)
    bar.show_fraction(None)
    qtbot.waitUntil(lambda: painted.count > 3)
    bar.show_fraction(0.003)
    qtbot.wait(100)
    asked = Counter(bar, QEvent.Type.StyleAnimationUpdate)
    qtbot.wait(300)
    assert asked.count == 0


def test_new_words_are_painted_without_laying_anything_out(qtbot: QtBot) -> None:
    whole = QWidget()
    qtbot.addWidget(whole)
    line = EndsLine()
    column = QVBoxLayout(whole)
    column.addWidget(line)
    whole.resize(400, 60)
    line.show_words("<b>1</b> of 2", "3 images/s")
    whole.show()
    qtbot.waitExposed(whole)
    qtbot.wait(50)
    before = line.grab().toImage()
    laid_out = Counter(whole, QEvent.Type.LayoutRequest)
    line.show_words("<b>2</b> of 2", "400 images/s \u00b7 a long time left")
    qtbot.wait(50)
    assert laid_out.count == 0
    assert line.grab().toImage() != before
    assert line.left.startswith("<b>2")
    assert line.right.startswith("400")
