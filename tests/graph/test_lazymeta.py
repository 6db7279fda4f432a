"""Building without weights."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.models import get_model

from explorer.graph import lazymeta, trace
from explorer.graph.user_model import loading


@pytest.mark.parametrize("name", ["resnet18", "regnet_y_400mf", "swin_t", "convnext_tiny", "efficientnet_b0"])
def test_shapes_are_those_of_the_real_model(name: str) -> None:
    lazy = lazymeta.build_on_meta(lambda: get_model(name))
    real = get_model(name)
    assert {key: value.shape for key, value in lazy.state_dict().items()} == {
        key: value.shape for key, value in real.state_dict().items()
    }
    assert all(tensor.is_meta for tensor in (*lazy.parameters(), *lazy.buffers()))


def test_nothing_is_drawn_at_random() -> None:
    before = torch.get_rng_state()
    lazymeta.build_on_meta(lambda: get_model("swin_t"))
    assert torch.equal(before, torch.get_rng_state())


def test_values_that_a_constructor_reads_stay_real() -> None:
    chances: list[float] = []

    def make() -> nn.Module:
        chances.extend(torch.linspace(0, 0.5, 3).tolist())
        chances.append(float(torch.tensor(2.0) * 3))
        return nn.Linear(2, 2)

    lazymeta.build_on_meta(make)
    assert chances == [0.0, 0.25, 0.5, 6.0]


def test_tied_weights_stay_tied() -> None:
    def make() -> nn.Module:
        first, second = nn.Linear(2, 2), nn.Linear(2, 2)
        second.weight = first.weight
        return nn.Sequential(first, second)

    model = lazymeta.build_on_meta(make)
    assert model[0].weight is model[1].weight


def test_outside_of_it_tensors_are_real() -> None:
    lazymeta.build_on_meta(lambda: nn.Linear(2, 2))
    assert not torch.empty(1).is_meta
    assert not nn.Linear(2, 2).weight.is_meta


class LooksFirst(nn.Module):
    """Looks at values before a lazy layer has found out its size."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.LazyConv2d(3, 3), nn.LazyLinear(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        return self.second(x.flatten(1) if x.mean() > 0 else x.flatten(1) * 2)


def test_lazy_layers_behind_a_look_at_values_have_their_sizes(tmp_path: Path) -> None:
    graph = trace.trace_new(lambda: loading.build(tmp_path, LooksFirst, {}, (1, 6, 6)), (1, 6, 6))
    assert graph.params == 3 * 9 + 3 + 48 * 2 + 2
