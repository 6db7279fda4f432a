"""Another style sheet: all is as Qt's own way makes it; what is hidden is done when it is shown, or a moment later."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui import theme
from explorer.gui.restyling import Restyling


class Pages(QStackedWidget):
    """Two of one kind, the second out of sight."""

    def __init__(self) -> None:
        super().__init__()
        self.made = [QFrame(), QFrame()]
        for page in self.made:
            page.setProperty("role", "panel")
            row = QHBoxLayout(page)
            for widget in (QLabel("words"), QLineEdit("words"), QPushButton("words")):
                row.addWidget(widget)
            self.addWidget(page)
        self.resize(300, 60)


@pytest.fixture
def pages(qtbot: QtBot) -> Iterator[Pages]:
    """Both have been seen, dark; the first is in front."""
    theme.apply("dark")
    made = Pages()
    qtbot.addWidget(made)
    made.show()
    for number in (1, 0):
        made.setCurrentIndex(number)
        QApplication.processEvents()
    yield made
    theme.apply("dark")


def _qts_own_way(qapp: QApplication) -> None:
    qapp.setStyleSheet(qapp.styleSheet() + "\n")


def _word_colours(page: QWidget) -> set[str]:
    return {widget.palette().windowText().color().name() for widget in page.findChildren(QWidget)}


def test_what_is_seen_is_at_once_as_qt_makes_it(qapp: QApplication, pages: Pages) -> None:
    dark = pages.grab().toImage()
    theme.apply("light")
    ours = pages.grab().toImage()
    _qts_own_way(qapp)
    assert ours != dark
    assert ours == pages.grab().toImage()


def test_what_is_hidden_waits_until_it_is_shown(qapp: QApplication, pages: Pages) -> None:
    theme.apply("light")
    hidden = pages.made[1]
    assert hidden.palette().windowText().color().name() == theme.DARK.text
    pages.setCurrentIndex(1)
    assert {theme.LIGHT.text} >= _word_colours(hidden)
    ours = pages.grab().toImage()
    _qts_own_way(qapp)
    assert ours == pages.grab().toImage()


def test_what_is_hidden_is_done_soon(qapp: QApplication, qtbot: QtBot, pages: Pages) -> None:
    theme.apply("light")
    work = qapp.findChild(Restyling)
    assert work is not None
    assert not work.is_over
    qtbot.waitUntil(lambda: work.is_over)
    assert {theme.LIGHT.text} >= _word_colours(pages.made[1])


def test_what_is_thrown_away_meanwhile_is_forgotten(qapp: QApplication, qtbot: QtBot, pages: Pages) -> None:
    theme.apply("light")
    work = qapp.findChild(Restyling)
    assert work is not None
    qtbot.waitUntil(lambda: work.is_over)
    theme.apply("dark")
    page = pages.made[1]
    pages.removeWidget(page)
    page.deleteLater()
    qtbot.waitUntil(lambda: work.is_over)
    assert pages.count() == 1


def test_what_comes_meanwhile_has_the_new_colours(qtbot: QtBot, pages: Pages) -> None:
    theme.apply("light")
    label = QLabel("words", pages.made[0])
    label.show()
    assert label.palette().windowText().color().name() == theme.LIGHT.text
