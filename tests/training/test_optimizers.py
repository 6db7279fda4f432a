"""Going on with the state of an optimizer, also where weights are laid out otherwise than they were."""

import copy

import pytest
import torch
from torch import nn

from explorer.training import optimizers
from explorer.training.config import TrainConfig

CPU = torch.device("cpu")


def trained(name, steps, *, layout=torch.contiguous_format, fused=None, state=None, weights=None):
    torch.manual_seed(0)
    model = nn.Conv2d(3, 8, 3).to(memory_format=layout)
    optimizer = optimizers.make(TrainConfig(optimizer=name, lr=0.01), model, CPU)
    for group in optimizer.param_groups:
        group["fused"] = fused
    if state is not None:
        model.load_state_dict(weights)
        optimizers.load_state(optimizer, state)
    images = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optimizer.zero_grad()
        model(images).square().mean().backward()
        optimizer.step()
    return model, optimizer


@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize("fused", [None, True])
def test_weights_may_be_laid_out_otherwise_than_they_were(name, fused):
    straight, _ = trained(name, 4)
    first, optimizer = trained(name, 2)
    state = copy.deepcopy(optimizers.state_of(optimizer))
    rest, optimizer = trained(name, 2, layout=torch.channels_last, fused=fused, state=state, weights=first.state_dict())
    torch.testing.assert_close(rest.weight, straight.weight)
    kept = optimizer.state[rest.weight]
    assert all(value.stride() == rest.weight.stride() for value in kept.values() if value.dim() == 4)


def test_how_steps_are_computed_is_not_taken_over():
    first, optimizer = trained("adam", 1, fused=True)
    state = copy.deepcopy(optimizers.state_of(optimizer))
    state["param_groups"][0]["lr"] = 0.5
    _, optimizer = trained("adam", 0, state=state, weights=first.state_dict())
    assert optimizer.param_groups[0]["fused"] is None
    assert optimizer.param_groups[0]["lr"] == 0.5
