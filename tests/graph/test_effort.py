"""What a training step computes, against a count of the products that torch computes in one."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from explorer import catalogue
from explorer.graph import trace
from explorer.graph.effort import training_macs
from explorer.training.freezing import freeze


class Attending(nn.Module):
    """A convolution, attention written out, attention by torch, a shared layer, and a weight that a function uses."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, 8, 4, stride=4)
        self.query, self.key = nn.Linear(8, 8), nn.Linear(8, 8, bias=False)
        self.shared = nn.Linear(8, 8)
        self.last = nn.Parameter(torch.zeros(10, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)  # (N, 49, 8)
        x = (self.query(x) @ self.key(x).transpose(1, 2)).softmax(-1) @ x
        x = nn.functional.scaled_dot_product_attention(x, self.shared(x), self.shared(x))
        return nn.functional.linear(x.mean(1), self.last)


def counted(model: nn.Module, shape: tuple[int, int, int], frozen: tuple[str, ...]) -> int:
    """Multiply-adds of an image in a step of `model`."""
    freeze(model, frozen)
    model.train()
    with FlopCounterMode(display=False) as counter, torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        model(torch.randn(2, *shape)).sum().backward()
    return counter.get_total_flops() // 2 // 2  # a multiply-add is two operations; of two images


CASES = [
    ("lenet", ()),
    ("lenet", ("features",)),
    ("lenet", ("features.0",)),
    ("lenet", ("head",)),
    ("lenet", ("features.0.weight",)),
    ("lenet", ("features.0.weight", "features.0.bias", "head.1")),
    ("mnist_inception", ()),
    ("mnist_residual", ("conv1",)),
]


@pytest.mark.parametrize(("name", "frozen"), CASES)
def test_of_known_networks(name: str, frozen: tuple[str, ...]) -> None:
    choice = catalogue.find(name).default_choice()
    model = catalogue.build(choice)
    assert training_macs(trace.graph_of(choice), frozen) == counted(model, choice.input_shape, frozen)


@pytest.mark.parametrize("frozen", [(), ("patches",), ("patches", "query"), ("patches", "query", "key", "shared")])
def test_of_products_without_weights_and_of_shared_layers(frozen: tuple[str, ...]) -> None:
    shape = (1, 28, 28)
    graph = trace.trace_new(Attending, shape)
    assert training_macs(graph, frozen) == counted(Attending(), shape, frozen)


def test_it_takes_three_times_as_much_but_for_the_gradient_of_the_image() -> None:
    graph = trace.graph_of(catalogue.find("lenet").default_choice())
    first = graph.by_path["features.0"].macs
    assert training_macs(graph) == 3 * graph.macs - first
    assert training_macs(graph, ("features",)) == 3 * graph.macs - 2 * (first + graph.by_path["features.3"].macs) - (
        graph.by_path["head.1"].macs
    )
