"""Qt's own words are in the language of the window."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from explorer.gui import qt_words


@pytest.fixture(autouse=True)
def english_again(qapp: object) -> Iterator[None]:
    yield
    qt_words.speak("en")


def test_qt_speaks_the_language_of_the_window(qtbot: QtBot) -> None:
    said = {}
    for language in ("en", "zh", "en"):
        qt_words.speak(language)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
        qtbot.addWidget(box)
        qtbot.addWidget(dialog)
        cancel = box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")
        said[language] = cancel, dialog.labelText(QFileDialog.DialogLabel.FileType)
    assert said["zh"][0] == "取消"
    assert said["en"] == ("Cancel", "Files of &type:")
    assert said["zh"][1].startswith("文件类型")
