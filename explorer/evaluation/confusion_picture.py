"""A confusion matrix as a picture for a paper or a slide."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer import atomic, paths
from explorer.evaluation.heat import heat
from explorer.evaluation.summary import Summary

_SIDE = 1200  # px that the matrix may take; a cell has at least one
_LARGEST_CELL = 64
_LEAST_NAMED = 9  # px of a cell beside which there is room for a name
_LEAST_NUMBERED = 30
_INK, _PALE_INK, _PAPER = (20, 22, 27), (255, 255, 255), (255, 255, 255)
_RIGHT, _WRONG = (43, 102, 217), (191, 43, 53)  # of cells that are full: right answers, mistakes
_MARGIN = 24
_LONGEST_NAME = 220


def write(summary: Summary, file: Path) -> None:
    """Writes a PNG: rows are true classes; right answers in blue, mistakes in red, both by their share of the row.

    Raises:
        OSError: The file cannot be written.
    """
    buffer = io.BytesIO()
    draw(summary).save(buffer, "PNG")
    atomic.write_bytes(file, buffer.getvalue())


def draw(summary: Summary) -> Image.Image:
    """The picture on white."""
    names, count = summary.names, max(1, len(summary.names))
    cell = max(1, min(_LARGEST_CELL, _SIDE // count))
    font = _font(max(9, min(18, cell - 2)))
    is_named = cell >= _LEAST_NAMED
    widest = int(max((font.getlength(name) for name in names), default=0)) if is_named else 0
    head = min(widest, _LONGEST_NAME) + 12 if is_named else 0
    side = cell * count
    picture = Image.new("RGB", (_MARGIN * 2 + head + side, _MARGIN * 2 + head + side), _PAPER)
    origin = _MARGIN + head
    picture.paste(_cells(summary, cell), (origin, origin))
    pen = ImageDraw.Draw(picture)
    if is_named:
        _draw_names(picture, names, font, cell, origin, head)
    pen.rectangle((origin - 1, origin - 1, origin + side, origin + side), outline=(200, 204, 212))
    if cell >= _LEAST_NUMBERED:
        _draw_numbers(pen, summary, cell, origin)
    return picture


def _cells(summary: Summary, cell: int) -> Image.Image:
    levels = heat(summary.confusion, is_share=True, is_log=True, mutes_diagonal=True)
    pixels = _ramp(levels.levels, _WRONG)
    if levels.diagonal is not None:
        places = np.arange(len(pixels))
        pixels[places, places] = _ramp(levels.diagonal, _RIGHT)
    return Image.fromarray(pixels.repeat(cell, 0).repeat(cell, 1))


def _ramp(levels: np.ndarray, full: tuple[int, int, int]) -> np.ndarray:
    part = levels[..., None].astype(np.float32) / 255
    return np.asarray(np.rint(255 + (np.array(full, np.float32) - 255) * part), np.uint8)


def _draw_names(
    picture: Image.Image, names: tuple[str, ...], font: ImageFont.FreeTypeFont, cell: int, origin: int, head: int
) -> None:
    pen = ImageDraw.Draw(picture)
    for index, name in enumerate(names):
        words = _shortened(name, font)
        middle = origin + index * cell + cell / 2
        pen.text((origin - 8, middle), words, _INK, font, anchor="rm")
        strip = Image.new("RGB", (head, cell), _PAPER)
        ImageDraw.Draw(strip).text((4, cell / 2), words, _INK, font, anchor="lm")
        picture.paste(strip.transpose(Image.Transpose.ROTATE_90), (origin + index * cell, origin - head))


def _draw_numbers(pen: ImageDraw.ImageDraw, summary: Summary, cell: int, origin: int) -> None:
    font = _font(max(9, cell // 4))
    levels = heat(summary.confusion, is_share=True, is_log=True, mutes_diagonal=True)
    for row, column in np.argwhere(summary.confusion).tolist():
        is_right = row == column and levels.diagonal is not None
        level = levels.diagonal[row] if is_right and levels.diagonal is not None else levels.levels[row, column]
        place = (origin + column * cell + cell / 2, origin + row * cell + cell / 2)
        ink = _PALE_INK if level > 140 else _INK
        pen.text(place, str(summary.confusion[row, column]), ink, font, anchor="mm")


def _shortened(name: str, font: ImageFont.FreeTypeFont) -> str:
    while font.getlength(name) > _LONGEST_NAME and len(name) > 2:
        name = name[:-2] + "…"
    return name


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(paths.resources() / "fonts" / "Inter-Regular.otf"), size)
