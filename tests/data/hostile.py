"""Image files as they come: good ones of every kind, damaged ones, and ones made to harm."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

SIDE = (40, 60)  # rows, columns of the good pictures


def photo() -> Image.Image:
    rows, columns = np.mgrid[0 : SIDE[0], 0 : SIDE[1]]
    return Image.fromarray(np.stack([rows * 6, columns * 4, 255 - rows * 6], 2).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    written = b"\x89PNG\r\n\x1a\n"
    for kind, body in chunks:
        written += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return written


def png_claiming(width: int, height: int, bits: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    palette = [(b"PLTE", bytes(768))] if colour == 3 else []
    return png((b"IHDR", head), *palette, (b"IDAT", zlib.compress(data)), (b"IEND", b""))


def tiff(*tags: tuple[int, int, int, int], next_ifd: int = 0, payload: bytes = b"") -> bytes:
    """A little-endian TIFF with one directory of (tag, type, count, value); `payload` follows at 8 + 6 + 12 n."""
    written = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags))
    for tag, kind, count, value in tags:
        written += struct.pack("<HHII", tag, kind, count, value)
    return written + struct.pack("<I", next_ifd) + payload


def _replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def _corrupted(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def _text_bomb() -> bytes:
    packed = zlib.compress(bytes(200_000_000), 9)
    head = struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(4 * 5))
    return png((b"IHDR", head), (b"zTXt", b"k\0\0" + packed), (b"IDAT", rows), (b"IEND", b""))


def _jpeg_claiming(width: int, height: int) -> bytes:
    content = encoded(photo(), "JPEG")
    at = content.index(b"\xff\xc0")
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def _gif_claiming() -> bytes:
    content = encoded(photo().convert("P"), "GIF")
    return content[:6] + struct.pack("<HH", 65535, 65535) + content[10:]


def _gif_growing() -> bytes:
    """Claims a small canvas, but a frame of 65535 x 65535 within."""
    content = bytearray(encoded(photo().convert("P"), "GIF"))
    at = content.index(b"\x2c" + bytes(4))
    content[at + 5 : at + 9] = struct.pack("<HH", 65535, 65535)
    return bytes(content)


def _bmp_claiming() -> bytes:
    content = encoded(photo(), "BMP")
    return content[:18] + struct.pack("<ii", 60000, 60000) + content[26:]


def _ico_of_many() -> bytes:
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 1 << 20, 22)
    return struct.pack("<HHH", 0, 1, 65535) + entry * 65535


def _webp_claiming() -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\0" + b"\xff\x3f\0"
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]><svg><text>&a9;</text></svg>'.encode()


def _svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'.encode()


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n(/tmp/ps) (w) file closefile\nshowpage\n"

# 1-33 of the list: name and content of what must be refused.
REFUSED: dict[str, Callable[[], bytes]] = {
    "empty.png": lambda: b"",
    "text.jpg": lambda: b"this is no picture\n" * 40,
    "truncated.jpg": lambda: encoded(photo(), "JPEG")[:-60],
    "truncated.png": lambda: encoded(photo(), "PNG")[:-60],
    "header-only.png": lambda: encoded(photo(), "PNG")[:33],
    "bad-header-crc.png": lambda: _corrupted(encoded(photo(), "PNG"), 30),
    "page.jpg": lambda: b"<!doctype html><html><body>404</body></html>",
    "page-with-mark.jpg": lambda: b"\xef\xbb\xbf  <html></html>",
    "start-only.jpg": lambda: b"\xff\xd8",
    "start-and-marker.jpg": lambda: b"\xff\xd8\xff\xe0",
    "random.webp": lambda: b"RIFF\x10\x20\0\0WEBPVP8 " + np.random.default_rng(0).bytes(4000),
    "bomb-1-bit.png": lambda: png_claiming(60000, 60000, 1, 0, bytes(7501 * 60000 // 100)),
    "bomb-palette.png": lambda: png_claiming(20000, 20000, 8, 3, bytes(1000)),
    "claims-2-31.png": lambda: png_claiming(2**31 - 1, 2**31 - 1),
    "just-over.png": lambda: png_claiming(8001, 8001, 8, 0),
    "no-size.png": lambda: png_claiming(0, 0),
    "canvas.gif": _gif_claiming,
    "growing.gif": _gif_growing,
    "laughs.svg": _laughs,
    "external.svg": lambda: _svg('<image href="file:///etc/passwd"/>'),
    "large.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"/>',
    "svg-as.png": lambda: _svg(""),
    "huge.bmp": _bmp_claiming,
    "loop.tif": lambda: tiff((256, 4, 1, 8), next_ifd=8),
    "claims.tif": lambda: tiff((256, 4, 1, 10**9), (257, 4, 1, 10**9), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8)),
    "header-bomb.jpg": lambda: _jpeg_claiming(65500, 65500),
    "many.ico": _ico_of_many,
    "claims.webp": _webp_claiming,
    "script.eps": lambda: EPS,
    "script.png": lambda: EPS,
    "paper.pdf": lambda: b"%PDF-1.7\n",
    "link.url": lambda: b"[InternetShortcut]\nURL=http://example.com/a.png\n",
    "start.desktop": lambda: b"[Desktop Entry]\nType=Link\nURL=file:///etc/passwd\n",
    "utf-16.txt": lambda: "picture".encode("utf-16"),
    "truncated.tif": lambda: encoded(photo(), "TIFF")[: SIDE[1] * 60],
    "truncated.gif": lambda: encoded(photo().convert("P"), "GIF")[:600],
    "truncated.bmp": lambda: encoded(photo(), "BMP")[:2000],
    "truncated.webp": lambda: encoded(photo(), "WEBP", lossless=True)[:60],
    "truncated.avif": lambda: encoded(photo(), "AVIF")[:-100],
    "truncated.jp2": lambda: encoded(photo(), "JPEG2000")[:300],
    "truncated.ppm": lambda: encoded(photo(), "PPM")[:2000],
}


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def _animation(kind: str, frames: int) -> bytes:
    grounds = [Image.new("RGB", (60, 40), (200, number % 256, 0)) for number in range(frames)]
    return encoded(grounds[0], kind, save_all=True, append_images=grounds[1:], duration=20)


def _deep_tiff(values: np.ndarray) -> bytes:
    return encoded(Image.fromarray(values), "TIFF")


def _not_numbers() -> bytes:
    values = np.linspace(-2, 3, 2400, dtype=np.float32).reshape(40, 60)
    values[0, :3] = (np.nan, np.inf, -np.inf)
    return _deep_tiff(values)


def _with_text() -> bytes:
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", "x" * 1000)
    return encoded(photo(), "PNG", pnginfo=about)


def _transparent_palette() -> bytes:
    return encoded(photo().convert("P"), "PNG", transparency=bytes(range(256)))


# 8-55 of the list: name and content of what must be taken.
TAKEN: dict[str, Callable[[], bytes]] = {
    "jpeg-as.png": lambda: encoded(photo(), "JPEG"),
    "png-as.jpg": lambda: encoded(photo(), "PNG"),
    "garbage-after.jpg": lambda: encoded(photo(), "JPEG") + np.random.default_rng(0).bytes(100_000),
    "no-suffix": lambda: encoded(photo(), "PNG"),
    "frames.gif": lambda: _animation("GIF", 2000),
    "grey.png": lambda: encoded(photo().convert("L"), "PNG"),
    "grey-alpha.png": lambda: encoded(photo().convert("LA"), "PNG"),
    "alpha.png": lambda: encoded(photo().convert("RGBA"), "PNG"),
    "palette.png": lambda: encoded(photo().convert("P"), "PNG"),
    "palette-transparent.png": _transparent_palette,
    "1-bit.png": lambda: encoded(photo().convert("1"), "PNG"),
    "16-bit.png": lambda: encoded(Image.fromarray(np.full((40, 60), 127 * 257, np.uint16)), "PNG"),
    "cmyk.jpg": lambda: encoded(photo().convert("CMYK"), "JPEG"),
    "progressive.jpg": lambda: encoded(photo(), "JPEG", progressive=True),
    "corrupt-exif.jpg": lambda: encoded(photo(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + bytes(30)),
    "corrupt-profile.jpg": lambda: encoded(photo(), "JPEG", icc_profile=b"no profile" * 9),
    "invisible.png": lambda: encoded(Image.new("RGBA", (60, 40), (9, 9, 9, 0)), "PNG"),
    "not-numbers.tif": _not_numbers,
    "pages.tif": lambda: _animation("TIFF", 3),
    "animated.webp": lambda: _animation("WEBP", 5),
    "animated.png": lambda: _animation("PNG", 5),
    "two-cameras.mpo": lambda: encoded(photo(), "MPO", save_all=True, append_images=[photo()]),
    "photo.avif": lambda: encoded(photo(), "AVIF"),
    "photo.jp2": lambda: encoded(photo(), "JPEG2000"),
    "photo.ppm": lambda: encoded(photo(), "PPM"),
    "photo.bmp": lambda: encoded(photo(), "BMP"),
    "photo.ico": lambda: encoded(photo().resize((60, 40)), "ICO", sizes=[(60, 40)]),
    "constant.png": lambda: encoded(Image.new("RGB", (60, 40), (7, 7, 7)), "PNG"),
    "text-inside.png": _with_text,
    "a b 图 # % ? &.png": lambda: encoded(photo(), "PNG"),
    f"{'n' * 240}.png": lambda: encoded(photo(), "PNG"),
    "line\nbreak.png": lambda: encoded(photo(), "PNG"),
    "-rf.png": lambda: encoded(photo(), "PNG"),
    "%s{}.png": lambda: encoded(photo(), "PNG"),
}
EITHER: dict[str, Callable[[], bytes]] = {
    "bad-data-crc.png": lambda: _corrupted(encoded(photo(), "PNG"), 60),
    "text-bomb.png": _text_bomb,
    "1x1.png": lambda: encoded(Image.new("RGB", (1, 1), "red"), "PNG"),
    "high.png": lambda: encoded(Image.new("L", (1, 8000), 9), "PNG"),
    "wide.png": lambda: encoded(Image.new("L", (8000, 1), 9), "PNG"),
    "lab.tif": lambda: encoded(Image.new("LAB", (60, 40), (90, 130, 120)), "TIFF"),
}


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
