"""The points of a run on every axis, smoothed, and as a table."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from explorer.bilingual import Text
from explorer.runs.curves import curve_csv
from explorer.runs.curves.curve_points import Axis, places, points_of, smoothed
from explorer.runs.curves.history import History
from explorer.runs.curves.planned_rate import rate_of
from explorer.training.config import TrainConfig
from explorer.training.events import EndedEarly, LearningRateChanged
from explorer.training.schedules import lr_at
from tests.runs.recorded import epoch_ended, started, steps, whole_run


def replayed(*events: object) -> History:
    history = History("r")
    for event in events:
        history.apply(event)  # type: ignore[arg-type]
    return history


def test_axes() -> None:
    points = points_of(replayed(*whole_run()), 64)
    at = np.array([5.0, 10.0, 30.0])
    assert places(points, at, Axis.STEP) == pytest.approx([5, 10, 30])
    assert places(points, at, Axis.EPOCH) == pytest.approx([0.5, 1, 3])
    assert places(points, at, Axis.TIME) == pytest.approx([0.5, 1.0, 3.0])  # half a second each five steps
    assert places(points, at, Axis.MACS, 1000) == pytest.approx(at * 64 * 1000)
    assert places(points, at, Axis.MACS, None) is None
    assert points.seconds == pytest.approx(3.0)
    assert points.macs(1000) == 30 * 64 * 1000


def test_work_counts_images_and_not_full_batches() -> None:
    history = replayed(replace(started(steps=4), train_images=210), steps("r", 8, 8))
    points = points_of(history, 64)  # batches of 64, 64, 64 and 18
    at = np.array([1.0, 3.0, 4.0, 5.0, 8.0])
    assert points.images(at).tolist() == [64, 192, 210, 274, 420]
    assert places(points, at, Axis.MACS, 1000) == pytest.approx(points.images(at) * 1000)
    assert points.macs(1000) == 420 * 1000
    few = points_of(replayed(replace(started(steps=1), train_images=10), steps("r", 2, 2)), 64)
    assert few.macs(1) == 2 * 10


def test_time_does_not_count_what_was_lost_and_done_again() -> None:
    history = replayed(started(), steps("r", 4, 4, seconds=2.0), steps("r", 8, 4, seconds=4.0))
    history.apply(started(step=6))
    assert history.times[-1] == pytest.approx(4.0)
    history.apply(steps("r", 8, 2, seconds=1.0))
    assert history.time_steps.tolist() == [0, 4, 6, 8]
    assert history.times == pytest.approx([0, 2, 4, 5])


def test_marks_of_a_run() -> None:
    history = replayed(started(), steps("r", 10, 10), epoch_ended("r", 0, accuracy=0.7))
    history.apply(LearningRateChanged("r", 10, 0.01, 0.1))
    history.apply(epoch_ended("r", 1, accuracy=0.6))
    history.apply(EndedEarly("r", 20, 1, 0, Text("early", "早")))
    points = points_of(history, 64)
    assert (points.changes, points.ended_early, points.best) == ((10,), 20, 0)


@pytest.mark.parametrize("weight", [0.5, 0.9, 0.99])
def test_smoothing_is_the_mean_of_all_so_far_the_newest_weighing_most(weight: float) -> None:
    values = np.random.default_rng(0).normal(size=2000)
    total = weights = 0.0
    expected = []
    for value in values:
        total, weights = weight * total + value, weight * weights + 1
        expected.append(total / weights)
    assert smoothed(values, weight) == pytest.approx(np.array(expected), abs=1e-9)


def test_smoothing_goes_on_over_a_gap() -> None:
    found = smoothed(np.array([1.0, np.nan, 3.0]), 0.5)
    assert found[0] == 1
    assert np.isnan(found[1])
    assert found[2] == pytest.approx((3 + 0.25 * 1) / 1.25)
    assert smoothed(np.array([2.0, 4.0]), 0.0).tolist() == [2, 4]
    assert smoothed(np.array([2.0, 4.0]), 0.5).tolist() == pytest.approx([2, (4 + 1) / 1.5])
    assert smoothed(np.array([2.0]), 0.5).tolist() == [2]


def test_a_table_of_all_points() -> None:
    points = points_of(replayed(*whole_run()), 64)
    file = io.StringIO()
    curve_csv.write(file, [curve_csv.Source("#1 LeNet", points, 1000), curve_csv.Source("#2", points)])
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert len(rows) == 60
    first, tenth, other = rows[0], rows[9], rows[30]
    assert first["name"] == "#1 LeNet"
    assert first["test_accuracy"] == ""
    assert first["learning_rate"] == "0.1"
    assert float(tenth["train_loss"]) == pytest.approx(0.1)
    assert (tenth["epoch"], tenth["seconds"], tenth["multiply_adds"]) == ("1", "1.0000", "640000")
    assert float(tenth["test_accuracy"]) == pytest.approx(0.5)
    assert other["multiply_adds"] == ""


def test_what_was_lost_is_left_empty_in_the_table_and_numbers_are_exact() -> None:
    history = replayed(started(), steps("r", 8, 4))  # the first four are lost
    points = points_of(history, 64)
    file = io.StringIO()
    curve_csv.write(file, [curve_csv.Source("#1", points)])
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [row["train_loss"] for row in rows[:4]] == [""] * 4
    found = np.array([row["train_loss"] for row in rows[4:]], np.float32)
    assert found.tolist() == points.losses[4:].tolist()


def test_the_rate_of_every_step_follows_from_plan_and_changes() -> None:
    config = TrainConfig(epochs=3, lr=0.2, schedule="one-cycle", warmup_epochs=0.5)
    history = replayed(started(), steps("r", 12, 12), LearningRateChanged("r", 12, 0.05, 0.5), steps("r", 30, 18))
    rate = rate_of(config, history)
    expected = [lr_at(config, step, 10) * (1 if step < 12 else 0.5) for step in range(30)]
    assert [rate(number) for number in range(1, 31)] == expected
    file = io.StringIO()
    curve_csv.write(file, [curve_csv.Source("#1", points_of(history, 64), None, rate)])
    written = [float(row["learning_rate"]) for row in csv.DictReader(io.StringIO(file.getvalue()))]
    assert written == pytest.approx(expected, rel=1e-8)
