"""The table of a graph: rows, shares, sums and what rows are sorted by."""

import math
from dataclasses import replace

import pytest

from explorer.bilingual import Text
from explorer.graph.export.listing import Form, write
from explorer.graph.model import Category, Mismatch, ReceptiveField
from explorer.graph.rows import Column, Listing, field_words, percent, total
from tests.graph.graphs import carried


def test_every_layer_is_a_row_and_the_ends_are_not() -> None:
    graph = carried("googlenet")
    listing = Listing(graph)
    assert [row.path for row in listing.rows] == [
        node.path for node in graph.nodes if node.category not in (Category.INPUT, Category.OUTPUT)
    ]
    assert [row.number for row in listing.rows] == list(range(1, len(listing.rows) + 1))
    assert (listing.total.params, listing.total.macs) == (graph.params, graph.macs)
    assert listing.total.layers == len(listing.rows)


def test_where_shapes_do_not_fit_the_row_says_so_in_place_of_a_shape() -> None:
    graph = carried("lenet")
    failing = next(node.index for node in graph.nodes if node.path == "features.3")
    listing = Listing(replace(graph, mismatch=Mismatch(failing, (failing - 1,), Text("no", "否"))))
    bad = [row for row in listing.rows if not row.fits]
    assert [row.path for row in bad] == ["features.3"]
    assert listing.written(bad[0], Column.OUTPUT) == "does not fit"
    assert listing.written(bad[0], Column.OUTPUT, "zh") == "尺寸不匹配"
    assert ",Conv2d,does not fit," in write(listing, listing.rows, Form.CSV, "en")
    assert all(row.fits for row in Listing(graph).rows)


def test_blocks_come_before_what_is_in_them_and_are_not_added_up() -> None:
    graph = carried("resnet18")
    listing = Listing(graph, with_blocks=True)
    paths = [row.path for row in listing.rows]
    assert len(listing.rows) == len(Listing(graph).rows) + len(graph.blocks) - 1
    assert paths.index("b2") < paths.index("b2.0") < paths.index("b2.0.conv1")
    assert listing.total == Listing(graph).total
    block = next(row for row in listing.rows if row.path == "b2.0")
    assert block.params == sum(row.params for row in listing.rows if row.path.startswith("b2.0.") and not row.is_block)
    assert block.number == 0
    assert total([block]).params == 0


def test_rows_stand_as_deep_as_their_blocks() -> None:
    rows = {row.path: row.depth for row in Listing(carried("resnet18"), with_blocks=True).rows}
    assert (rows["b2"], rows["b2.0"], rows["b2.0.conv1"]) == (0, 1, 2)
    assert {rows[path] for path in rows if "." not in path} == {0}


def test_outputs_are_sorted_by_how_many_numbers_they_have() -> None:
    listing = Listing(carried("lenet"))
    rows = sorted(listing.rows, key=lambda row: listing.key(row, Column.OUTPUT))
    sizes = [math.prod(row.output_shape) for row in rows]
    assert sizes == sorted(sizes)
    assert sizes[0] == 10
    assert rows[-1].output_shape == (6, 28, 28)


def test_shares_of_layers_add_up_to_the_whole() -> None:
    listing = Listing(carried("alexnet"))
    for column in (Column.PARAMS_SHARE, Column.MACS_SHARE):
        assert sum(listing.share(row, column) for row in listing.rows) == pytest.approx(1)
        assert listing.amount(listing.total, column) == "100.0%"


def test_cells_of_a_known_layer() -> None:
    listing = Listing(carried("lenet"))
    row = next(row for row in listing.rows if row.path == "features.3")
    cells = [listing.written(row, column) for column in Column]
    assert cells == ["4", "features.3", "Conv2d", "16×10×10", "2,416", "3.9%", "240,000", "57.6%", "6.40 KB", "14×14"]
    last = listing.rows[-1]
    assert listing.written(last, Column.FIELD, "zh") == "整幅图像"


def test_rows_without_costs_show_dashes() -> None:
    listing = Listing(carried("lenet"))
    pool = next(row for row in listing.rows if row.kind == "AvgPool2d")
    assert [listing.written(pool, column) for column in (Column.PARAMS, Column.MACS, Column.MACS_SHARE)] == ["–"] * 3


@pytest.mark.parametrize("name", ["lenet", "resnet18", "torchvision/densenet201"])
def test_sums_below_the_table_are_those_of_the_network(name: str) -> None:
    graph = carried(name)
    total = Listing(graph).total
    assert (total.params, total.macs, total.activation_bytes) == (graph.params, graph.macs, graph.activation_bytes)


def test_numbers_are_sorted_as_numbers() -> None:
    listing = Listing(carried("googlenet"), with_blocks=True)
    for column, amount in ((Column.PARAMS, "params"), (Column.MACS_SHARE, "macs"), (Column.MEMORY, "activation_bytes")):
        ordered = sorted(listing.rows, key=lambda row, column=column: listing.key(row, column))
        amounts = [getattr(row, amount) for row in ordered]
        assert amounts == sorted(amounts)
    by_field = sorted(listing.rows, key=lambda row: listing.key(row, Column.FIELD))
    assert by_field[-1].field.whole
    assert [row.path for row in sorted(listing.rows, key=lambda row: listing.key(row, Column.NUMBER))] == [
        row.path for row in listing.rows
    ]


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "–"), (0.0001, "<0.1%"), (0.0005, "0.1%"), (0.4567, "45.7%"), (1.0, "100.0%")]
)
def test_small_shares_are_not_called_nothing(share: float, words: str) -> None:
    assert percent(share) == words


def test_fields() -> None:
    assert field_words(None) == "–"
    assert field_words(ReceptiveField((7, 5), (2, 2), (0.5, 0.5))) == "7×5"
