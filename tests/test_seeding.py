"""Drawing with a generator of one's own leaves the global state alone."""

import torch

from explorer.seeding import OwnGenerator


def test_every_kind_of_draw_leaves_the_global_state_alone() -> None:
    before = torch.random.get_rng_state()
    with OwnGenerator(3):
        drawn = [
            torch.rand(3),
            torch.randn(3),
            torch.randint(0, 9, (3,)),
            torch.randperm(5),
            torch.rand_like(torch.ones(2)),
            torch.randn_like(torch.ones(2)),
            torch.randint_like(torch.ones(2), 1, 5),
        ]
        drawn += [torch.empty(4).uniform_(), torch.nn.init.trunc_normal_(torch.empty(4)), torch.normal(0.0, 1.0, (3,))]
        drawn += [torch.bernoulli(torch.full((4,), 0.5)), torch.empty(2).exponential_()]
    assert torch.equal(torch.random.get_rng_state(), before)
    with OwnGenerator(3):
        assert torch.equal(torch.rand(3), drawn[0])
