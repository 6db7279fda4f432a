"""Any image file as pixels, or a plain sentence why not. A file is not trusted: it may be damaged, or made to harm.

No torch.
"""

import io
import logging
import os
import stat
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.bilingual import Text
from explorer.errors import ExplorerError

Pixels = NDArray[np.uint8]

# Formats that only decode; EPS for example would start another program.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "ICO", "JPEG2000", "AVIF")
SUFFIXES = (
    ".png", ".apng", ".jpg", ".jpeg", ".jfif", ".mpo", ".webp", ".gif", ".bmp", ".tif", ".tiff",
    ".ppm", ".pgm", ".pbm", ".pnm", ".ico", ".jp2", ".j2k", ".avif",
)  # fmt: skip
MAX_PIXELS = 64_000_000
MAX_BYTES = 256 << 20
ENOUGH = 1024  # shorter side that is always left; no model here looks closer

# What Pillow's decoders raise on damaged files.
_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, AttributeError,
    AssertionError, RuntimeError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError, Warning,
)  # fmt: skip
_GREY_MODES = ("1", "L", "LA", "La", "I", "F")
_ORIENTATION = 0x0112
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow warns on the way to a refusal or to a picture; both are said to the user in another way. For the whole process,
# because warnings.catch_warnings is not safe in threads.
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what it would tell is in the refusal


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A picture upright and on white.

    Attributes:
        pixels: uint8 (H, W, 3), or (H, W, 1) for a grey one.
        notes: What was changed that the user should know.
        size: (height, width) in the file; larger pictures are decoded at a lower resolution.
    """

    pixels: Pixels
    notes: tuple[Text, ...]
    size: tuple[int, int]


def decode(source: Path | bytes, *, at_least: int = ENOUGH) -> Decoded:
    """The first picture in a file, or in the bytes of one (from the clipboard).

    Args:
        at_least: A larger picture may come at a lower resolution, but not with a shorter side below this.

    Raises:
        ExplorerError: It cannot be read, is no picture, damaged or too large; nothing large is allocated before that
            is known.
    """
    if isinstance(source, Path):
        name, content = shown_name(source), read_regular_file(source)
    else:
        name, content = "", source
    return decode_bytes(content, name, at_least=at_least)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of its picture: (height, width) as stored, and whether it is grey."""

    size: tuple[int, int]
    is_grey: bool


def header(path: Path) -> Header | None:
    """Size and kind without decoding; None if it is no picture."""
    try:
        with Image.open(io.BytesIO(read_regular_file(path)), formats=FORMATS) as image:
            return Header((image.height, image.width), image.mode in _GREY_MODES or image.mode.startswith("I;16"))
    except (ExplorerError, UnidentifiedImageError, *_DECODER_ERRORS):
        return None


def decode_bytes(content: bytes, name: str, *, at_least: int = ENOUGH) -> Decoded:
    """As `decode`; `name` is for the messages, "" for what has none.

    Raises:
        ExplorerError: As `decode`.
    """
    subject = Text(name, name) if name else Text("This", "这些内容")
    _refuse_by_start(content, subject)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _refuse_by_size(image.size, subject)
            size = (image.height, image.width)
            pixels, notes = _pixels(image, at_least)
    except UnidentifiedImageError:
        raise _no_picture(subject) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(subject) from None
    except _DECODER_ERRORS as error:
        raise ExplorerError(
            Text(f"{subject.en} is damaged: it cannot be read to its end.", f"{subject.zh} 已损坏，无法完整读取。")
        ) from error
    return Decoded(pixels, notes, size)


def shown_name(path: Path) -> str:
    """The file's name fit for a message: line breaks and undecodable bytes are written as escapes."""
    name = path.name or str(path)
    return name if name.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def read_regular_file(path: Path) -> bytes:
    """The content of a file; never waits on a pipe or a device.

    Raises:
        ExplorerError: It is none, too large, or cannot be read.
    """
    name = shown_name(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise _unreadable(path, name, error) from error
    try:
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            raise _a_folder(name)
        if not stat.S_ISREG(about.st_mode):
            raise ExplorerError(Text(f"{name} is no regular file.", f"{name} 不是普通文件。"))
        if about.st_size > MAX_BYTES:
            raise _too_large(Text(name, name))
        return _read(handle, about.st_size)
    except OSError as error:
        raise _unreadable(path, name, error) from error
    finally:
        os.close(handle)


def _read(handle: int, size: int) -> bytes:
    content = os.read(handle, size)
    while len(content) < size and (more := os.read(handle, size - len(content))):
        content += more
    return content


def _unreadable(path: Path, name: str, error: Exception) -> ExplorerError:
    if os.path.isdir(path):  # unlike Path.is_dir it does not raise where nothing may be looked at
        return _a_folder(name)
    if isinstance(error, FileNotFoundError):
        return ExplorerError(Text(f"{name} is not there (any more).", f"{name} 不存在（或已被删除）。"))
    if isinstance(error, PermissionError):
        return ExplorerError(Text(f"You may not read {name}.", f"没有读取 {name} 的权限。"))
    reason = getattr(error, "strerror", None) or str(error)
    return ExplorerError(Text(f"{name} cannot be read: {reason}.", f"无法读取 {name}：{reason}。"))


def _a_folder(name: str) -> ExplorerError:
    return ExplorerError(
        Text(f"{name} is a folder, not an image.", f"{name} 是文件夹，不是图像。"),
        Text("A folder of class folders can be chosen as data.", "按类别分好的文件夹可以作为数据集使用。"),
    )


def _no_picture(subject: Text) -> ExplorerError:
    return ExplorerError(
        Text(f"{subject.en} is no picture that can be read here.", f"{subject.zh} 不是可读取的图像。"),
        Text(
            "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF and some others can.",
            "支持 PNG、JPEG、WebP、GIF、BMP、TIFF、AVIF 等格式。",
        ),
    )


def _too_large(subject: Text) -> ExplorerError:
    limit = MAX_PIXELS // 1_000_000
    return ExplorerError(
        Text(f"{subject.en} is too large.", f"{subject.zh} 过大。"),
        Text(f"Up to {limit} million pixels are read.", f"最多读取 {limit * 100} 万像素。"),
    )


def _refuse_by_start(content: bytes, subject: Text) -> None:
    start = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content:
        raise ExplorerError(Text(f"{subject.en} is empty.", f"{subject.zh} 是空的。"))
    if start.startswith(b"<") or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ExplorerError(
            Text(f"{subject.en} is a text (such as SVG or HTML), not a picture of pixels.",
                 f"{subject.zh} 是文本（例如 SVG 或 HTML），不是像素图像。"),
        )  # fmt: skip
    if start.startswith((b"%!PS", b"%PDF", b"\xc5\xd0\xd3\xc6")):
        raise ExplorerError(
            Text(f"{subject.en} is a PostScript or PDF document, not a picture of pixels.",
                 f"{subject.zh} 是 PostScript 或 PDF 文档，不是像素图像。"),
        )  # fmt: skip


def _refuse_by_size(size: tuple[int, int], subject: Text) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ExplorerError(Text(f"{subject.en} has no pixels.", f"{subject.zh} 没有像素。"))
    if width * height > MAX_PIXELS:
        raise _too_large(subject)


def _pixels(image: Image.Image, at_least: int) -> tuple[Pixels, tuple[Text, ...]]:
    """Upright pixels, grey or RGB, with what was changed."""
    _lower_resolution_ahead(image, at_least)
    image.load()
    upright: Image.Image = image
    transpose = _TRANSPOSE.get(_orientation(image))
    factor = min(image.size) // at_least
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        scaled, notes = _grey_of_numbers(np.asarray(image))
        upright = Image.fromarray(scaled)
    else:
        if factor > 1 and image.mode not in ("1", "P", "PA"):
            upright = image.reduce(factor)  # before the conversion, which then takes less memory
        upright, notes = _on_white(upright)
    if factor > 1 and upright.size == image.size:
        upright = upright.reduce(factor)
    if transpose is not None:
        upright = upright.transpose(transpose)
    array = np.array(upright)
    return (array[:, :, None] if array.ndim == 2 else array), notes


def _lower_resolution_ahead(image: Image.Image, at_least: int) -> None:
    """JPEG decodes at a half, a quarter or an eighth for a fraction of the time."""
    shorter = min(image.size)
    if image.format in ("JPEG", "MPO") and shorter > 2 * at_least:
        image.draft(None, (image.width * at_least // shorter, image.height * at_least // shorter))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DECODER_ERRORS:  # a damaged note on how it was taken is no damage to the picture
        return 1


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[Text, ...]]:
    """In mode L or RGB."""
    is_grey = image.mode in _GREY_MODES
    has_alpha = image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info
    if not has_alpha:
        notes: tuple[Text, ...] = ()
        if image.mode == "CMYK":
            notes = (Text("Converted from print colours (CMYK).", "由印刷色（CMYK）转换而来。"),)
        return image.convert("L" if is_grey else "RGB"), notes
    coloured = image.convert("RGBA")
    alpha = coloured.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return coloured.convert("L" if is_grey else "RGB"), ()
    ground = Image.new("RGB", coloured.size, "white")
    ground.paste(coloured, mask=alpha)
    notes = (Text("Transparent parts are shown on white.", "透明部分显示为白色背景。"),)
    return (ground.convert("L") if is_grey else ground), notes


def _grey_of_numbers(values: NDArray[Any]) -> tuple[Pixels, tuple[Text, ...]]:
    """Grey levels of 16-bit, 32-bit or floating-point pixels: 0-65535 by its own scale, others by least to largest."""
    if values.dtype == np.uint16 or (values.dtype.kind == "i" and values.min() >= 0 and 255 < values.max() <= 65535):
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8), ()
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() <= 255:
        return values.astype(np.uint8), ()
    numbers = values.astype(np.float32)
    is_finite = np.isfinite(numbers)
    notes = [Text("Brightness was scaled from the least to the largest value.", "亮度已按最小值到最大值缩放。")]
    if not is_finite.all():
        count = int((~is_finite).sum())
        notes.append(
            Text(f"{count} pixels are no numbers and are shown black.", f"{count} 个像素不是有效数值，显示为黑色。")
        )
    known = numbers[is_finite].astype(np.float64)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    span = high - low or 1.0
    scaled = np.where(is_finite, (np.where(is_finite, numbers, low) - low) / span, 0)
    return (scaled * 255 + 0.5).astype(np.uint8), tuple(notes)
