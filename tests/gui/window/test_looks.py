"""Language, theme and size reach every corner of the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QWidget,
)

from explorer import catalogue
from explorer.gui import text, theme
from explorer.gui.main_window import MainWindow
from explorer.gui.panels.architecture_idea import ArchitectureIdeaPanel
from explorer.gui.widgets.tables.row_list import RowList


def _words(window: MainWindow) -> list[str]:
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    tips = [widget.toolTip() for widget in window.findChildren(QWidget) if widget.isVisible()]
    fields = [field.placeholderText() for field in window.findChildren(QLineEdit) if field.isVisible()]
    return [words for words in labels + buttons + tips + fields if words]


def test_language_switches_everything_that_is_shown(window: MainWindow) -> None:
    """No string of the table is left in the language before."""
    table = text.table()
    english = {w.en for w in table.values() if w.en != w.zh and "{" not in w.en and len(w.en) > 2}
    chinese = {w.zh for w in table.values() if w.en != w.zh and "{" not in w.zh and len(w.zh) > 1}
    assert [words for words in _words(window) if words in chinese] == []
    window.header.language_picked.emit("zh")
    assert [words for words in _words(window) if words in english] == []
    window.header.language_picked.emit("en")
    assert [words for words in _words(window) if words in chinese] == []


@pytest.mark.parametrize("name", ["dark", "light"])
def test_theme_reaches_every_corner(window: MainWindow, name: str) -> None:
    window.commands[f"theme.{name}"].trigger()
    QApplication.processEvents()
    colours = theme.colours()
    image = window.grab().toImage()
    assert image.pixelColor(4, 4).name() == colours.panel
    assert image.pixelColor(image.width() - 4, image.height() // 2).name() == colours.panel
    backgrounds = {QColor(value).name() for value in (colours.panel, colours.window, colours.raised, colours.field)}
    grey = {QColor("#efefef").name(), QColor("#f0f0f0").name()} - backgrounds
    samples = [image.pixelColor(x, y).name() for x in range(3, image.width(), 40) for y in range(3, image.height(), 40)]
    assert sum(sample in backgrounds for sample in samples) > 0.6 * len(samples)
    assert sum(sample in grey for sample in samples) <= 1  # which may be the edge of a letter; a widget has more


def test_every_control_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
    nameless = []
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget, QLineEdit) and isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        if not isinstance(widget, kinds) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus or inner:
            continue
        if not widget.isVisible():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            nameless.append((type(widget).__name__, widget.objectName()))
    assert nameless == []


def test_nothing_sticks_out_at_the_smallest_size(window: MainWindow) -> None:
    for language in ("en", "zh"):
        window.state.set_language(language)
        window.resize(1280, 800)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1280, 800)
        for name in ("startButton", "architectureSearch", "graphView", "imageWell", "themeButton", "menuButton"):
            widget = window.findChild(QWidget, name)
            area = widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))
            assert window.rect().contains(area), name


@pytest.mark.parametrize("size", [(1000, 640), (1152, 744), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_panel_lies_over_another(window: MainWindow, size: tuple[int, int], language: str) -> None:
    window.commands[f"language.{language}"].trigger()
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    docks = [dock for dock in window.findChildren(QDockWidget) if dock.isVisible()]
    assert len(docks) == 3
    for place, dock in enumerate(docks):
        assert window.rect().contains(dock.geometry()), dock.objectName()
        assert not any(dock.geometry().intersects(other.geometry()) for other in docks[:place]), dock.objectName()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_list_of_lecture_networks_is_whole_on_a_small_screen(window: MainWindow, language: str) -> None:
    """The idea gives way; on a large screen it is whole."""
    window.commands[f"language.{language}"].trigger()
    window.state.set_choice(catalogue.find("lenet_bn").default_choice())
    window.resize(1280, 780)
    QApplication.processEvents()
    rows = window.findChild(RowList, "architectureList")
    idea = window.findChild(ArchitectureIdeaPanel)
    last = [name for name, card in catalogue.cards().items() if card.family == catalogue.LECTURE][-1]
    rows.scrollToTop()
    assert idea.is_folded
    assert rows.viewport().rect().contains(rows.visualRect(rows.rows().index_of(last)))
    window.resize(1600, 1100)
    QApplication.processEvents()
    assert not idea.is_folded


@pytest.mark.parametrize("language", ["en", "zh"])
def test_settings_of_a_run_stand_in_one_row_on_a_small_screen(window: MainWindow, language: str) -> None:
    window.commands[f"language.{language}"].trigger()
    window.commands["panel.reset"].trigger()
    window.resize(1280, 780)
    QApplication.processEvents()
    form = window.training.form
    assert not form.row.has_two_lines
    form.epochs.setValue(form.epochs.value() + 1)
    form.optimizer.choose("sgd")
    assert not form.row.has_two_lines  # with the mark that says how many settings are changed
