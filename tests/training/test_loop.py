"""The loop: its events, its figures, and going on from any position."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.training import events, pace
from explorer.training.events import EpochEnded, Started, Steps
from explorer.training.loop import Position, train
from tests.training.stand_ins import setup
from tests.training.test_pace import Clock


def of_kind(kind, found):
    return [event for event in found if isinstance(event, kind)]


def test_the_events_of_a_whole_training():
    position = Position()
    found = list(train(setup(), position, epochs=3, report_seconds=0.0))
    started = found[0]
    assert isinstance(started, Started)
    assert (started.epochs, started.steps_per_epoch, started.train_images, started.params) == (3, 8, 64, 34)
    steps = of_kind(Steps, found)
    assert [event.step for event in steps] == list(range(1, 25))
    assert all(len(event.losses) == len(event.accuracies) == 1 and event.images == 8 for event in steps)
    ends = of_kind(EpochEnded, found)
    assert [(end.epoch, end.step, end.images) for end in ends] == [(0, 8, 64), (1, 16, 64), (2, 24, 64)]
    assert isinstance(found[-1], EpochEnded)
    assert (position.epoch, position.batch, position.step) == (3, 0, 24)


def test_the_loss_falls_and_the_test_is_passed():
    ends = of_kind(EpochEnded, train(setup(), Position(), epochs=5))
    assert ends[-1].train_loss < 0.5 * ends[0].train_loss
    assert ends[-1].test_accuracy == 1.0


def test_steps_are_gathered_between_reports():
    found = list(train(setup(), Position(), epochs=2, report_seconds=1000))
    assert [len(event.losses) for event in of_kind(Steps, found)] == [8, 8]


def test_epoch_figures_are_the_means_over_its_images():
    found = list(train(setup(count=60), Position(), epochs=1, report_seconds=0.0))  # the last batch has 4 images
    (end,) = of_kind(EpochEnded, found)
    steps = of_kind(Steps, found)
    assert sum(event.images for event in steps) == end.images == 60
    assert end.train_loss == pytest.approx(sum(event.losses[0] * event.images for event in steps) / 60)
    assert end.train_accuracy == pytest.approx(sum(event.accuracies[0] * event.images for event in steps) / 60)


def test_losses_are_those_of_a_loop_written_out():
    mine = [loss for event in of_kind(Steps, train(setup(), Position(), epochs=2)) for loss in event.losses]
    plain = setup()
    expected = []
    for epoch in range(2):
        for images, labels in plain.train.epoch(epoch):
            loss = nn.functional.cross_entropy(plain.model(images), labels)
            plain.optimizer.zero_grad()
            loss.backward()
            plain.optimizer.step()
            expected.append(loss.item())
    assert mine == expected


@pytest.mark.parametrize("stop_after", [1, 7, 8, 9, 13])
def test_going_on_from_any_position_gives_the_same_losses(stop_after):
    straight = [event.losses for event in of_kind(Steps, train(setup(), Position(), epochs=2, report_seconds=0.0))]
    parts, position = setup(), Position()
    first = []
    for event in train(parts, position, epochs=2, report_seconds=0.0):
        if isinstance(event, Steps):
            first.append(event.losses)
            if len(first) == stop_after:
                break
    again = Position.from_json(position.to_json())
    rest = [event.losses for event in of_kind(Steps, train(parts, again, epochs=2, report_seconds=0.0))]
    assert first + rest == straight


def test_stopping_during_the_test_repeats_the_test_only():
    parts, position = setup(), Position()
    for event in train(parts, position, epochs=1, report_seconds=0.0):
        if isinstance(event, events.Testing) and event.fraction > 0:
            break
    assert (position.epoch, position.batch, position.step) == (0, 8, 8)
    rest = list(train(parts, position, epochs=1, report_seconds=0.0))
    assert of_kind(Steps, rest) == []
    (end,) = of_kind(EpochEnded, rest)
    assert end.images == 64
    assert end.train_loss > 0


def test_the_test_reports_its_progress_and_leaves_the_modes_alone():
    parts = setup()
    fractions = []
    for event in train(parts, Position(), epochs=1, report_seconds=0.0):
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        if isinstance(event, events.Testing):
            fractions.append(event.fraction)
            assert not parts.model.training
        elif isinstance(event, Steps):
            assert parts.model.training
    assert fractions[0] == 0.0
    assert fractions[1:] == [pytest.approx(part / 8) for part in range(1, 9)]


def test_evaluation_uses_running_statistics_and_does_not_move_them():
    model = nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(16, 2))
    parts = setup(model)
    seen = []
    for event in train(parts, Position(), epochs=1, report_seconds=0.0):
        if isinstance(event, events.Testing):
            seen.append(model[0].running_mean.clone())
    assert all(torch.equal(mean, seen[0]) for mean in seen)


class _Spoils(nn.Module):
    """Gives infinite logits from the `at`-th training batch on."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.linear = nn.Linear(16, 2)
        self.at, self.calls = at, 0

    def forward(self, x):
        self.calls += 1
        logits = self.linear(x.flatten(1))
        return logits * math.inf if self.calls >= self.at else logits


@pytest.mark.parametrize("at", [1, 5])
def test_a_loss_that_is_no_number_ends_the_training_with_advice(at):
    position = Position()
    with pytest.raises(ExplorerError, match=f"at step {at}") as caught:
        list(train(setup(_Spoils(at), lr=0.1), position, epochs=1, report_seconds=0.0))
    assert "0.01" in caught.value.hint.en
    assert "0.01" in caught.value.hint.zh
    assert position.step == at - 1


def test_a_loss_that_grows_beyond_all_bounds_is_found_at_the_next_report():
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Linear(8, 8), nn.Linear(8, 2))
    with pytest.raises(ExplorerError, match="stopped being a number"):
        list(train(setup(model, lr=1e12), Position(), epochs=1, report_seconds=1000))


def test_weights_that_only_the_test_finds_broken():
    with pytest.raises(ExplorerError, match="stopped being a number"):
        list(train(setup(_Spoils(9)), Position(), epochs=1))


def test_models_with_auxiliary_outputs_are_trained_on_the_main_one():
    class Aux(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(16, 2)

        def forward(self, x):
            logits = self.linear(x.flatten(1))
            return type("Outputs", (), {"logits": logits, "aux": None}) if self.training else logits

    assert of_kind(EpochEnded, train(setup(Aux()), Position(), epochs=1))


def test_time_spent_by_others_between_events_does_not_count(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)

    class Slow(nn.Linear):
        def forward(self, x):
            clock.passes(2.0)
            return super().forward(x.flatten(1))

    told = []
    for event in train(setup(Slow(16, 2)), Position(), epochs=1, report_seconds=0.0):
        if isinstance(event, Steps):
            told.append(event.seconds)
        clock.passes(100.0, works=False)
    assert told == [2.0] * 8
    assert isinstance(event, EpochEnded)
    assert (event.seconds, event.test_seconds) == (16.0, 16.0)


def test_answers_are_told_when_a_test_begins_and_when_all_are_there():
    told = []

    class Answers:
        def clear(self):
            told.append("clear")

        def add(self, output, labels):
            told.append(len(labels))

        def complete(self):
            told.append("complete")

    list(train(replace(setup(count=20), answers=Answers()), Position(), epochs=2))
    assert told == ["clear", 8, 8, 4, "complete"] * 2
