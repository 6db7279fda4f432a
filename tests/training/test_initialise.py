"""Weights are drawn by the seed alone."""

import pytest
import torch

from explorer import catalogue
from explorer.training import initialise
from explorer.training.config import TrainConfig
from explorer.training.optimizers import make
from explorer.training.random_state import RandomState


def weights_of(name, seed=0, initialisation="default"):
    choice = catalogue.find(name).default_choice()
    return initialise.build(choice, seed=seed, initialisation=initialisation).state_dict()


def equal(a, b):
    return all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("name", ["lenet", "lenet_bn", "mnist_residual", "densenet"])
def test_the_seed_alone_decides_the_weights(name):
    torch.manual_seed(1)
    first = weights_of(name)
    torch.rand(7)
    torch.manual_seed(2)
    assert equal(first, weights_of(name))
    assert not equal(first, weights_of(name, seed=1))


def test_building_does_not_touch_the_random_state_of_the_program():
    before = torch.get_rng_state()
    weights_of("lenet", initialisation="xavier")
    assert torch.equal(torch.get_rng_state(), before)


def test_weights_are_those_that_a_seeded_program_draws():
    with torch.random.fork_rng():
        torch.manual_seed(5)
        expected = catalogue.build(catalogue.find("lenet").default_choice()).state_dict()
    assert equal(weights_of("lenet", seed=5), expected)


def test_xavier_draws_uniformly_within_the_bounds_of_the_paper():
    weights = weights_of("lenet", initialisation="xavier")
    weight = weights["head.1.weight"]  # 120 x 400
    bound = (6 / (400 + 120)) ** 0.5
    assert weight.abs().max() <= bound
    assert weight.abs().max() > 0.98 * bound
    assert weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)
    kernel = weights["features.0.weight"]  # 6 x 1 x 5 x 5
    assert kernel.abs().max() <= (6 / (25 + 150)) ** 0.5


@pytest.mark.parametrize(
    ("name", "kind"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)]
)
def test_optimizers_take_their_numbers_from_the_plan(name, kind):
    config = TrainConfig(optimizer=name, lr=0.02, momentum=0.5, weight_decay=0.03)
    optimizer = make(config, torch.nn.Linear(2, 2), torch.device("cpu"))
    assert type(optimizer) is kind
    (group,) = optimizer.param_groups
    assert (group["lr"], group["weight_decay"]) == (0.02, 0.03)
    assert group.get("momentum", 0.5) == 0.5


def test_a_random_state_of_its_own():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        state = RandomState(7, torch.device("cpu"))
        untouched = torch.get_rng_state()
        with state:
            first = torch.rand(3)
        assert torch.equal(torch.get_rng_state(), untouched)
        torch.rand(5)
        saved = state.to_saved()
        with state:
            second = torch.rand(3)
        again = RandomState(0, torch.device("cpu"))
        again.restore(saved)
        with again:
            assert torch.equal(torch.rand(3), second)
        torch.manual_seed(7)
        assert torch.equal(torch.rand(3), first)
        assert torch.equal(torch.rand(3), second)
