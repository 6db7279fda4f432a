"""Learning rates are tried for a plan, and no run beside it is touched."""

import threading

import pytest
import torch
from torch import nn

from explorer import catalogue
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
