"""Words of the user are shown as they are, also those that look like HTML."""

import pytest
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QLabel

from explorer.gui.widgets.pictures.prediction_bars import Bar, PredictionBars
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.notices import Message, Notices
from explorer.gui.widgets.words.plain import plain


def shown(tip: str) -> str:
    """What a tool tip of these words looks like."""
    if not Qt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText().strip()


@pytest.mark.parametrize("words", ["<b>a/b\\ %s", "cats\nand <dogs>", '<p>x</p>\n&amp; "y"', "1 < 2", ""])
def test_a_tool_tip_shows_every_letter(words: str) -> None:
    assert shown(plain(words)) == words


def test_names_of_classes_and_files_are_no_html(qtbot) -> None:
    bars = PredictionBars()
    qtbot.addWidget(bars)
    bars.show_bars((Bar("<i>cat</i>", 0.75, None),))
    assert shown(bars.toolTip()) == "<i>cat</i>: 0.7500"
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("<i>a long name of a folder</i>")
    label.resize(40, 20)
    label.grab()
    assert shown(label.toolTip()) == "<i>a long name of a folder</i>"


def test_a_message_with_a_name_in_it_is_no_html(qtbot) -> None:
    window = QLabel()
    qtbot.addWidget(window)
    notices = Notices(window)
    notices.show(Message("Run <b>1</b> deleted", "from <i>here</i>"), "Close")
    labels = [label for label in window.findChildren(QLabel) if "<" in label.text()]
    assert len(labels) == 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
