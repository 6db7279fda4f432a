"""The loss of models with and without auxiliary classifiers."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from explorer.training.metrics import AUXILIARY_SHARE, Part, Pending, Totals, measure


class Outputs(NamedTuple):
    logits: Tensor
    aux_logits2: Tensor | None
    aux_logits1: Tensor | None


def test_plain_logits() -> None:
    logits, labels = torch.randn(6, 3), torch.tensor([0, 1, 2, 0, 1, 2])
    loss, counted = measure(logits, labels)
    assert loss.item() == pytest.approx(cross_entropy(logits, labels).item())
    assert counted is logits


def test_auxiliary_classifiers_learn_too_but_do_not_answer() -> None:
    labels = torch.tensor([0, 1])
    logits = torch.tensor([[4.0, 0.0], [0.0, 4.0]], requires_grad=True)
    wrong = torch.tensor([[0.0, 4.0], [4.0, 0.0]], requires_grad=True)
    loss, counted = measure(Outputs(logits, wrong, None), labels)
    expected = cross_entropy(logits, labels) + AUXILIARY_SHARE * cross_entropy(wrong, labels)
    assert loss.item() == pytest.approx(expected.item())
    assert counted is logits
    loss.backward()
    assert wrong.grad is not None
    assert wrong.grad.abs().sum() > 0


def test_right_answers_are_counted_a_batch() -> None:
    pending = Pending()
    labels = torch.tensor([0, 1, 2, 0, 1])
    right = torch.nn.functional.one_hot(labels, 3).float()
    wrong = right.roll(1, 1)
    for logits, count in ((right, 5), (wrong, 5), (torch.cat([wrong[:2], right[2:]]), 3), (right, 1)):
        pending.add(torch.tensor(0.5), logits[-count:].requires_grad_(), labels[-count:])
    assert len(pending) == 4
    part = pending.take()
    assert part.corrects == (5, 0, 3, 1)
    assert part.counts == (5, 5, 3, 1)
    assert part.losses == (0.5,) * 4
    assert not pending
    assert pending.take().counts == ()


def test_totals_weigh_batches_by_their_images() -> None:
    totals = Totals()
    assert (totals.mean_loss, totals.accuracy) == (0.0, 0.0)
    totals.add(Part((1.0, 4.0), (6, 1), (8, 2)), 0.25)
    totals.add(Part((0.5,), (0,), (10,)), 0.5)
    assert totals.mean_loss == (1.0 * 8 + 4.0 * 2 + 0.5 * 10) / 20
    assert totals.accuracy == 7 / 20
    assert totals.seconds == 0.75
    assert Totals(**totals.to_json()) == totals
    assert Part((1.0, 4.0), (6, 1), (8, 2)).accuracies == (0.75, 0.5)


def test_an_epoch_sums_up_to_the_same_bits_however_often_it_is_reported() -> None:
    losses = torch.rand(300, generator=torch.Generator().manual_seed(0), dtype=torch.float64).tolist()
    totals = []
    for share in (1, 7, 300):
        total = Totals()
        for start in range(0, 300, share):
            part = tuple(losses[start : start + share])
            total.add(Part(part, (1,) * len(part), (64,) * len(part)), 0.5)
        totals.append(total.loss)
    assert len(set(totals)) == 1
