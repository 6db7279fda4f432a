"""Words are whole, in both languages and at every size: nothing is cut, elided without need, or outside its panel."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QWidget,
)

from explorer import catalogue
from explorer.gui.main_window import MainWindow
from explorer.gui.widgets.words.elided_label import ElidedLabel

SIZES = [(1000, 640), (1280, 720), (1280, 780), (1600, 1000), (1920, 1050)]
SLACK = 1  # px by which widths are rounded
ARROW = 30  # px beside the words of a drop-down list
SHORT = {"deviceSelector"}  # says less where there is less room


def _shown(window: MainWindow) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty():
            yield widget


def _missing(widget: QWidget) -> int:
    """How many pixels the words of `widget` lack, in either direction."""
    if isinstance(widget, QLabel) and widget.text():
        if isinstance(widget, ElidedLabel):
            return widget.fontMetrics().horizontalAdvance(widget.text()) - widget.width()
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) - widget.height()
        hint = widget.sizeHint()
        return max(hint.width() - widget.width(), hint.height() - widget.height())
    if isinstance(widget, QAbstractButton) and widget.text() and not widget.icon().availableSizes():
        return widget.sizeHint().width() - widget.width()
    if isinstance(widget, QComboBox) and widget.objectName() not in SHORT:
        return widget.fontMetrics().horizontalAdvance(widget.currentText()) + ARROW - widget.width()
    if isinstance(widget, QLineEdit) and not widget.text():
        return widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + 12 - widget.width()
    return 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_are_whole(window: MainWindow, size: tuple[int, int], language: str) -> None:
    window.commands[f"language.{language}"].trigger()
    window.commands["panel.reset"].trigger()
    window.resize(*size)
    for name in ("lenet_bn", "vgg11", "resnet18_preact"):
        window.state.set_choice(catalogue.find(name).default_choice())
        QApplication.processEvents()
        cut = [(type(w).__name__, w.objectName(), w.property("text")) for w in _shown(window) if _missing(w) > SLACK]
        assert cut == [], name
        docks = [dock for dock in window.findChildren(QDockWidget) if dock.isVisible()]
        assert all(window.rect().contains(dock.geometry()) for dock in docks)


def test_every_control_says_what_it_does(window: MainWindow) -> None:
    """At rest of the pointer; a search says it in its field."""
    silent = []
    for widget in _shown(window):
        inner = isinstance(widget.parent(), QComboBox | QAbstractSpinBox | QLineEdit)
        is_control = isinstance(widget, QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit)
        if not is_control or inner or widget.toolTip():
            continue
        if not (isinstance(widget, QLineEdit) and widget.placeholderText()):
            silent.append((type(widget).__name__, widget.objectName(), widget.property("text")))
    assert silent == []
