"""Images are recognised by kind and name, taken in a fixed order, and refused with a sentence."""

from base64 import b64encode
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from explorer.errors import ExplorerError
from explorer.gui.widgets.pictures import image_intake
from explorer.gui.widgets.pictures.image_intake import BytesSource, FileSource, PixelSource


def with_urls(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    return mime


def picture() -> QImage:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return image


def png() -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture().save(buffer, "PNG")
    return bytes(content.data())


@pytest.mark.parametrize("name", ["a.png", "名字 #1 %20&?.JPG", "no_suffix", "x.tif"])
def test_local_images_are_taken(name: str, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    assert image_intake.accepts(mime)
    assert image_intake.take(mime) == FileSource(tmp_path / name)


@pytest.mark.parametrize(
    "url",
    [
        "file:///tmp/notes.txt", "file:///tmp/drawing.svg", "file:///tmp/link.desktop", "https://example.org/a.png",
        "file://server/share/a.png", "mailto:a@b", "ftp://x/a.png",
    ],
)  # fmt: skip
def test_what_is_no_local_image_is_refused_without_touching_it(url: str) -> None:
    mime = with_urls(url)
    assert not image_intake.accepts(mime)
    with pytest.raises(ExplorerError):
        image_intake.take(mime)


def test_of_several_files_the_first_image_is_taken() -> None:
    mime = with_urls("file:///a/readme.txt", "file:///a/1.png", "file:///a/2.png")
    assert image_intake.accepts(mime)
    assert image_intake.take(mime) == FileSource(Path("/a/1.png"), more=1)


def test_image_data_of_qt_and_of_others() -> None:
    mime = QMimeData()
    mime.setImageData(picture())
    assert image_intake.accepts(mime)
    taken = image_intake.take(mime)
    assert isinstance(taken, PixelSource)
    assert taken.image.width() == 4
    encoded = QMimeData()
    encoded.setData("image/png", png())
    assert image_intake.accepts(encoded)
    assert image_intake.take(encoded) == BytesSource(png())


def test_a_browser_gives_an_address_a_page_and_the_image() -> None:
    mime = with_urls("https://example.org/cat.png")
    mime.setHtml('<img src="https://example.org/cat.png">')
    mime.setData("image/png", png())
    assert image_intake.accepts(mime)
    assert image_intake.take(mime) == BytesSource(png())


def test_images_written_into_addresses_and_pages() -> None:
    address = "data:image/png;base64," + b64encode(png()).decode()
    assert image_intake.take(with_urls(address)) == BytesSource(png())
    page = QMimeData()
    page.setHtml(f'<p>text</p><img alt="x" src="{address}"><img src="b">')
    assert image_intake.accepts(page)
    assert image_intake.take(page) == BytesSource(png())
    with pytest.raises(ExplorerError, match="damaged"):
        image_intake.take(with_urls("data:image/png;base64,@@@"))


def test_plain_text_is_refused() -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not image_intake.accepts(mime)
    with pytest.raises(ExplorerError, match="not an image"):
        image_intake.take(mime)


def test_a_source_that_died_after_the_drop() -> None:
    """Qt then says that there are addresses, and gives none."""

    class Died(QMimeData):
        def hasUrls(self) -> bool:
            return True

        def urls(self) -> list[QUrl]:
            return []

    mime = Died()
    assert image_intake.accepts(mime)
    with pytest.raises(ExplorerError, match="has gone"):
        image_intake.take(mime)


def test_very_large_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_intake, "MAX_DATA_BYTES", 20)
    mime = QMimeData()
    mime.setData("image/png", png())
    with pytest.raises(ExplorerError, match="larger"):
        image_intake.take(mime)
    with pytest.raises(ExplorerError, match="larger"):
        image_intake.take(with_urls("data:image/png;base64," + b64encode(png()).decode()))
