"""Untrained weights are those of a run with the same seed, drawn without disturbing one."""

import pytest
import torch

from explorer import catalogue
from explorer.inspection import untrained


@pytest.mark.parametrize("name", ["lenet", "lenet_bn", "mnist_residual", "cifar_resnet"])
def test_weights_are_those_of_the_global_seed(name: str) -> None:
    choice = catalogue.find(name).default_choice()
    torch.manual_seed(7)
    expected = catalogue.build(choice).state_dict()
    before = torch.random.get_rng_state()
    built = untrained.build(choice, seed=7)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not built.training
    found = built.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_another_seed_draws_other_weights() -> None:
    choice = catalogue.find("lenet").default_choice()
    first, second = (next(untrained.build(choice, seed).parameters()) for seed in (0, 1))
    assert not torch.equal(first, second)
