"""One step: smoothed labels, clipped gradients, rates changed in place."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD

from explorer.training.stepper import Stepper, set_lr
from tests.training.stand_ins import setup


def one_step(**options):
    parts = setup(lr=0.1)
    before = copy.deepcopy(parts.model)
    images, labels = next(parts.train.epoch(0))
    loss, logits = Stepper(parts.model, parts.optimizer, parts.device, **options)(images, labels)
    return before, parts.model, images, labels, loss, logits


def test_smoothed_labels_are_what_is_learned():
    before, after, images, labels, loss, _ = one_step(label_smoothing=0.2)
    logits = before(images)
    # Szegedy et al. 2015: a share of the target is even over the classes.
    target = nn.functional.one_hot(labels, 2) * 0.8 + 0.1
    expected = -(target * logits.log_softmax(1)).sum(1).mean()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    assert loss.item() != pytest.approx(nn.functional.cross_entropy(logits, labels).item())
    expected.backward()
    torch.testing.assert_close(after[1].weight, before[1].weight - 0.1 * before[1].weight.grad)


def test_gradients_are_clipped_to_the_norm_of_all_together():
    before, after, *_ = one_step(clip_norm=0.01)
    moved = torch.cat([(new - old).flatten() for new, old in zip(after.parameters(), before.parameters(), strict=True)])
    assert moved.norm().item() == pytest.approx(0.1 * 0.01, rel=1e-3)


def test_a_norm_that_is_not_reached_changes_nothing():
    _, clipped, *_ = one_step(clip_norm=1e6)
    _, plain, *_ = one_step()
    for one, other in zip(clipped.parameters(), plain.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_answers_are_those_before_the_step():
    before, _, images, _, _, logits = one_step()
    assert torch.equal(logits, before(images))


def test_gradients_of_the_step_before_are_not_added():
    parts = setup(lr=0.0)
    step = Stepper(parts.model, parts.optimizer, parts.device)
    batch = next(parts.train.epoch(0))
    step(*batch)
    first = [parameter.grad.clone() for parameter in parts.model.parameters()]
    step(*batch)
    assert all(torch.equal(one, parameter.grad) for one, parameter in zip(first, parts.model.parameters(), strict=True))


def test_the_rate_is_changed_in_the_place_where_it_is():
    weight = torch.zeros(1, requires_grad=True)
    plain, captured = SGD([weight], lr=0.1), SGD([weight], lr=torch.tensor(0.1))
    there = captured.param_groups[0]["lr"]
    for optimizer in (plain, captured):
        set_lr(optimizer, 0.025)
    assert plain.param_groups[0]["lr"] == 0.025
    assert captured.param_groups[0]["lr"] is there
    assert there.item() == pytest.approx(0.025)
