"""The way to a layer."""

import pytest

from explorer.graph.trail import name, trail
from tests.graph.graphs import carried


def test_from_the_outermost_block_to_the_layer() -> None:
    graph = carried("googlenet")
    steps = trail(graph, ("node", graph.by_path["b3.0.p2_2"].index))
    assert [words for _, words in steps] == ["b3", "b3.0", "p2_2"]
    assert [graph.blocks[index].path for (kind, index), _ in steps if kind == "block"] == ["b3", "b3.0"]
    assert steps[-1][0] == ("node", graph.by_path["b3.0.p2_2"].index)


def test_a_block_is_the_end_of_its_own_way_and_the_model_has_none() -> None:
    graph = carried("googlenet")
    block = next(block for block in graph.blocks if block.path == "b3.0")
    assert trail(graph, ("block", block.index))[-1] == (("block", block.index), "b3.0")
    assert trail(graph, ("block", 0)) == ()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("b3.0.p2_2", "p2_2"),
        ("features.1.0", "features.1.0"),
        ("features.1.0.block", "block"),
        ("features.1.0.block.0", "block.0"),
        ("b3.0.relu#2", "relu#2"),
        ("head.0#2", "head.0#2"),
        ("0", "0"),
    ],
)
def test_a_number_comes_with_what_it_counts(path: str, words: str) -> None:
    assert name(path) == words
