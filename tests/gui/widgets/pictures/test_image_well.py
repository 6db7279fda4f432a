"""The image well takes what is dropped on it or pasted, and shows that it would."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui import theme
from explorer.gui.widgets.pictures.image_intake import FileSource
from explorer.gui.widgets.pictures.image_well import ImageWell
from explorer.gui.widgets.pictures.pixels import thumbnail

COPY, LEFT, NO_KEY = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class CountingMime(QMimeData):
    """Counts how often the addresses are fetched from the other program."""

    def __init__(self, *urls: str) -> None:
        super().__init__()
        self.setUrls([QUrl.fromLocalFile(url) for url in urls])
        self.fetched = 0

    def urls(self) -> list[QUrl]:
        self.fetched += 1
        return super().urls()


@pytest.fixture
def well(qtbot: QtBot) -> ImageWell:
    well = ImageWell()
    qtbot.addWidget(well)
    well.show()
    return well


def drag(well: ImageWell, mime: QMimeData) -> bool:
    at = QPoint(20, 20)
    enter = QDragEnterEvent(at, COPY, mime, LEFT, NO_KEY)
    enter.ignore()
    well.dragEnterEvent(enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(at, COPY, mime, LEFT, NO_KEY)
    move.ignore()
    well.dragMoveEvent(move)
    return move.isAccepted()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_drop_of_a_file(well: ImageWell, tmp_path: Path) -> None:
    taken = QSignalSpy(well.taken)
    mime = CountingMime(str(tmp_path / "图 1.png"))
    plain = well.grab().toImage()
    assert drag(well, mime)
    assert well.grab().toImage() != plain  # it shows that it would take the file
    fetched = mime.fetched
    well.dropEvent(QDropEvent(QPointF(20, 20), COPY, mime, LEFT, NO_KEY))
    assert mime.fetched == fetched + 1
    assert taken.count() == 1
    assert taken.at(0)[0] == FileSource(tmp_path / "图 1.png")
    assert well.grab().toImage() == plain


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_text_is_not_accepted(well: ImageWell) -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not drag(well, mime)


def test_paste_takes_an_image_and_says_when_there_is_none(well: ImageWell, qtbot: QtBot) -> None:
    taken, refused = QSignalSpy(well.taken), QSignalSpy(well.refused)
    QGuiApplication.clipboard().setImage(QImage(5, 5, QImage.Format.Format_RGB32))
    qtbot.keyClick(well, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (taken.count(), refused.count()) == (1, 0)
    QGuiApplication.clipboard().setText("words")
    qtbot.keyClick(well, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (taken.count(), refused.count()) == (1, 1)


def test_keys_and_clicks(well: ImageWell, qtbot: QtBot) -> None:
    menus, steps = QSignalSpy(well.menu_requested), QSignalSpy(well.stepped)
    qtbot.keyClick(well, Qt.Key.Key_Space)
    qtbot.mouseClick(well, LEFT)
    qtbot.keyClick(well, Qt.Key.Key_Right)
    qtbot.keyClick(well, Qt.Key.Key_Left)
    assert menus.count() == 2
    assert [steps.at(i)[0] for i in range(2)] == [1, -1]


def test_a_small_image_is_shown_in_its_own_colours(well: ImageWell) -> None:
    pixels = np.zeros((8, 8, 3), dtype=np.uint8)
    pixels[:, 4:] = (255, 0, 0)
    well.show_image(thumbnail(pixels))
    seen = well.grab().toImage()
    assert seen.pixelColor(30, 58).name() == "#000000"
    assert seen.pixelColor(85, 58).name() == "#ff0000"


def test_an_error_is_seen_at_the_border(well: ImageWell) -> None:
    well.set_error(True)
    seen = well.grab().toImage()
    danger = theme.colour("danger")
    column = [seen.pixelColor(x, 58) for x in range(4)]
    assert any(abs(colour.red() - danger.red()) < 20 for colour in column)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3000, 4000, 3), (1, 8000, 3), (8000, 1, 1)])
def test_images_of_any_form_have_a_thumbnail(shape: tuple[int, int, int], well: ImageWell) -> None:
    image = thumbnail(np.full(shape, 200, dtype=np.uint8))
    assert max(image.width(), image.height()) < 1300
    well.show_image(image)
    well.grab()


def test_pasting_where_nothing_was_ever_copied_is_refused(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    well, told = ImageWell(), []
    qtbot.addWidget(well)
    monkeypatch.setattr(QClipboard, "mimeData", lambda *_: None)
    well.refused.connect(told.append)
    well.paste()
    assert len(told) == 1
