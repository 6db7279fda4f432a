"""The batch normalisation written from scratch against torch's own."""

import pytest
import torch
from torch import nn

from explorer.architectures.lenet_bn import BatchNorm


def pair(kind: type[nn.BatchNorm1d] | type[nn.BatchNorm2d]) -> tuple[BatchNorm, nn.BatchNorm1d | nn.BatchNorm2d]:
    """Ours and torch's, with the same scale and shift."""
    ours, theirs = BatchNorm(6), kind(6)
    with torch.no_grad():
        ours.gamma.copy_(torch.rand(6) + 0.5)
        ours.beta.copy_(torch.randn(6))
        theirs.weight.copy_(ours.gamma)
        theirs.bias.copy_(ours.beta)
    return ours, theirs


@pytest.mark.parametrize(
    ("kind", "shape"), [(nn.BatchNorm1d, (8, 6)), (nn.BatchNorm2d, (8, 6, 5, 7)), (nn.BatchNorm2d, (1, 6, 2, 1))]
)
def test_it_equals_torch_in_training_and_in_evaluation(kind: type[nn.BatchNorm2d], shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    ours, theirs = pair(kind)
    for _ in range(3):
        images = torch.randn(shape) * 3 + 2
        mine, other = images.clone().requires_grad_(), images.clone().requires_grad_()
        weights = torch.randn(shape)
        (ours(mine) * weights).sum().backward()
        (theirs(other) * weights).sum().backward()
        torch.testing.assert_close(ours(mine), theirs(other), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(mine.grad, other.grad, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(ours.gamma.grad, theirs.weight.grad, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours.moving_mean, theirs.running_mean, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours.moving_var, theirs.running_var, atol=1e-5, rtol=1e-5)
    ours.eval()
    theirs.eval()
    images = torch.randn(shape)
    torch.testing.assert_close(ours(images), theirs(images), atol=1e-5, rtol=1e-5)


def test_evaluation_leaves_the_moving_averages_alone() -> None:
    ours = BatchNorm(3).eval()
    ours(torch.randn(4, 3, 2, 2))
    assert ours.moving_mean.eq(0).all()
    assert ours.moving_var.eq(1).all()


def test_the_moving_averages_are_saved_but_not_trained() -> None:
    ours = BatchNorm(3)
    assert set(ours.state_dict()) == {"gamma", "beta", "moving_mean", "moving_var"}
    assert {name for name, _ in ours.named_parameters()} == {"gamma", "beta"}


def test_one_value_per_channel_cannot_be_normalised() -> None:
    with pytest.raises(ValueError, match="more than one value"):
        BatchNorm(3)(torch.randn(1, 3))
