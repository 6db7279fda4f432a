"""What is known of a run from its events: phases, curves, progress and time left."""

import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.bilingual import Text
from explorer.runs.curves.history import History, Phase
from explorer.training import events
from explorer.training.events import (
    EndedEarly,
    Failed,
    Finished,
    LearningRateChanged,
    Paused,
    Preparing,
    Resumed,
    Steps,
    Stopped,
    Warned,
)
from tests.runs.recorded import epoch_ended, started, steps, whole_run
from tests.work import calls


def history_of(*events) -> History:
    history = History("r")
    for event in events:
        history.apply(event)
    return history


def test_curves_and_best_of_a_whole_run():
    history = history_of(*whole_run(), Finished("r"))
    assert history.step == 30
    np.testing.assert_array_equal(history.steps, np.arange(1, 31))
    np.testing.assert_allclose(history.losses, 1 / np.arange(1, 31), rtol=1e-6)
    np.testing.assert_allclose(history.accuracies, 1 - 1 / np.arange(1, 31), atol=1e-6)
    np.testing.assert_array_equal(history.epoch_steps, [10, 20, 30])
    np.testing.assert_allclose(history.epoch_test_accuracies, [0.5, 0.6, 0.7])
    assert history.best is not None
    assert history.best.epoch == 2
    assert history.fraction == 1.0
    assert history.phase == Phase.ENDED
    assert history.ending == Finished("r")


def test_phases_follow_the_events():
    history = History("r")
    seen = [history.phase]
    for event in (
        Preparing("r", Text("a", "b")),
        started(),
        steps("r", 10, 10),
        events.Testing("r", 0, 0.5),
        epoch_ended("r", 0),
        Stopped("r"),
    ):
        history.apply(event)
        seen.append(history.phase)
    assert seen == ["preparing", "preparing", "training", "training", "testing", "training", "ended"]


def test_progress_within_the_run():
    history = history_of(started(), steps("r", 10, 10), epoch_ended("r", 0), steps("r", 14, 4, epoch=1))
    assert (history.epoch, history.batch, history.epochs, history.steps_per_epoch) == (1, 4, 3, 10)
    assert history.fraction == pytest.approx(14 / 30)


def test_time_left_counts_steps_and_tests():
    history = history_of(started(), steps("r", 10, 10, seconds=2.0))
    assert history.seconds_left == pytest.approx(20 * 0.2)
    history.apply(epoch_ended("r", 0))
    assert history.seconds_left == pytest.approx(20 * 0.2 + 2 * 0.25)
    assert history.images_per_second == pytest.approx(640 / 2)
    assert history.seconds == pytest.approx(2.25)


def test_time_left_within_a_test_is_that_of_the_rest_of_it():
    history = history_of(started(), steps("r", 10, 10, seconds=2.0), epoch_ended("r", 0), steps("r", 20, 10, epoch=1))
    seconds = 10 * 2.5 / 20
    assert history.seconds_left == pytest.approx(seconds + 2 * 0.25)
    history.apply(events.Testing("r", 1, 0.75))
    assert history.seconds_left == pytest.approx(seconds + 1.25 * 0.25)
    history.apply(Stopped("r"))
    assert history.seconds_left is None


def test_progress_before_anything_is_known():
    history = History("r")
    assert (history.epochs, history.steps_per_epoch, history.epoch, history.fraction) == (0, 0, 0, 0.0)
    assert (history.images_per_second, history.mean_images_per_second, history.seconds_left) == (None, None, None)
    assert history.best is None


def test_what_is_noted_on_the_way():
    warned = Warned("r", Text("disk", "磁盘"))
    history = history_of(started(), warned, Paused("r"))
    assert history.warnings == [warned]
    assert history.is_paused
    history.apply(Resumed("r"))
    assert not history.is_paused
    history.apply(Paused("r"))
    history.apply(Stopped("r"))
    assert not history.is_paused
    history.apply(Paused("r"))
    history.apply(started(step=0))  # whoever paused it may have been killed
    assert not history.is_paused


def test_the_rate_is_that_of_the_latest_seconds():
    slow = [steps("r", step, 1, seconds=1.0) for step in range(1, 11)]
    fast = [steps("r", step, 1, seconds=0.1) for step in range(11, 100)]
    history = history_of(started(steps=100), *slow, *fast)
    assert history.images_per_second == pytest.approx(640)
    assert history.mean_images_per_second == pytest.approx(64 * 99 / 18.9)


def test_resuming_forgets_what_came_after_the_checkpoint():
    history = history_of(started(), steps("r", 10, 10), epoch_ended("r", 0), steps("r", 17, 7, epoch=1), Stopped("r"))
    history.apply(started(epoch=1, step=12))
    assert history.step == 12
    assert len(history.accuracies) == 12
    assert history.ending is None
    history.apply(steps("r", 20, 8, epoch=1))
    np.testing.assert_allclose(history.losses, 1 / np.arange(1, 21), rtol=1e-6)
    history.apply(started(epoch=0, step=0))
    assert history.epoch_ends == []


def test_lost_events_leave_a_gap():
    history = history_of(started(), steps("r", 3, 3), steps("r", 9, 2))
    assert history.step == 9
    assert [math.isnan(loss) for loss in history.losses] == [False] * 3 + [True] * 4 + [False] * 2


def test_views_given_out_stay_as_they_were():
    history = history_of(started(steps=100_000))
    history.apply(steps("r", 1000, 1000))
    before = history.losses
    copy = before.copy()
    for last in range(2000, 20_000, 1000):
        history.apply(steps("r", last, 1000))
    np.testing.assert_array_equal(before, copy)


def test_an_event_costs_the_same_however_many_came_before():
    losses = (0.5,) * 10
    events = [Steps("r", last, 0, losses, losses, 640, 0.05, 0.1) for last in range(10, 100_001, 10)]
    history = history_of(started(steps=100_000))

    def cost(part):
        return calls(lambda: [history.apply(event) for event in part]) / len(part)

    first, middle, last = cost(events[:500]), cost(events[500:-500]), cost(events[-500:])
    assert history.step == 100_000
    assert last == pytest.approx(first, rel=0.1)
    assert max(first, middle, last) < 60


def test_a_failure_is_an_ending():
    failed = Failed("r", Text("no", "否"))
    assert history_of(started(), failed).ending is failed


def with_rate(event, lr):
    return replace(event, lr=lr)


def test_rates_are_kept_where_they_change():
    history = history_of(
        started(),
        with_rate(steps("r", 2, 2), 0.1),
        with_rate(steps("r", 4, 2), 0.1),
        LearningRateChanged("r", 4, 0.05, 0.5),
        with_rate(steps("r", 6, 2), 0.05),
        with_rate(steps("r", 8, 2), 0.04),
    )
    assert history.lr_steps.tolist() == [2, 6, 8]
    assert history.lrs.tolist() == [pytest.approx(0.1), pytest.approx(0.05), pytest.approx(0.04)]
    assert [change.step for change in history.lr_changes] == [4]
    history.apply(started(step=3))  # resumed from before the change
    assert (history.lr_steps.tolist(), history.lrs.tolist()) == ([2], [pytest.approx(0.1)])
    assert history.lr_changes == []


def test_a_resumed_run_has_not_ended_early():
    early = EndedEarly("r", 10, 0, 0, Text("a", "甲"))
    history = history_of(started(), early, Finished("r"))
    assert history.ended_early == early
    history.apply(started(step=10, epoch=1))
    assert history.ended_early is None
