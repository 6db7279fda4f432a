"""Every known network in every form: each file is what its ending says, and bad places are one clear line."""

import csv
import errno
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from PIL import Image

from explorer import catalogue
from explorer.app import BAD_INPUT, main
from explorer.catalogue import LECTURE
from explorer.errors import ExplorerError
from explorer.graph import export
from explorer.graph.export import Request, code, fonts, listing, pdf, png, svg, table
from explorer.graph.export.items import Face, Words
from explorer.graph.export.page import page
from tests.graph.export.drawing import request_of

SVG = "{http://www.w3.org/2000/svg}"
LECTURES = sorted(card.name for card in catalogue.cards().values() if card.family == LECTURE)
ZOO = sorted(set(catalogue.cards()) - set(LECTURES))
DAILY = ("densenet", "lenet_bn", "mnist_inception", "mnist_residual")  # dense, chain, branches, skips
DETAILS = ("stages", "blocks", "layers", "operations")
ROOT = Path(__file__).resolve().parents[3]


def check_svg(request: Request) -> None:
    root = ET.fromstring(svg.render(request).content)
    assert root.tag == f"{SVG}svg"
    assert "Inter" in root.attrib["font-family"]
    drawn = page(request)
    assert float(root.attrib["width"]) == pytest.approx(drawn.width, abs=0.01)
    written = [element.text for element in root.iter(f"{SVG}text")]
    assert written == [item.text for item in drawn.items if isinstance(item, Words)]


def check_pdf(request: Request) -> None:
    document = pypdfium2.PdfDocument(pdf.render(request).content)
    assert len(document) == 1
    words = document[0].get_textpage().get_text_range().replace("\r\n", "\n")
    for item in page(request).items:
        if isinstance(item, Words) and item.text.isascii():
            assert item.text in words, item.text
    document.close()


def check_png(request: Request, scale: float) -> None:
    drawn = page(request)
    with Image.open(io.BytesIO(png.render(replace(request, scale=scale)).content)) as image:
        assert image.size == (-int(-drawn.width * scale // 1), -int(-drawn.height * scale // 1))
        assert image.convert("L").getextrema() != (255, 255)


def check_tables(request: Request) -> None:
    graph = request.graph
    data = json.loads(table.render(replace(request, suffix=".json")).content)
    assert data["params"] == graph.params
    rows = list(csv.DictReader(io.StringIO(listing.render(replace(request, suffix=".csv")).content.decode())))
    assert sum(int(row["Parameters"]) for row in rows) == graph.params
    markdown = table.render(replace(request, suffix=".md")).content.decode()
    assert f"**{graph.params:,}**" in markdown
    latex = listing.render(replace(request, suffix=".tex")).content.decode()
    assert latex.count("{") == latex.count("}")
    assert latex.rstrip().endswith("\\end{tabular}")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in DAILY else [pytest.mark.slow]) for name in LECTURES]
)
def test_every_lecture_network_in_every_form(name: str) -> None:
    for language in ("en", "zh"):
        for figure in (False, True):
            request = replace(request_of(name, detail="blocks", language=language), figure=figure)
            check_svg(request)
            check_pdf(request)
    check_png(request_of(name, detail="blocks"), 0.4)
    check_tables(request_of(name))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ZOO)
def test_every_network_of_the_zoo_in_every_form(name: str) -> None:
    for detail in DETAILS:
        check_svg(request_of(name, detail=detail, language="zh"))
    for figure in (False, True):
        request = replace(request_of(name, detail="blocks"), figure=figure)
        check_pdf(request)
        check_png(request, 0.3)
    check_tables(request)
    compile(code.source(catalogue.find(name).default_choice()), name, "exec")


@pytest.mark.parametrize("detail", DETAILS)
def test_the_whole_scene_is_written_not_what_is_seen(detail: str) -> None:
    request = request_of("googlenet", detail=detail)
    drawn = page(request)
    assert drawn.height > request.picture.height
    assert drawn.width > request.picture.width


@pytest.mark.skipif(fonts.chinese(Face.REGULAR) is None, reason="no Chinese font on this system")
def test_chinese_words_of_a_pdf_can_be_searched() -> None:
    document = pypdfium2.PdfDocument(pdf.render(replace(request_of("resnet18", language="zh"), figure=True)).content)
    words = document[0].get_textpage().get_text_range()
    assert "批量规范化" in words
    assert "最大汇聚" in words
    document.close()


def test_every_font_of_a_figure_is_embedded() -> None:
    content = pdf.render(replace(request_of("googlenet"), figure=True)).content
    assert len(re.findall(rb"/Type /FontDescriptor", content)) == len(re.findall(rb"/FontFile2 ", content)) == 2


def test_one_pdf_after_the_other_has_all_its_letters() -> None:
    for name, word in (("lenet", "LeNet"), ("densenet", "DenseNet"), ("vgg11", "VGG-11"), ("alexnet", "AlexNet")):
        document = pypdfium2.PdfDocument(pdf.render(request_of(name)).content)
        assert document[0].get_textpage().get_text_range().startswith(word)
        document.close()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "lenet.svg"
    target.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        export.write(request_of("lenet"), target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_cannot_be_written_is_one_line_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain_file = tmp_path / "file"
    plain_file.write_text("not a folder")
    tries = {
        "graph.gif": r"ending.*Choose one of",
        "graph": r"ending.*Choose one of",
        str(plain_file / "graph.svg"): r"cannot be written",
    }
    for out, said in tries.items():
        assert main(["export", "lenet", "--out", out]) == BAD_INPUT
        told = capsys.readouterr()
        assert told.out == ""
        (line,) = told.err.strip().splitlines()
        assert re.search(said, line)


@pytest.mark.parametrize(("name", "figure"), [("lenet.md", True), ("lenet.xyz", False)])
def test_a_form_that_there_is_not_is_refused_before_anything_is_built(name: str, figure: bool) -> None:
    with pytest.raises(ExplorerError, match="Choose one of"):
        export.check(Path(name), figure=figure)
