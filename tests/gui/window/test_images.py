"""Images dropped onto the window and pasted into it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard, QImage
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QWidget,
)

from explorer import catalogue, paths
from explorer.gui.main_window import MainWindow
from explorer.gui.widgets.pictures.image_intake import FileSource
from explorer.gui.widgets.words.notices import Notice
from tests.gui.window.handling import drop, urls


@pytest.fixture
def requested(window: MainWindow) -> list:
    found: list = []
    window.state.image_requested.connect(found.append)
    return found


PHOTO = paths.resources() / "samples" / "cat.jpg"


def test_file_dropped_anywhere_is_taken(window: MainWindow, requested: list) -> None:
    assert drop(window, urls(PHOTO))
    assert requested == [FileSource(PHOTO)]


def test_what_is_no_image_is_not_taken(window: MainWindow, requested: list) -> None:
    plain = QMimeData()
    plain.setText("words")
    assert not drop(window, plain)
    assert not drop(window, urls(Path("/tmp/notes.txt")))
    assert requested == []


def test_only_the_window_and_the_image_well_take_drops(window: MainWindow) -> None:
    """Else a file dropped on a field would become its text, and on the graph vanish."""
    window.state.set_choice(catalogue.find("densenet").default_choice())
    taking = [widget.objectName() for widget in window.findChildren(QWidget) if widget.acceptDrops()]
    assert taking == ["imageWell"]


def test_images_files_and_paths_are_pasted(window: MainWindow, requested: list, qapp: QApplication) -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    qapp.clipboard().setImage(image)
    window.commands["image.paste"].trigger()
    qapp.clipboard().setMimeData(urls(PHOTO))
    window.commands["image.paste"].trigger()
    qapp.clipboard().setText(str(PHOTO))
    window.commands["image.paste"].trigger()
    assert [type(source) for source in requested][1:] == [FileSource, FileSource]
    assert len(requested) == 3
    assert not isinstance(requested[0], FileSource)


@pytest.mark.parametrize("is_words", [True, False])
def test_empty_clipboard_is_explained(
    window: MainWindow, requested: list, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, is_words: bool
) -> None:
    qapp.clipboard().setText("nothing to see")
    if not is_words:  # as it is where nothing was ever copied
        monkeypatch.setattr(QClipboard, "mimeData", lambda *_: None)
    window.commands["image.paste"].trigger()
    assert requested == []
    (notice,) = window.findChildren(Notice)
    assert "no image" in notice.accessibleName()


def test_an_image_is_asked_for_where_the_last_one_was(fresh: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the menu and from the image alike; first in the user's pictures, if there is such a folder."""
    folders: list[str] = []

    def ask(parent: QWidget, title: str, folder: str, *_: object) -> tuple[str, str]:
        folders.append(folder)
        return str(PHOTO), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    requested: list = []
    fresh.state.image_requested.connect(requested.append)
    fresh.commands["image.open"].trigger()
    fresh.inspector.image.file_wanted.emit()
    assert folders[0] == "" or Path(folders[0]).is_dir()
    assert folders[1] == str(PHOTO.parent)
    assert requested == [FileSource(PHOTO)] * 2
