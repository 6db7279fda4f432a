"""The carried graphs are those of the architectures, small, quick to load, and need no torch."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import catalogue, paths
from explorer.graph import serial, shipped, shipped_build
from explorer.graph.model import LayerGraph
from tests.work import calls

CARDS = catalogue.cards()
QUICK = ("resnet18", "googlenet", "densenet121", "swin_v2_t", "vit_b_16", "efficientnet_b0")
REBUILD = "run `python -m explorer.graph.shipped_build`"


@pytest.mark.parametrize("card", [card for card in CARDS.values() if card.family == catalogue.LECTURE], ids=str)
def test_a_lecture_network_is_carried_as_it_is(card: catalogue.Card) -> None:
    assert shipped.load(card.name) == shipped_build.carried(card), REBUILD


def essentials(graph: LayerGraph) -> list[object]:
    """What does not hang on the version of torchvision's layer classes."""
    return [
        (node.path, node.kind, node.inputs, node.output_shape, node.params, node.macs, node.receptive_field)
        for node in graph.nodes
    ]


def check_zoo(name: str) -> None:
    carried = shipped.load(name)
    assert carried is not None
    assert essentials(carried) == essentials(shipped_build.carried(CARDS[name])), REBUILD


@pytest.mark.parametrize("name", [f"torchvision/{name}" for name in QUICK])
def test_a_zoo_network_is_carried_as_it_is(name: str) -> None:
    check_zoo(name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [card.name for card in CARDS.values() if card.family == catalogue.ZOO and card.name[12:] not in QUICK]
)
def test_the_other_zoo_networks_are_carried_as_they_are(name: str) -> None:
    check_zoo(name)


@pytest.mark.parametrize("name", CARDS)
def test_every_card_has_its_graph(name: str) -> None:
    graph = shipped.load(name)
    assert graph is not None
    assert (graph.architecture, graph.input_shape) == (name, CARDS[name].input_shape)
    assert graph.nodes[-1].output_shape == (CARDS[name].classes,)
    if name not in ("torchvision/googlenet", "torchvision/inception_v3"):  # their auxiliary heads run in training only
        assert graph.params == CARDS[name].params


def test_an_unknown_name_has_none() -> None:
    assert shipped.load("torchvision/no_such_net") is None


def test_all_of_them_are_well_under_a_megabyte() -> None:
    files = list((paths.resources() / "graphs").rglob(f"*{shipped.SUFFIX}"))
    assert len(files) == len(CARDS)
    assert sum(file.stat().st_size for file in files) < 600_000


def test_loading_calls_a_few_functions_for_each_node() -> None:
    """How long that takes is measured by `tests.benchmarks.small_parts`."""
    graph = shipped.load("torchvision/efficientnet_b7")
    assert graph is not None
    assert calls(lambda: shipped.load("torchvision/efficientnet_b7")) < 15 * (len(graph.nodes) + len(graph.blocks))


def test_loading_needs_neither_torch_nor_qt() -> None:
    program = (
        "import sys; from explorer.graph import shipped, layout, views, labels, arithmetic\n"
        "graph = shipped.load('googlenet'); layout.layout(graph, views.open_blocks(graph, views.Detail.BLOCKS))\n"
        "labels.title(graph, ('node', 1)); arithmetic.explain(graph, graph.nodes[1])\n"
        "print([name for name in ('torch', 'torchvision', 'PySide6', 'numpy') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_building_writes_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "cards", lambda: {"lenet": CARDS["lenet"]})
    written = shipped_build.build(tmp_path)
    file = shipped.file_of(tmp_path, "lenet")
    assert written == file.stat().st_size
    assert shipped.unpack(file.read_bytes()) == shipped.load("lenet")


def test_another_version_is_refused() -> None:
    graph = shipped.load("lenet")
    assert graph is not None
    with pytest.raises(ValueError, match="version 0"):
        serial.from_json({**serial.to_json(graph), "version": 0})


def test_a_trip_through_json_changes_nothing() -> None:
    graph = shipped.load("torchvision/googlenet")
    assert graph is not None
    marked = replace(graph, nodes=tuple(replace(node, source=f"net.py:{node.index}") for node in graph.nodes))
    assert shipped.unpack(shipped.pack(marked)) == marked
