"""Learning rates are tried for a plan, and no run beside it is touched."""

import threading

import pytest
import torch
from torch import nn

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.runs.looking import rate_search
from explorer.runs.looking.rate_search import find_rate
from explorer.runs.plan import RunPlan
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig
from explorer.training.events import Preparing, Steps
from explorer.training.range_test import RateFound, RatePoint
from tests.runs.digest import digest, plan

FINDINGS = ((None, None, False), (0.2, 4.0, False), (0.1, None, True))


def test_rates_are_tried_on_the_plans_network_and_data():
    events = list(find_rate(plan(momentum=0.9), steps=40))
    assert isinstance(events[0], Preparing)
    points = [event for event in events if isinstance(event, RatePoint)]
    assert points[0].loss == pytest.approx(2.3, abs=0.2)
    assert min(point.loss for point in points) < 2.2
    assert isinstance(events[-1], RateFound)
    assert 1e-4 < events[-1].lr < 1


def test_sigmoids_that_need_more_steps_than_the_test_has_get_a_rate_that_moves_them():
    choice = Choice("lenet", (1, 28, 28), 10, {})
    config = TrainConfig(limit=640, optimizer="sgd", momentum=0.0, initialisation="xavier", batch_size=32, device="cpu")
    (found,) = [e for e in find_rate(RunPlan(choice, "digits", None, config)) if isinstance(e, RateFound)]
    assert 0.1 < found.lr < 1
    assert "begins to rise" in found.reason.en


def test_where_the_loss_does_not_fall_it_is_tried_again_more_slowly(monkeypatch):
    """The second attempt begins with the start weights and goes up to where the first one diverged."""
    asked = []

    def tried(setup, *, lr_min, lr_max, steps, attempt, **_):
        weights = next(setup.model.parameters())
        asked.append((lr_min, lr_max, steps, weights.detach().clone()))
        with torch.no_grad():
            weights.zero_()
        yield RatePoint(1, steps, lr_min, 2.3, attempt)
        yield answers[attempt - 1]

    no, half, good = (RateFound(lr, at, Text("", ""), has_fallen=fell) for lr, at, fell in FINDINGS)
    monkeypatch.setattr(rate_search, "range_test", tried)
    for answers, expected in (((no, good), good), ((half, good), good), ((half, no), half), ((no, no), no)):
        asked.clear()
        *_, first, again, second, found = find_rate(plan(), steps=40, slow_steps=70)
        assert found is expected
        assert (first.attempt, second.attempt) == (1, 2)
        assert "more slowly" in again.what.en
        highest = answers[0].diverged_at or 10.0
        assert asked[0][:3] == pytest.approx((1e-6, 10.0, 40))
        assert asked[1][:3] == pytest.approx((highest / 1e5, highest, 70))
        assert torch.equal(asked[0][3], asked[1][3])
    answers = (good, no)
    asked.clear()
    assert list(find_rate(plan()))[-1] is good
    assert len(asked) == 1


def test_sigmoids_with_momentum_fall_in_the_second_attempt():
    """Tried with 900 steps each: 0.05, 0.1 and 0.2 come below 0.11; 0.01 to 1.9, 0.4 nowhere."""
    choice = Choice("lenet", (1, 28, 28), 10, {})
    config = TrainConfig(optimizer="sgd", initialisation="xavier", batch_size=32, device="cpu", threads=1)
    events = list(find_rate(RunPlan(choice, "digits", None, config)))
    assert events[-1].has_fallen
    assert 0.05 <= events[-1].lr <= 0.25
    assert events[-2].attempt == 2


def test_it_can_be_cancelled_while_it_loads_and_while_it_tries():
    for allowed in (0, 4):
        seen = []
        for event in find_rate(plan(), is_cancelled=lambda: sum(isinstance(e, RatePoint) for e in seen) >= allowed):  # noqa: B023
            seen.append(event)
        assert sum(isinstance(event, RatePoint) for event in seen) == allowed
        assert not any(isinstance(event, RateFound) for event in seen)


def test_what_does_not_fit_in_memory_is_told(monkeypatch):
    def explode(*args, **kwargs):
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(rate_search, "range_test", explode)
    with pytest.raises(ExplorerError, match="64 images does not fit"):
        list(find_rate(plan()))


def test_a_run_beside_it_computes_the_same_bits(tmp_path, monkeypatch):
    def build(choice):
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.Dropout(), nn.Linear(16, 10))

    monkeypatch.setattr(catalogue, "build", build)
    monkeypatch.setattr("explorer.runs.work.execute.REPORT_SECONDS", 1e-9)

    def train(folder):
        execution = Execution(plan(epochs=6), "r", folder)
        losses = [loss for event in execution.events() if isinstance(event, Steps) for loss in event.losses]
        return losses, digest(execution.snapshot().weights)

    alone = train(tmp_path / "a")
    is_over, found = threading.Event(), []

    def search():
        while not is_over.is_set():
            found.extend(find_rate(plan(), steps=20, is_cancelled=is_over.is_set))

    thread = threading.Thread(target=search)
    thread.start()
    try:
        beside = train(tmp_path / "b")
    finally:
        is_over.set()
        thread.join(60)
    assert beside == alone
    assert sum(isinstance(event, RatePoint) for event in found) > 5
