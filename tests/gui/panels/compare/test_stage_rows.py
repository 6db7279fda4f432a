"""The rows of the table, and the copies that are taken of it."""

import csv
import io

import pytest

from explorer.gui import text
from explorer.gui.panels.compare import stage_rows
from explorer.gui.panels.compare.stage_rows import Cell, Figure, cells, difference, network_cells, ratio, rows
from tests.gui.panels.compare.beside import REFERENCE, THIRD, told


@pytest.mark.parametrize(
    "names", [("lenet", "alexnet"), ("vgg11", "nin"), ("resnet18", "resnet18_preact"), ("lenet", "vgg11", "nin")]
)
def test_first_row_is_the_whole_and_the_stages_add_up_to_it(names: tuple[str, ...]) -> None:
    comparison = told(*names)
    whole, *stages = rows(comparison)
    assert whole.stage is None
    for side, graph in enumerate(comparison.graphs):
        for name in ("params", "macs", "activation_bytes"):
            parts = [getattr(row.sides[side], name) or 0 for row in stages]
            assert sum(parts) == getattr(whole.sides[side], name) == getattr(graph, name)


def test_cells_tell_both_sides_and_the_difference() -> None:
    whole, *stages = rows(told("lenet", "alexnet"))
    name, params, *_ = cells(whole)
    assert name == Cell("Whole network", "1×28×28 → 1×224×224")
    assert params == Cell("61.7 K → 46.8 M", "+46.7 M · ×758")
    alone = cells(next(row for row in stages if not row.sides[REFERENCE].is_there))
    assert alone[1] == Cell("– → 615 K")
    assert alone[4] == Cell("– → 51")
    head = cells(stages[-1])
    assert head[4] == Cell("whole image", "the same")


def test_equal_sides_are_told_once() -> None:
    whole, *_ = rows(told("resnet18", "resnet18_preact"))
    assert cells(whole)[2] == Cell("1.73 G", "the same")


def test_of_more_than_two_each_is_told_beside_the_reference() -> None:
    whole, *stages = rows(told("lenet", "alexnet", "vgg11"))
    reference, second, third = network_cells(whole)
    params = Figure("Params", "61.7 K")
    assert params in reference.figures
    assert Figure("Params", "46.8 M", "×758") in second.figures
    assert [each.ratio for each in reference.figures] == [""] * len(reference.figures)
    assert reference.sentence == ""
    assert "11 layers deep" in third.sentence
    alone = next(row for row in stages if not row.sides[REFERENCE].is_there and row.sides[THIRD].is_there)
    assert network_cells(alone)[REFERENCE].words == "–."
    assert [each.ratio for each in network_cells(alone)[THIRD].figures] == [""] * len(reference.figures)


@pytest.mark.parametrize(
    ("times", "words"),
    [(2.6, "×2.6"), (760.0, "×760"), (2252.4, "×2\u202f252"), (1.13, "+13%"), (0.33, "−67%"), (0.0003, "−99.97%")],
)
def test_ratio(times: float, words: str) -> None:
    assert ratio(times) == words


def test_difference_has_a_sign() -> None:
    assert (difference(156, 11712), difference(11712, 156)) == ("+11.6 K", "−11.6 K")


def test_csv_has_exact_numbers_in_a_row_for_each_network() -> None:
    comparison = told("vgg11", "nin", "lenet")
    head, *lines = csv.reader(io.StringIO(stage_rows.as_csv(comparison)))
    params = head.index("Parameters")
    assert [line[:2] for line in lines[:3]] == [["Whole network", name] for name in ("VGG-11", "NiN", "LeNet")]
    assert [line[params] for line in lines[:3]] == ["128806154", "1992166", "61706"]
    of_first = [line for line in lines[3:] if line[1] == "VGG-11"]
    assert sum(int(line[params] or 0) for line in of_first) == 128806154
    assert len(lines) == 3 * (1 + len(comparison.stages))
    assert all(len(line) == len(head) for line in lines)


def test_markdown_has_a_row_for_each_stage_and_as_many_cells() -> None:
    comparison = told("lenet", "alexnet")
    title, _, *lines = stage_rows.as_markdown(comparison).splitlines()
    assert title == "## LeNet → AlexNet"
    assert len(lines) == 2 + 1 + len(comparison.stages)
    assert {line.count("|") for line in lines} == {7}


def test_markdown_of_more_has_a_row_for_each_network_and_as_many_cells() -> None:
    comparison = told("lenet", "alexnet", "vgg11")
    title, _, *lines = stage_rows.as_markdown(comparison).splitlines()
    assert title == "## LeNet → AlexNet → VGG-11"
    assert len(lines) == 2 + 3 * (1 + len(comparison.stages))
    assert len({line.count("|") for line in lines}) == 1


def test_copies_are_in_the_language_of_the_window() -> None:
    text.set_language("zh")
    assert "整个网络" in stage_rows.as_markdown(told("lenet", "alexnet"))
