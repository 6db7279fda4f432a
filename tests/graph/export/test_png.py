"""PNG: the whole page, in smooth shapes and legible words."""

import io
from dataclasses import replace
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from PIL import Image

from explorer.errors import ExplorerError
from explorer.graph.export import Request, colours, fonts, png
from explorer.graph.export.display import display
from explorer.graph.export.items import Face, Rectangle, Words
from explorer.graph.model import Category
from tests.graph.export.drawing import request_of

needs_chinese = pytest.mark.skipif(fonts.chinese(Face.REGULAR) is None, reason="no Chinese font on this system")


def picture_of(request: Request) -> Image.Image:
    return Image.open(io.BytesIO(png.render(request).content)).convert("RGB")


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_size_and_colours(scale: float) -> None:
    request = replace(request_of("lenet", theme="dark"), scale=scale)
    page, image = display(request), picture_of(request)
    assert image.size == (ceil(page.width * scale), ceil(page.height * scale))
    assert image.getpixel((1, 1)) == colours.channels(colours.THEMES["dark"].window)
    bar = next(
        item
        for item in page.items
        if isinstance(item, Rectangle) and item.fill == colours.CATEGORIES[Category.CONVOLUTION]
    )
    middle = (int((bar.x + 2.5) * scale), int((bar.y + bar.height / 2) * scale))
    assert image.getpixel(middle) == colours.channels(colours.CATEGORIES[Category.CONVOLUTION])


def test_the_strips_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    page = display(request_of("mnist_residual", detail="operations"))
    monkeypatch.setattr(png, "_STRIP", 97)
    in_strips = np.asarray(png.image(page, 1.0))
    monkeypatch.setattr(png, "_STRIP", 100_000)
    at_once = np.asarray(png.image(page, 1.0))
    assert in_strips.shape == at_once.shape
    difference = np.abs(in_strips.astype(int) - at_once.astype(int)).max(axis=(1, 2))
    assert (difference > 8).sum() <= 2  # a glyph at a seam may be rounded differently


@needs_chinese
def test_chinese_labels_are_drawn() -> None:
    request = request_of("lenet", language="zh")
    page, image = display(request), np.asarray(picture_of(request)).astype(int)
    word = next(item for item in page.items if isinstance(item, Words) and item.text == "输入")
    top, left = round(word.y - word.size), round(word.x)
    area = image[top : round(word.y + 3), left : left + round(word.width)]
    assert 0.1 < (area.sum(axis=2) < 384).mean() < 0.6


def test_without_a_chinese_font_it_is_english_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda face: None)
    written = png.render(request_of("lenet", language="zh"))
    assert written.notes == (fonts.NO_CHINESE_FONT,)
    assert written.content == png.render(request_of("lenet", language="en")).content


def test_a_huge_picture_is_drawn_smaller_but_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_MOST_PIXELS", 100_000)
    request = request_of("lenet")
    written = png.render(request)
    width, height = Image.open(io.BytesIO(written.content)).size
    page = display(request)
    assert 80_000 < width * height < 105_000
    assert width / height == pytest.approx(page.width / page.height, rel=0.02)
    assert "very large" in str(written.notes[0])


@pytest.mark.parametrize("scale", [0.0, -1.0, 1000.0, float("nan")])
def test_an_impossible_scale_is_refused(scale: float) -> None:
    with pytest.raises(ExplorerError, match=r"Choose 0\.1 to 10"):
        png.render(replace(request_of("lenet"), scale=scale))


def test_dashes_go_all_the_way_round() -> None:
    frame = Rectangle(10, 20, 100, 60, 12, stroke="#000000", is_dashed=True)
    dashes = list(png._dashes(png._outline(frame)))
    lengths = [sum(np.hypot(*np.subtract(b, a)) for a, b in pairwise(dash)) for dash in dashes]
    around = 2 * (100 + 60) - 8 * 12 + 8 * 9.7  # round corners are shorter
    assert len(dashes) == pytest.approx(around / 8.4, abs=2)
    assert all(length == pytest.approx(4.8, abs=0.05) for length in lengths[:-1])
    xs = [x for dash in dashes for x, _ in dash]
    assert min(xs) == pytest.approx(10)
    assert max(xs) == pytest.approx(110)
