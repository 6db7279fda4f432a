"""Tables as text: what is pasted elsewhere shows what the window shows, whatever signs are in it."""

import csv
import io
from dataclasses import replace

import pytest

from explorer.graph.export.listing import Form, latex_text, markdown_code, markdown_text, write
from explorer.graph.rows import Column, Listing, Row
from tests.graph.graphs import carried


def odd(path: str, kind: str) -> tuple[Listing, Row]:
    listing = Listing(carried("lenet"))
    return listing, replace(listing.rows[0], path=path, kind=kind)


def test_markdown_has_heads_rows_and_sums() -> None:
    listing = Listing(carried("lenet"))
    lines = write(listing, listing.rows, Form.MARKDOWN).splitlines()
    assert lines[0].startswith("| # | Layer | Kind | Output | Parameters |")
    assert lines[1] == "| ---: | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    assert "| 4 | `features.3` | Conv2d | 16×10×10 | 2,416 | 3.9% | 240,000 | 57.6% | 6.40 KB | 14×14 |" in lines
    assert len(lines) == len(listing.rows) + 3
    assert lines[-1].startswith("|  | **Total** |  |  | **61,706** | **100.0%** | **416,520** |")
    assert {line.count("|") for line in lines} == {11}


def test_sums_are_those_of_the_chosen_rows() -> None:
    listing = Listing(carried("lenet"))
    chosen = [row for row in listing.rows if row.kind == "Conv2d"]
    last = write(listing, chosen, Form.MARKDOWN).splitlines()[-1]
    assert f"**{sum(row.params for row in chosen):,}**" in last
    assert "100.0%" not in last


def test_csv_is_read_back_as_it_was() -> None:
    listing, row = odd('a,b "c"', "My\nLayer")
    read = list(csv.reader(io.StringIO(write(listing, [row], Form.CSV))))
    assert len(read) == 2
    cells = dict(zip(read[0], read[1], strict=True))
    assert (cells["Layer"], cells["Kind"]) == ('a,b "c"', "My\nLayer")
    assert cells["Parameters"] == str(row.params)
    assert cells["Output"] == "6x28x28"
    assert float(cells["% params"]) == pytest.approx(row.params / 61_706, abs=1e-6)


def test_csv_of_all_layers_adds_up() -> None:
    listing = Listing(carried("resnet18"))
    rows = list(csv.DictReader(io.StringIO(write(listing, listing.rows, Form.CSV))))
    assert sum(int(row["Parameters"]) for row in rows) == listing.total.params
    assert sum(int(row["Activations"]) for row in rows) == listing.total.activation_bytes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_cell_is_that_of_its_row(language: str) -> None:
    listing = Listing(carried("torchvision/swin_t"), with_blocks=True)
    lines = write(listing, listing.rows, Form.MARKDOWN, language).splitlines()[2:-1]
    read = list(csv.reader(io.StringIO(write(listing, listing.rows, Form.CSV, language))))[1:]
    for row, line, bare in zip(listing.rows, lines, read, strict=True):
        cells = [listing.written(row, column, language) for column in Column]
        shown = [cell.strip(" `").replace("\\", "") for cell in line.split("|")[1:-1]]
        assert shown == cells
        assert bare[1:4] == [row.path, row.kind, cells[3].replace("×", "x")]
        assert [int(bare[place]) for place in (4, 6, 8)] == [row.params, row.macs, row.activation_bytes]
        assert bare[9] == ("" if row.field is None else cells[9].replace("×", "x"))


def test_latex_is_a_table_with_as_many_cells_in_each_row() -> None:
    listing = Listing(carried("lenet"))
    text = write(listing, listing.rows, Form.LATEX)
    lines = text.splitlines()
    assert "\\begin{tabular}{rlllrrrrrr}" in lines
    rows = [line for line in lines if line.endswith(r" \\")]
    assert len(rows) == len(listing.rows) + 2
    assert {line.replace(r"\&", "").count("&") for line in rows} == {len(Column) - 1}
    assert r"16$\times$10$\times$10" in text
    assert r"3.9\%" in text
    assert text.count("\\begin") == text.count("\\end") == 1


def test_signs_of_latex_are_printed_as_they_are() -> None:
    listing, row = odd(r"a_b&c#1\d", "50%{x}~^$|<>")
    text = write(listing, [row], Form.LATEX)
    assert r"a\_b\&c\#1\textbackslash{}d" in text
    assert r"50\%\{x\}\textasciitilde{}\textasciicircum{}\$\textbar{}$<$$>$" in text
    assert latex_text("块") == "块"


def test_signs_of_markdown_are_shown_as_they_are() -> None:
    listing, row = odd("a|b`c", "_Dense|Layer_*")
    line = write(listing, [row], Form.MARKDOWN).splitlines()[2]
    assert r"a\|b\`c" in line
    assert r"\_Dense\|Layer\_\*" in line
    assert line.replace(r"\|", "").count("|") == 11
    assert markdown_code("a.b") == "`a.b`"
    assert markdown_text("<b>") == r"\<b\>"


def test_heads_and_words_are_in_the_language_asked_for() -> None:
    listing = Listing(carried("lenet"))
    text = write(listing, listing.rows, Form.MARKDOWN, "zh")
    assert "| 层 | 类型 | 输出形状 | 参数量 |" in text
    assert "整幅图像" in text
    assert "**合计**" in text


def test_latex_says_what_chinese_needs() -> None:
    listing = Listing(carried("lenet"))
    first = [write(listing, listing.rows, Form.LATEX, language).splitlines()[0] for language in ("en", "zh")]
    assert first == [
        "% needs \\usepackage{booktabs}",
        "% needs \\usepackage{booktabs} and \\usepackage{ctex}, with XeLaTeX",
    ]
