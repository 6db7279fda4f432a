"""The learning-rate range test: what it suggests, on made-up curves and on recorded ones."""

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.training.range_test import RateFound, RatePoint, range_test, suggest
from tests.training.stand_ins import setup


def curve(loss_at, *, lr_min=1e-6, lr_max=10.0, steps=120):
    rates = [lr_min * (lr_max / lr_min) ** (step / (steps - 1)) for step in range(steps)]
    return [RatePoint(step + 1, steps, lr, loss_at(lr)) for step, lr in enumerate(rates)]


def test_the_suggestion_is_where_the_loss_falls_fastest():
    points = curve(lambda lr: 2.3 / (1 + lr / 1e-2))  # steepest, along the logarithm, at 1e-2
    found = suggest(points)
    assert found.lr == pytest.approx(1e-2, rel=0.3)
    assert found.diverged_at is None
    assert "fastest" in found.reason.en


def test_noise_of_single_batches_does_not_lead_astray():
    generator = torch.Generator().manual_seed(0)
    noise = iter((torch.randn(120, generator=generator) * 0.1).tolist())
    points = curve(lambda lr: 2.3 / (1 + lr / 1e-2) + next(noise))
    assert 1e-3 < suggest(points).lr < 1e-1


def test_it_keeps_a_tenth_below_the_lowest_loss():
    points = curve(lambda lr: 2.3 - 2 * math.exp(-((math.log10(lr) + 2) ** 2) * 20), lr_max=1e-1)  # a hole at 1e-2
    found = suggest(points, diverged_at=0.2)
    assert found.lr == pytest.approx(1e-3, rel=0.2)
    assert "lowest" in found.reason.en


def test_what_never_falls_has_no_suggestion_unless_it_diverged():
    flat = curve(lambda lr: 2.3)
    assert suggest(flat).lr is None
    assert suggest(flat, 1.0).lr == pytest.approx(0.1)
    assert suggest([]).lr is None


def test_where_the_loss_only_begins_to_rise_half_of_that_rate_is_suggested():
    rising = curve(lambda lr: 2.3 + lr)  # three hundredths more at 0.07
    for diverged_at in (None, 5.0):
        found = suggest(rising, diverged_at)
        assert found.lr == pytest.approx(0.035, rel=0.3)
        assert "begins to rise" in found.reason.en
        assert "开始上升" in found.reason.zh


def test_a_second_attempt_that_only_rises_says_what_helps():
    rising = [replace(point, attempt=2) for point in curve(lambda lr: 2.3 + lr / 10)]
    found = suggest(rising)
    assert (found.lr, found.has_fallen) == (None, False)
    assert "In 120 steps" in found.reason.en
    assert "Xavier" in found.reason.zh
    assert suggest(rising, 3.0).lr == pytest.approx(0.3)


def test_a_fall_to_equal_probabilities_is_no_learning():
    points = curve(lambda lr: 2.303 + 0.3 / (1 + lr / 1e-3) + max(0.0, lr - 0.5))
    assert suggest(points, classes=10).lr == pytest.approx(0.29, rel=0.3)
    assert suggest(points).lr == pytest.approx(1e-3, rel=0.5)  # without knowing of classes it looks like learning
    learned = curve(lambda lr: 2.303 + 0.3 / (1 + lr / 1e-3) - 1.5 / (1 + 0.05 / lr))
    assert suggest(learned, classes=10).lr == pytest.approx(0.05, rel=0.5)
    steep = curve(lambda lr: 2.303 + 3 / (1 + (lr / 1e-4) ** 3) - 1.5 / (1 + 0.05 / lr))
    assert suggest(steep, classes=10).lr == pytest.approx(0.05, rel=0.5)  # not where the biases learn the most


CURVES = json.loads(Path(__file__).with_name("range_curves.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CURVES)
def test_recorded_curves(name):
    """Of real tests, from 1e-6 to 10 in 120 steps; what is good was found by training with several rates.

    LeNet with sigmoids on MNIST, batches of 128: after 300 steps at 0.1 or 0.3 the loss is 2.30 still, at 0.9 it is
    1.83, at 2 it is 2.31; after 900 steps 0.60 at 0.25, 0.38 at 0.4, 0.26 at 0.75. With ReLU, after 300 steps: 0.12 at
    0.1, 0.33 at 0.3, 2.30 at 0.9.
    """
    recorded = CURVES[name]
    losses = iter(recorded["losses"])
    points = curve(lambda lr: next(losses, None))
    points = [point for point in points if point.loss is not None]
    found = suggest(points, recorded["diverged_at"], 10)
    low, high = recorded["good"]
    assert low <= found.lr <= high, found


def small():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return setup(nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Dropout(0.1), nn.Linear(8, 2)))


def test_the_rate_grows_exponentially_and_the_loss_ends_it():
    events = list(range_test(small(), lr_min=1e-4, lr_max=1e6, steps=80))
    points, found = events[:-1], events[-1]
    assert isinstance(found, RateFound)
    assert len(points) < 80
    ratios = [later.lr / sooner.lr for sooner, later in itertools.pairwise(points)]
    assert ratios == pytest.approx([(1e10) ** (1 / 79)] * len(ratios))
    assert [point.step for point in points] == list(range(1, len(points) + 1))
    assert found.diverged_at == pytest.approx(points[-1].lr * ratios[0])
    assert found.lr is not None
    assert 1e-4 < found.lr <= found.diverged_at / 10 * 1.05
    assert all(math.isfinite(point.loss) for point in points)


def scripted(losses):
    """A setup whose steps have these losses, and the learning rate of each step."""
    parts, rates, given = small(), [], iter(losses)

    def step(images, labels):
        assert parts.model.training
        rates.append(parts.lr)
        return torch.tensor(next(given)), torch.zeros(len(labels), 10)

    parts.model.eval()
    return replace(parts, stepper=step), rates


def test_each_step_has_its_rate_and_its_loss():
    parts, rates = scripted([2.0, 1.5, 1.0, 1.5, 2.0])
    events = list(range_test(parts, lr_min=0.001, lr_max=10.0, steps=5))
    assert rates == pytest.approx([0.001, 0.01, 0.1, 1.0, 10.0])
    assert events[:-1] == [
        RatePoint(step, 5, lr, loss)
        for step, (lr, loss) in enumerate(zip(rates, [2.0, 1.5, 1.0, 1.5, 2.0], strict=True), start=1)
    ]
    assert events[-1].diverged_at is None


def test_one_step_is_at_the_lowest_rate():
    parts, rates = scripted([2.0])
    assert len(list(range_test(parts, lr_min=0.5, steps=1))) == 2
    assert rates == [0.5]


@pytest.mark.parametrize(
    ("losses", "steps"),
    [
        ([2.0] * 10 + [3.9] * 30, 40),  # not twice the first
        ([2.0] * 10 + [4.5] * 30, 16),  # the mean over the latest comes to twice the first with a delay
        ([2.0] * 10 + [0.1] * 25 + [0.6] * 10, 39),  # four times the lowest
        ([2.0, 1.0, math.inf, 1.0], 2),
        ([2.0, math.nan, 1.0], 1),
    ],
)
def test_a_loss_that_leaves_all_bounds_ends_it(losses, steps):
    parts, rates = scripted(losses)
    *points, found = range_test(parts, steps=len(losses))
    assert len(points) == steps
    assert found.diverged_at == (rates[-1] if steps < len(losses) else None)


def test_the_random_state_is_untouched_and_the_same_test_gives_the_same_losses():
    before = torch.get_rng_state()
    first = list(range_test(small(), steps=30))
    torch.rand(5)
    between = torch.get_rng_state()
    second = []
    for event in range_test(small(), steps=30):
        assert torch.equal(torch.get_rng_state(), between)
        second.append(event)
    assert first == second
    assert not torch.equal(before, between)


def test_it_can_be_cancelled_at_any_step():
    seen = []
    for event in range_test(small(), is_cancelled=lambda: len(seen) == 5):
        seen.append(event)
    assert len(seen) == 5
    assert all(isinstance(event, RatePoint) for event in seen)
