"""Learning rates over a training, as torch has them and within their bounds."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, StepLR

from explorer.training.config import SCHEDULES, TrainConfig
from explorer.training.schedules import lr_at, rates

CONFIGS = st.builds(
    TrainConfig,
    epochs=st.integers(1, 40),
    lr=st.floats(1e-6, 10),
    schedule=st.sampled_from(SCHEDULES),
    warmup_epochs=st.floats(0, 5),
    step_epochs=st.integers(1, 50),
    step_factor=st.floats(0.01, 1),
)


@settings(max_examples=300, deadline=None)
@given(CONFIGS, st.integers(1, 200), st.integers(0, 9000))
def test_rates_are_above_zero_never_above_the_highest_and_end_with_the_last(config, steps_per_epoch, step):
    lr = lr_at(config, step, steps_per_epoch)
    assert 0 < lr <= config.lr * (1 + 1e-12)
    assert lr == lr_at(config, step, steps_per_epoch)
    last = config.epochs * steps_per_epoch - 1
    if step > last:
        assert lr == lr_at(config, last, steps_per_epoch)


@settings(max_examples=100, deadline=None)
@given(CONFIGS, st.integers(1, 200))
def test_the_highest_rate_is_nearly_reached_where_the_schedule_has_time_for_it(config, steps_per_epoch):
    total = config.epochs * steps_per_epoch
    rates = [lr_at(config, step, steps_per_epoch) for step in range(total)]
    if total >= 50 and config.warmup_epochs == 0:
        assert max(rates) > 0.97 * config.lr
    if config.schedule == "constant" and config.warmup_epochs == 0:
        assert set(rates) == {config.lr}


def rates_of_torch(config, steps_per_epoch, make, *, each_epoch=False):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=config.lr)
    scheduler = make(optimizer)
    rates = []
    for step in range(config.epochs * steps_per_epoch):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not each_epoch or (step + 1) % steps_per_epoch == 0:
            scheduler.step()
    return rates


@pytest.mark.parametrize(("epochs", "steps"), [(1, 10), (5, 7), (20, 30), (1, 2), (3, 1)])
def test_one_cycle_is_that_of_torch(epochs, steps):
    config = TrainConfig(epochs=epochs, lr=0.3, schedule="one-cycle")

    def make(optimizer):
        return OneCycleLR(optimizer, 0.3, total_steps=epochs * steps + (epochs * steps < 4), cycle_momentum=False)

    mine = [lr_at(config, step, steps) for step in range(epochs * steps)]
    if epochs * steps >= 4:  # torch divides by zero for shorter ones
        assert mine == pytest.approx(rates_of_torch(config, steps, make), rel=1e-9)
    assert mine[-1] == pytest.approx(0.3 / 25 / 1e4)


def test_cosine_is_that_of_torch_for_each_step():
    config = TrainConfig(epochs=4, lr=0.2, schedule="cosine")
    expected = rates_of_torch(config, 9, lambda optimizer: CosineAnnealingLR(optimizer, 36))
    assert [lr_at(config, step, 9) for step in range(36)] == pytest.approx(expected, rel=1e-6)


def test_steps_are_those_of_torch():
    config = TrainConfig(epochs=7, lr=0.2, schedule="step", step_epochs=2, step_factor=0.5)
    expected = rates_of_torch(config, 3, lambda optimizer: StepLR(optimizer, 2, 0.5), each_epoch=True)
    assert [lr_at(config, step, 3) for step in range(21)] == pytest.approx(expected)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_warm_up_rises_linearly_to_the_schedule(schedule):
    cold = TrainConfig(epochs=6, lr=0.4, schedule=schedule, step_epochs=4)
    warm = TrainConfig(epochs=6, lr=0.4, schedule=schedule, step_epochs=4, warmup_epochs=1.5)
    shares = [lr_at(warm, step, 10) / lr_at(cold, step, 10) for step in range(60)]
    assert shares == pytest.approx([(step + 1) / 15 for step in range(15)] + [1.0] * 45)


def test_a_factor_that_vanishes_leaves_a_rate():
    config = TrainConfig(epochs=10_000, schedule="step", step_epochs=1, step_factor=0.01)
    assert 0 < lr_at(config, 10**9, 10) < math.inf


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("warmup", [0.0, 0.5])
def test_rates_of_all_steps(schedule: str, warmup: float) -> None:
    config = TrainConfig(epochs=3, lr=0.2, schedule=schedule, step_epochs=1, warmup_epochs=warmup)
    rate = rates(config, 10)
    assert [rate(step) for step in range(35)] == [lr_at(config, step, 10) for step in range(35)]
