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


def test_every_kind_of_draw_leaves_the_global_state_alone() -> None:
    before = torch.random.get_rng_state()
    with untrained._OwnGenerator(3):
        drawn = [
            torch.rand(3),
            torch.randn(3),
            torch.randint(0, 9, (3,)),
            torch.randperm(5),
            torch.rand_like(torch.ones(2)),
        ]
        drawn += [torch.empty(4).uniform_(), torch.nn.init.trunc_normal_(torch.empty(4)), torch.normal(0.0, 1.0, (3,))]
        drawn += [torch.bernoulli(torch.full((4,), 0.5)), torch.empty(2).exponential_()]
    assert torch.equal(torch.random.get_rng_state(), before)
    with untrained._OwnGenerator(3):
        assert torch.equal(torch.rand(3), drawn[0])
