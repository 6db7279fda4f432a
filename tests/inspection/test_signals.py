"""Gradients by layer are those of torch, idle units are counted, and the model is left as it was."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as f

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.inspection import signals, untrained


def lenet(**settings: object) -> nn.Module:
    card = catalogue.find("lenet")
    choice = card.default_choice()
    return untrained.build(Choice("lenet", choice.input_shape, 10, {**choice.settings, **settings}))


def batch(count: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(count, 1, 28, 28, generator=generator), torch.arange(count) % 10


def test_gradients_are_those_of_a_backward_pass() -> None:
    model, (images, labels) = lenet(), batch()
    found = signals.measure(model, images, labels)
    other = copy.deepcopy(model)
    loss = f.cross_entropy(other(images), labels)
    loss.backward()
    assert found.loss == pytest.approx(loss.item(), rel=1e-6)
    assert [layer.path for layer in found.layers] == ["features.0", "features.3", "head.1", "head.3", "head.5"]
    for layer in found.layers:
        weight = other.get_submodule(layer.path).weight
        assert isinstance(weight, nn.Parameter)
        assert weight.grad is not None
        assert layer.gradient == pytest.approx(weight.grad.square().mean().sqrt().item(), rel=1e-4)
        assert layer.weights == pytest.approx(weight.square().mean().sqrt().item(), rel=1e-4)


def test_of_a_sigmoid_network_less_reaches_the_first_layer_than_of_one_with_rectifiers() -> None:
    shares = {}
    for activation in ("sigmoid", "relu"):
        layers = signals.measure(lenet(activation=activation), *batch()).layers
        shares[activation] = layers[0].gradient / layers[-1].gradient
    assert shares["sigmoid"] < shares["relu"] / 3


def test_dead_maps_and_saturated_values_are_counted() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 26 * 26, 2), nn.Sigmoid())
    with torch.no_grad():
        model[0].bias[1] = -1e3  # type: ignore[index]
        model[3].bias[0] = 1e3  # type: ignore[index]
    found = signals.measure(model, *batch(4)[:1], torch.zeros(4, dtype=torch.int64))
    assert (found.units[0].path, found.units[0].share) == ("1", 0.25)
    assert found.units[1].path == "4"
    assert found.units[1].share >= 0.5


def test_nothing_of_the_model_nor_of_the_random_state_moves() -> None:
    torch.manual_seed(5)
    model = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.Linear(3 * 26 * 26, 10)
    )
    model[0].weight.requires_grad_(False)
    model.train()
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    first = signals.measure(model, *batch())
    assert signals.measure(model, *batch()) == first
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert all(module.training for module in model.modules())
    assert not model[0].weight.requires_grad
    assert model[5].weight.grad is None
    assert first.layers[0].gradient > 0  # of a frozen layer too


def test_functions_and_layers_written_from_scratch_count() -> None:
    choice = catalogue.find("mnist_residual").default_choice()
    found = signals.measure(untrained.build(choice), *batch())
    assert found.units
    assert all(0 <= units.share <= 1 for units in found.units)
    assert all(layer.gradient > 0 for layer in found.layers)
