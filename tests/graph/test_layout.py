"""Layouts have no faults, whatever is open; and look as a reader expects."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import catalogue
from explorer.graph import labels, views, viewtree
from explorer.graph.layout import Layouter, _Layout, layout
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Box, Picture
from explorer.graph.plan import Plan
from explorer.graph.viewtree import Group
from tests.graph import geometry
from tests.graph.graphs import any_graphs, carried, made_up

LECTURE = [card.name for card in catalogue.cards().values() if card.family == catalogue.LECTURE]
ZOO = [card.name for card in catalogue.cards().values() if card.family == catalogue.ZOO]
QUICK = [
    f"torchvision/{name}"
    for name in ("googlenet", "densenet121", "efficientnet_b0", "swin_t", "shufflenet_v2_x1_0", "squeezenet1_0")
]


def check(name: str, *choices: tuple[bool, bool]) -> None:
    """Every level of detail, with equal blocks folded or not, and with layers joined to others or not."""
    graph = carried(name)
    is_grid = "swin_v2" in name  # its attention is no series of parts side by side: there wires do cross
    for detail in views.Detail:
        for folds, joins in choices:
            picture = layout(graph, views.open_blocks(graph, detail), fold_repeats=folds, join_layers=joins)
            assert geometry.faults(graph, picture) == [], f"{name} at {detail}"
            assert is_grid or geometry.crossings(picture) == 0, f"{name} at {detail}"


@pytest.mark.parametrize("name", LECTURE + QUICK)
def test_no_faults_at_any_detail(name: str) -> None:
    check(name, (False, False), (True, True))


@pytest.mark.slow
@pytest.mark.parametrize("name", LECTURE + ZOO)
def test_no_faults_at_any_detail_of_any_known_network(name: str) -> None:
    check(name, (False, False), (True, True), (True, False), (False, True))


def test_all_known_networks_are_looked_at() -> None:
    assert (len(LECTURE), len(ZOO)) == (12, 80)


def _broken(picture: Picture, what: str) -> Picture:
    boxes, wires, frames = list(picture.boxes), list(picture.wires), list(picture.frames)
    if what == "box":
        boxes[3] = boxes[3]._replace(x=boxes[4].x, y=boxes[4].y - 10)
    elif what == "narrow":
        boxes[3] = boxes[3]._replace(width=60.0)
    elif what == "frame":
        frames[1] = frames[1]._replace(height=frames[1].height - 60)
    elif what == "lost":
        del wires[5]
    elif what == "invented":
        wires.append(wires[5]._replace(targets=(wires[5].source,)))
    elif what == "open":
        x, y = wires[5].points[0]
        wires[5] = wires[5]._replace(points=((x, y), (x, y + 3)))
    elif what == "through":
        wires[5] = wires[5]._replace(points=((wires[5].points[0][0], 0.0), *wires[5].points[1:]))
    return replace(picture, boxes=tuple(boxes), wires=tuple(wires), frames=tuple(frames))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("box", "boxes overlap"),
        ("narrow", "words wider than their box"),
        ("frame", "cuts box"),
        ("lost", "is lost"),
        ("lost", "no way leads to"),
        ("invented", "reads nothing that it carries"),
        ("open", "ends in the open"),
        ("through", "runs through a box"),
    ],
)
def test_what_is_wrong_with_a_picture_is_found(what: str, words: str) -> None:
    graph = carried("resnet18")
    picture = layout(graph, views.open_blocks(graph, views.Detail.OPERATIONS))
    assert geometry.faults(graph, picture) == []
    assert any(words in fault for fault in geometry.faults(graph, _broken(picture, what)))


def test_wires_that_cross_are_counted() -> None:
    graph = made_up(((), (0,), (0, 1), (1, 0), (2, 3, 1), (2, 4, 0)), ((-1, 0, 6),))
    picture = layout(graph, {0})
    assert geometry.faults(graph, picture) == []
    assert geometry.crossings(picture) == 8


@pytest.mark.parametrize("name", ["googlenet", "torchvision/densenet121", "torchvision/swin_v2_t"])
def test_no_faults_with_any_blocks_open(name: str) -> None:
    graph = carried(name)
    chance = random.Random(1)
    for _ in range(5):
        opened = {block.index for block in graph.blocks if chance.random() < 0.7}
        assert geometry.faults(graph, layout(graph, opened)) == []


@settings(max_examples=150, deadline=None)
@given(any_graphs(), st.data())
def test_no_edge_is_lost_and_nothing_overlaps_in_any_graph(graph: LayerGraph, data: st.DataObject) -> None:
    opened = data.draw(st.sets(st.integers(0, len(graph.blocks) - 1)))
    picture = layout(graph, opened)
    # Where anything reads anything, a label may stand in the way of a wire; nothing else may go wrong.
    found = [fault for fault in geometry.faults(graph, picture) if "label" not in fault]
    assert found == []


def test_the_same_view_is_laid_out_the_same() -> None:
    graph = carried("googlenet")
    opened = views.open_blocks(graph, views.Detail.OPERATIONS)
    assert layout(graph, opened) == layout(graph, set(opened))


def box_of(picture: Picture, graph: LayerGraph, path: str) -> Box:
    return geometry.shown_at(graph, picture)[graph.by_path[path].index]


def middle(box: Box) -> float:
    return box.x + box.width / 2


def everything(name: str) -> tuple[LayerGraph, Picture]:
    graph = carried(name)
    return graph, layout(graph, views.open_blocks(graph, views.Detail.OPERATIONS))


@pytest.mark.parametrize("name", ["lenet", "vgg11", "googlenet", "resnet18", "densenet", "torchvision/densenet121"])
def test_the_spine_is_straight(name: str) -> None:
    graph, picture = everything(name)
    reach = 0
    spine = []
    for node in graph.nodes:
        if reach <= node.index:  # no edge passes it by
            spine.append(middle(box_of(picture, graph, node.path)))
        reach = max(reach, *graph.consumers[node.index], 0)
    assert len(spine) > 8
    assert max(spine) - min(spine) < 0.01


def test_inception_branches_stand_side_by_side_in_order_and_centred() -> None:
    graph, picture = everything("googlenet")
    firsts = [box_of(picture, graph, f"b3.0.{name}") for name in ("p1_1", "p2_1", "p3_1", "p4_1")]
    concat = box_of(picture, graph, "b3.0.cat")
    assert len({box.y for box in firsts}) == 1
    assert all(left.x + left.width < right.x for left, right in pairwise(firsts))
    assert abs((firsts[0].x + firsts[-1].x + firsts[-1].width) / 2 - middle(concat)) < 0.01
    assert concat.y > max(box_of(picture, graph, path).y for path in ("b3.0.relu", "b3.0.relu#5"))


def test_the_skip_of_a_residual_block_runs_on_the_right_with_its_shape() -> None:
    graph, picture = everything("resnet18")
    add, before = graph.by_path["b2.0.add"], graph.by_path["b1.3"]
    (skip,) = [
        wire for wire in picture.wires if wire.is_skip and add.index in wire.targets and before.index == wire.source
    ]
    body = box_of(picture, graph, "b2.0.conv1")
    assert max(x for x, _ in skip.points) > body.x + body.width
    assert skip.label == "64×56×56"


def test_a_projection_stands_right_of_the_body() -> None:
    graph, picture = everything("resnet18")
    body, projection = (box_of(picture, graph, f"b3.0.{name}") for name in ("conv1", "conv3"))
    assert middle(body) == middle(box_of(picture, graph, "b3.0.add"))
    assert projection.x > body.x + body.width
    assert projection.y == body.y


def test_a_dense_block_has_one_rail() -> None:
    graph = carried("torchvision/densenet121")
    block = next(block for block in graph.blocks if block.path == "features.denseblock1")
    picture = layout(graph, {0, 1, block.index})
    inside = [wire for wire in picture.wires if wire.is_skip]
    assert len({max(x for x, _ in wire.points) for wire in inside}) == 1
    assert len(picture.wires) < 40


def test_repeated_blocks_are_folded_and_counted() -> None:
    graph = carried("torchvision/resnet152")
    opened = views.open_blocks(graph, views.Detail.BLOCKS)
    assert sorted(box.repeat for box in layout(graph, opened, fold_repeats=True).boxes)[-3:] == [2, 7, 35]
    assert all(box.repeat == 1 for box in layout(graph, opened).boxes)


def test_what_is_read_from_outside_is_not_folded() -> None:
    # Two equal blocks; the output of the first is also read after the second.
    graph = made_up(((), (0,), (1,), (2, 1)), ((-1, 0, 4), (0, 1, 2), (0, 2, 3)))
    alike = LayerGraph("", (8, 4, 4), graph.nodes, tuple(_same_structure(graph)))
    assert [box.repeat for box in layout(alike, {0}, fold_repeats=True).boxes] == [1, 1, 1, 1]


def _same_structure(graph: LayerGraph) -> list:
    return [replace(block, structure="same") for block in graph.blocks]


def test_activation_and_normalisation_can_join_their_layer() -> None:
    graph = carried("resnet18")
    opened = views.open_blocks(graph, views.Detail.OPERATIONS)
    box = box_of(layout(graph, opened, join_layers=True), graph, "b2.0.conv1")
    assert [graph.nodes[index].path for index in box.joined] == ["b2.0.bn1", "b2.0.relu"]
    assert labels.box_lines(graph, box.target, box.repeat, box.joined)[1].en == "36.9 K · batch norm · ReLU"


def test_what_others_read_too_does_not_join() -> None:
    graph = carried("torchvision/efficientnet_b0")
    opened = views.open_blocks(graph, views.Detail.OPERATIONS)
    for box in layout(graph, opened, join_layers=True).boxes:
        chain = [box.target[1], *box.joined] if box.joined else []
        for before, after in pairwise(chain):
            assert graph.consumers[before] == (after,)


@pytest.mark.parametrize("name", ["resnet18", "torchvision/resnet50", "torchvision/swin_t", "torchvision/densenet121"])
def test_equal_blocks_that_share_their_plan_are_drawn_as_if_each_had_its_own(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = carried(name)
    choices = [(views.open_blocks(graph, detail), joins) for detail in views.Detail for joins in (False, True)]
    some = frozenset(block.index for block in graph.blocks if block.index % 3)  # equal blocks open in other ways
    choices.append((some | {0}, False))

    def pictures() -> list[Picture]:
        return [layout(graph, opened, fold_repeats=joins, join_layers=joins) for opened, joins in choices]

    shared = pictures()
    monkeypatch.setattr("explorer.graph.layout._Layout._look", lambda _self, group: group.block)
    assert pictures() == shared


def _steps(graph: LayerGraph, chance: random.Random) -> Iterator[tuple[set[int], bool, bool]]:
    """What is open, folded and joined, changed a little at a time."""
    opened, folds, joins = {0}, False, False
    for _ in range(12):
        block = chance.randrange(len(graph.blocks))
        opened = opened ^ {block} if chance.random() < 0.6 else opened | set(graph.enclosing(block))
        folds, joins = (folds, joins) if chance.random() < 0.8 else (not folds, not joins)
        yield opened, folds, joins


@pytest.mark.parametrize("name", ["resnet18", "densenet", "torchvision/swin_t", "torchvision/efficientnet_b0"])
def test_what_is_kept_from_the_view_before_is_as_if_laid_out_anew(name: str) -> None:
    graph = carried(name)
    layouter = Layouter(graph)
    for opened, folds, joins in _steps(graph, random.Random(3)):
        again = layouter.picture(opened, fold_repeats=folds, join_layers=joins)
        assert again == layout(graph, opened, fold_repeats=folds, join_layers=joins)


@settings(max_examples=60, deadline=None)
@given(any_graphs(), st.integers(0, 1000))
def test_any_graph_is_laid_out_again_as_if_anew(graph: LayerGraph, seed: int) -> None:
    layouter = Layouter(graph)
    for opened, folds, joins in _steps(graph, random.Random(seed)):
        again = layouter.picture(opened, fold_repeats=folds, join_layers=joins)
        assert again == layout(graph, opened, fold_repeats=folds, join_layers=joins)


def test_a_layouter_may_be_used_on_several_threads() -> None:
    graph = carried("torchvision/resnet50")
    layouter = Layouter(graph)
    views_of = [views.open_blocks(graph, detail) for detail in views.Detail] * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(layouter.picture, views_of)) == [layout(graph, opened) for opened in views_of]


def test_only_what_has_changed_is_laid_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = carried("torchvision/efficientnet_b0")
    opened = views.open_blocks(graph, views.Detail.OPERATIONS)
    layouter = Layouter(graph)
    layouter.picture(opened)
    laid: list[str] = []
    usual = _Layout._laid

    def noted(self: _Layout, group: Group) -> Plan:
        laid.append(graph.blocks[group.block].path)
        return usual(self, group)

    monkeypatch.setattr(_Layout, "_laid", noted)
    closed = next(block.index for block in graph.blocks if block.path == "features.4.1.block")
    layouter.picture(opened - {closed})
    assert laid == ["", "features", "features.4", "features.4.1"]


@pytest.mark.parametrize("name", ["resnet18", "torchvision/densenet121", "torchvision/swin_t"])
@pytest.mark.parametrize("joins", [False, True])
def test_the_tree_of_a_view_made_from_the_one_before_is_as_if_built_anew(name: str, *, joins: bool) -> None:
    graph, chance = carried(name), random.Random(5)
    opened = views.open_blocks(graph, views.Detail.OPERATIONS)
    tree = viewtree.build(graph, opened, fold_repeats=False, join_layers=joins)
    for block in chance.choices(range(1, len(graph.blocks)), k=40):
        opened = opened ^ {block}
        tree = viewtree.rebuilt(graph, tree, block, opened, join_layers=joins)
        assert tree == viewtree.build(graph, opened, fold_repeats=False, join_layers=joins)
