"""What is told of one value is what the layer computed: the numbers told give the number that came out."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as f

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import trace
from explorer.graph.model import LayerGraph
from explorer.inspection import capture, tiles, untrained
from explorer.inspection.insight import Insight
from explorer.inspection.reckoning import Reckoning, reckon


def look(model: nn.Module, shape: tuple[int, int, int]) -> Insight:
    pixels = np.random.default_rng(0).integers(0, 256, (shape[1], shape[2], shape[0]), dtype=np.uint8)
    return capture.look(
        model, pixels, shape, mean=(0.5,), std=(0.25,), classes=(), origin=Text("test", "测试"), is_trained=False
    )


def reckoned(graph: LayerGraph, insight: Insight, path: str, unit: tuple[int, int, int]) -> Reckoning:
    found = reckon(graph, graph.by_path[path], insight, unit)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["lenet", "lenet_bn", "nin", "mnist_inception", "mnist_residual", "densenet"])
def test_every_layer_of_a_lecture_network_is_told_at_any_place(name: str) -> None:
    choice = catalogue.find(name).default_choice()
    small = catalogue.Choice(choice.architecture, (choice.input_shape[0], 72, 72), choice.classes, choice.settings)
    choice = small if choice.input_shape[1] > 72 else choice
    graph = trace.graph_of(choice)
    insight = look(untrained.build(choice), choice.input_shape)
    random = np.random.default_rng(1)
    for node in graph.nodes[1:]:
        maps = tiles.as_maps(insight.activations[node.path])
        unit = tuple(int(random.integers(size)) for size in maps.shape)
        found = reckon(graph, node, insight, unit)  # type: ignore[arg-type]
        assert found is not None, (node.path, node.kind, unit)
        assert found.value == pytest.approx(float(maps[unit]), rel=1e-3, abs=1e-5)


class Small(nn.Module):
    """A strided, dilated, grouped convolution without bias, a border of zeros, and a mean that leaves them out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False)
        self.pool = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        self.head = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(f.relu(self.conv(torch.cat([x, x[:, :1]], 1))))
        return self.head(x.mean((2, 3)))


@pytest.fixture(scope="module")
def small() -> tuple[Small, LayerGraph, Insight]:
    torch.manual_seed(0)
    model = Small().eval()
    return model, trace.trace(model, (3, 12, 12)), look(model, (3, 12, 12))


def test_window_kernel_and_shares_of_a_convolution(small: tuple[Small, LayerGraph, Insight]) -> None:
    model, graph, insight = small
    found = reckoned(graph, insight, "conv", (4, 0, 3))
    window = found.window
    assert window is not None
    assert sorted(window.channels.tolist()) == [2, 3]  # of the second group
    assert np.isnan(window.values[:, 0]).all()  # above the border
    weights = model.conv.weight.detach().numpy()
    place = window.channels.tolist().index(3)
    np.testing.assert_array_equal(window.weights[place], weights[4, 1])  # type: ignore[index]
    source = insight.activations["cat"]
    assert window.values[place, 1, 1] == source[3, 0, 6]
    assert float(window.shares.sum()) == pytest.approx(float(insight.activations["conv"][4, 0, 3]), rel=1e-5)
    assert abs(window.shares[0]) >= abs(window.shares[1])
    assert "bias" not in found.rule.en


def test_a_mean_at_the_border_counts_only_what_is_inside(small: tuple[Small, LayerGraph, Insight]) -> None:
    _, graph, insight = small
    found = reckoned(graph, insight, "pool", (0, 0, 0))
    assert [line.value for line in found.lines][1] == 4
    assert found.window is not None
    assert int(np.isnan(found.window.values).sum()) == 5


def test_a_linear_layer_tells_the_largest_products_and_the_sum_of_the_rest() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 4, 2)).eval()
    graph, insight = trace.trace(model, (3, 4, 4)), look(model, (3, 4, 4))
    found = reckoned(graph, insight, "1", (1, 0, 0))
    assert len(found.lines) == 7  # five products, the rest, the bias
    told = [abs(line.value) for line in found.lines[:5]]
    assert told == sorted(told, reverse=True)
    assert sum(line.value for line in found.lines) == pytest.approx(float(insight.activations["1"][1]), rel=1e-4)
    assert reckoned(graph, insight, "0", (21, 0, 0)).rule.en.startswith("Map 1, row 1, column 1 of the input")


def test_nothing_is_told_that_does_not_come_out(small: tuple[Small, LayerGraph, Insight]) -> None:
    _, graph, insight = small
    wrong = {path: rows + np.float32(0.5) if path == "conv" else rows for path, rows in insight.activations.items()}
    other = Insight(insight.origin, False, insight.image, (), wrong, insight.filters, vectors=insight.vectors)
    assert reckon(graph, graph.by_path["conv"], other, (0, 2, 2)) is None
    assert reckon(graph, graph.by_path["Input"], insight, (0, 0, 0)) is None
