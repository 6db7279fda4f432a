"""PDF: one page of vectors with embedded fonts."""

import io
import re
from dataclasses import replace

import pytest
from fontTools.ttLib import TTFont

from explorer.graph.export import fonts, outlines, pdf
from explorer.graph.export.display import display
from explorer.graph.export.items import Face
from tests.graph.export.drawing import request_of

needs_chinese = pytest.mark.skipif(fonts.chinese(Face.REGULAR) is None, reason="no Chinese font on this system")


def media_box(content: bytes) -> tuple[float, float]:
    found = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)
    assert found is not None
    return float(found[1]), float(found[2])


def test_one_page_as_large_as_the_drawing_with_all_fonts_inside() -> None:
    request = request_of("lenet")
    content = pdf.render(request).content
    assert content.startswith(b"%PDF-")
    page = display(request)
    assert media_box(content) == pytest.approx((page.width * 0.75, page.height * 0.75), abs=0.01)
    assert len(re.findall(rb"/Type /Page\b", content)) == 1
    assert len(re.findall(rb"/FontFile2 ", content)) == 3  # regular, semi-bold, monospaced
    assert b"LeNet" in content  # the document's title


def test_the_same_drawing_gives_the_same_file() -> None:
    request = request_of("lenet", theme="dark")
    assert pdf.render(request).content == pdf.render(request).content


@needs_chinese
def test_chinese_fonts_are_embedded_too() -> None:
    content = pdf.render(request_of("lenet", language="zh")).content
    assert len(re.findall(rb"/FontFile2 ", content)) == 5


def test_without_a_chinese_font_it_is_english_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda face: None)
    written = pdf.render(request_of("lenet", language="zh"))
    assert written.notes == (fonts.NO_CHINESE_FONT,)
    assert written.content == pdf.render(request_of("lenet")).content


def test_a_tall_picture_is_made_smaller() -> None:
    request = request_of("lenet")
    tall = replace(request, picture=replace(request.picture, height=60_000.0))
    width, height = media_box(pdf.render(tall).content)
    assert height == pytest.approx(14_400)
    assert width < 200


@pytest.mark.parametrize("face", [Face.REGULAR, Face.SEMIBOLD, Face.MONO])
def test_a_part_of_a_font_keeps_shapes_and_widths(face: Face) -> None:
    whole = TTFont(fonts.own(face).path)
    part = TTFont(io.BytesIO(outlines.truetype(fonts.own(face), set("3×3 conv, 128"))))
    assert "glyf" in part
    assert "CFF " not in part
    for character in "3×conv,128 ":
        before, after = whole.getBestCmap()[ord(character)], part.getBestCmap()[ord(character)]
        assert part["hmtx"][after][0] == whole["hmtx"][before][0]
    assert ord("Z") not in part.getBestCmap()
    bounds = part["glyf"][part.getBestCmap()[ord("8")]]
    assert 0.6 < bounds.yMax / whole["head"].unitsPerEm < 0.8
