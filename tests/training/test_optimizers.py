"""Going on with the state of an optimizer, also where weights are laid out otherwise than they were."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW

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


@pytest.mark.parametrize(("name", "kind"), [("sgd", SGD), ("adam", Adam), ("adamw", AdamW)])
def test_the_optimizer_that_was_chosen_learns_what_is_not_frozen(name, kind):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    config = TrainConfig(optimizer=name, lr=0.25, momentum=0.5, nesterov=True, weight_decay=0.125)
    optimizer = optimizers.make(config, model, CPU)
    assert type(optimizer) is kind
    (group,) = optimizer.param_groups
    assert [id(weight) for weight in group["params"]] == [id(weight) for weight in model[1].parameters()]
    assert (group["lr"], group["weight_decay"], group["fused"]) == (0.25, 0.125, None)
    if name == "sgd":
        assert (group["momentum"], group["nesterov"]) == (0.5, True)


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_recordable_and_plain_again(name):
    optimizer = optimizers.make(TrainConfig(optimizer=name, lr=0.25), nn.Linear(2, 1), CPU)
    (group,) = optimizer.param_groups
    before = {key: value for key, value in group.items() if key != "params"}
    optimizers.make_recordable(optimizer)
    rate = group["lr"]
    assert isinstance(rate, torch.Tensor)
    assert rate.item() == 0.25
    assert group.get("capturable", True) is True
    (saved,) = optimizers.state_of(optimizer)["param_groups"]
    assert {key: value for key, value in saved.items() if key != "params"} == before
    optimizers.make_recordable(optimizer)
    assert group["lr"] is rate
    optimizers.make_plain(optimizer)
    assert {key: value for key, value in group.items() if key != "params"} == before


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
