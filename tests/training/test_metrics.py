"""The loss of models with and without auxiliary classifiers."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from explorer.training.metrics import AUXILIARY_SHARE, measure


class Outputs(NamedTuple):
    logits: Tensor
    aux_logits2: Tensor | None
    aux_logits1: Tensor | None


def test_plain_logits() -> None:
    logits, labels = torch.randn(6, 3), torch.tensor([0, 1, 2, 0, 1, 2])
    loss, correct = measure(logits, labels)
    assert loss.item() == pytest.approx(cross_entropy(logits, labels).item())
    assert correct.item() == (logits.argmax(1) == labels).sum().item()


def test_auxiliary_classifiers_learn_too_but_do_not_answer() -> None:
    labels = torch.tensor([0, 1])
    logits = torch.tensor([[4.0, 0.0], [0.0, 4.0]], requires_grad=True)
    wrong = torch.tensor([[0.0, 4.0], [4.0, 0.0]], requires_grad=True)
    loss, correct = measure(Outputs(logits, wrong, None), labels)
    expected = cross_entropy(logits, labels) + AUXILIARY_SHARE * cross_entropy(wrong, labels)
    assert loss.item() == pytest.approx(expected.item())
    assert correct.item() == 2
    loss.backward()
    assert wrong.grad is not None
    assert wrong.grad.abs().sum() > 0
