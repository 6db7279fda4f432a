"""Where an image may come from: dropped, pasted, opened, picked. Nothing is decoded here, no file is touched."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage

from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

SUFFIXES = (
    ".avif", ".bmp", ".gif", ".ico", ".j2k", ".jp2", ".jpeg", ".jpg", ".jfif", ".pbm", ".pgm", ".png", ".pnm", ".ppm",
    ".tga", ".tif", ".tiff", ".webp",
)  # fmt: skip
MAX_DATA_BYTES = 64 << 20

# Encoded forms in which another program may offer a picture; the bytes are decoded off the GUI thread.
_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/avif", "image/tiff", "image/bmp", "image/gif")


@dataclass(frozen=True, slots=True)
class FileSource:
    """An image file; `more` others came with it and are not shown."""

    path: Path
    more: int = 0


@dataclass(frozen=True, slots=True)
class BytesSource:
    """An encoded image."""

    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class PixelSource:
    """An image that Qt has decoded."""

    image: QImage
    name: str = ""


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """A test image of a data set that is on this machine; numbers beyond the last begin anew.

    `place` is the folder of its files; None for the program's own.
    """

    dataset: str
    index: int = 0
    place: str | None = None


@dataclass(frozen=True, slots=True)
class SampleSource:
    """A photograph carried with the program."""

    name: str


ImageSource = FileSource | BytesSource | PixelSource | DatasetSource | SampleSource


def accepts(mime: QMimeData) -> bool:
    """Whether `mime` looks like an image: by names and kinds alone, so that it can be asked on every mouse move."""
    if mime.hasUrls():
        urls = mime.urls()
        if not urls or any(_is_image_url(url) for url in urls):
            return True
    return mime.hasImage() or _encoded_kind(mime) is not None or _data_url(mime) is not None


def take(mime: QMimeData) -> ImageSource:
    """The image in `mime`: local files first, then image data, then an image written into a page.

    Raises:
        ExplorerError: There is none, or the program that it came from is gone.
    """
    urls = mime.urls() if mime.hasUrls() else []
    files = [url for url in urls if _is_image_url(url)]
    local = [url for url in files if url.isLocalFile()]
    if local:
        return FileSource(Path(local[0].toLocalFile()), more=len(files) - 1)
    if files:
        return _from_data_url(files[0].toString())
    kind = _encoded_kind(mime)
    if kind is not None and (data := bytes(mime.data(kind).data())):
        return _checked(data)
    if mime.hasImage() and isinstance(image := mime.imageData(), QImage) and not image.isNull():
        return PixelSource(image)
    written = _data_url(mime)
    if written is not None:
        return _from_data_url(written)
    raise _refusal(urls, has_urls=mime.hasUrls())


def from_text(text: str) -> QUrl | None:
    """The address of a file that pasted text names, or None."""
    line = text.strip().strip('"')
    if "\n" in line or not line:
        return None
    if line.startswith("file:"):
        return QUrl(line)
    path = PurePath(line)
    return QUrl.fromLocalFile(line) if path.is_absolute() and path.suffix.lower() in SUFFIXES else None


def _is_image_url(url: QUrl) -> bool:
    if url.scheme() == "data":
        return url.path().startswith("image/")
    if not url.isLocalFile() or url.host() not in ("", "localhost"):
        return False  # a share on another computer could keep the window waiting
    suffix = PurePath(url.fileName()).suffix.lower()
    return not suffix or suffix in SUFFIXES or not suffix[1:].isalnum()


def _encoded_kind(mime: QMimeData) -> str | None:
    return next((kind for kind in _ENCODED if mime.hasFormat(kind)), None)


def _data_url(mime: QMimeData) -> str | None:
    """The first image written into a piece of a web page."""
    if not mime.hasHtml():
        return None
    page = mime.html()
    start = page.find("data:image/")
    if start < 0:
        return None
    ends = [end for mark in "\"' >" if (end := page.find(mark, start)) > 0]
    return page[start : min(ends, default=len(page))]


def _from_data_url(url: str) -> BytesSource:
    head, _, body = url.removeprefix("data:").partition(",")
    if len(body) > MAX_DATA_BYTES * 4 // 3:
        raise _too_large()
    try:
        raw = unquote_to_bytes(body)
        return _checked(b64decode(raw, validate=True) if head.endswith(";base64") else raw)
    except Base64Error:
        raise ExplorerError(
            Text("The image in this address is damaged.", "该地址中的图像已损坏。"),
            Text("Save it as a file and open that.", "请先另存为文件再打开。"),
        ) from None


def _checked(data: bytes) -> BytesSource:
    if len(data) > MAX_DATA_BYTES:
        raise _too_large()
    return BytesSource(data)


def _too_large() -> ExplorerError:
    return ExplorerError(
        Text("This image is larger than 64 MB.", "该图像超过 64 MB。"),
        Text("Save a smaller copy.", "请另存为较小的副本。"),
    )


def _refusal(urls: list[QUrl], *, has_urls: bool) -> ExplorerError:
    if has_urls and not urls:
        return ExplorerError(
            Text("The program that the file came from has gone.", "提供该文件的程序已退出。"),
            Text("Open the file instead.", "请改为直接打开文件。"),
        )
    if any(url.scheme() in ("http", "https") for url in urls):
        return ExplorerError(
            Text("Images are not fetched from the network.", "程序不会从网络获取图像。"),
            Text("Save the image and drop the file.", "请先保存图像，再拖入文件。"),
        )
    names = ", ".join(url.fileName() for url in urls[:3])
    return ExplorerError(
        Text(f"This is not an image: {names or 'text'}.", f"这不是图像：{names or '文本'}。"),
        Text("Take a PNG, JPEG, WebP, TIFF, BMP or GIF file.", "请使用 PNG、JPEG、WebP、TIFF、BMP 或 GIF 文件。"),
    )
