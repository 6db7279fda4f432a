"""Weights averaged over the steps."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from explorer.training.averaging import Average
from explorer.training.events import EpochEnded
from explorer.training.loop import Position, train
from tests.training.stand_ins import setup


def test_the_average_is_the_sum_written_out():
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 4.0)
    average, expected = Average(model, 0.9), 4.0
    for step, value in enumerate([1.0, 2.0, -3.0] * 60):
        nn.init.constant_(model.weight, value)
        average.update(step)
        decay = min(0.9, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * value
        assert average.model.weight.item() == pytest.approx(expected, abs=1e-5)
    assert not average.model.weight.requires_grad
    assert not average.model.training


def test_the_statistics_of_batch_normalisation_are_averaged_and_the_count_is_copied():
    model = nn.BatchNorm1d(2)
    average = Average(model, 0.5)
    model(torch.full((4, 2), 10.0) + torch.randn(4, 2))
    average.update(100)
    torch.testing.assert_close(average.model.running_mean, model.running_mean / 2)
    assert average.model.num_batches_tracked == 1


def test_what_is_tested_is_the_average():
    parts = setup()
    average = Average(parts.model, 0.999999)
    parts = setup(parts.model)
    slow = replace(parts, average=average)
    start = [value.clone() for value in average.model.parameters()]
    ends = [event for event in train(slow, Position(), epochs=3) if isinstance(event, EpochEnded)]
    plain = [event for event in train(setup(), Position(), epochs=3) if isinstance(event, EpochEnded)]
    assert [end.train_loss for end in ends] == [end.train_loss for end in plain]
    assert [end.test_loss for end in ends] != [end.test_loss for end in plain]
    with torch.no_grad():
        images, labels = next(slow.test.epoch(0))
        loss = nn.functional.cross_entropy(slow.tested(images), labels)
    assert slow.tested is average.model
    assert loss.item() != pytest.approx(nn.functional.cross_entropy(parts.model(images), labels).item())
    assert not all(torch.equal(old, new) for old, new in zip(start, average.model.parameters(), strict=True))
