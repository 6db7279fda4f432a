"""Qt's own words are in the language of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QFileSystemModel
from pytestqt.qtbot import QtBot

from explorer.gui import qt_words


@pytest.fixture(autouse=True)
def english_again(qapp: object) -> Iterator[None]:
    yield
    qt_words.speak("en")


def test_the_columns_of_a_file_dialog_are_chinese(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    qt_words.speak("zh")
    model = QFileSystemModel()
    model.setRootPath(str(tmp_path))
    root = model.index(str(tmp_path))
    qtbot.waitUntil(lambda: model.rowCount(root) == 1)
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert heads[1] == "\u5927\u5c0f"
    assert model.type(model.index(0, 0, root)) == "\u6587\u4ef6\u5939"
    assert all(not head.isascii() for head in heads)


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
