"""Several curves as one."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.runs.curves.curve_points import Axis, places, points_of
from explorer.runs.curves.spread import mean_places, spread
from tests.gui.recorded_runs import history

VALUES = st.lists(st.floats(-10, 10) | st.just(float("nan")), min_size=1, max_size=12)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_means_and_deviations_are_those_of_the_values_that_are_there(curves):
    found = spread([(np.arange(1, len(values) + 1), np.array(values)) for values in curves])
    assert found.steps.tolist() == list(range(1, max(map(len, curves)) + 1))
    for place in range(len(found.steps)):
        there = [values[place] for values in curves if place < len(values) and np.isfinite(values[place])]
        assert found.counts[place] == len(there)
        if there:
            assert found.means[place] == pytest.approx(statistics.fmean(there), abs=1e-12)
        else:
            assert np.isnan(found.means[place])
        if len(there) > 1:
            assert found.deviations[place] == pytest.approx(statistics.stdev(there), abs=1e-9)
        else:
            assert np.isnan(found.deviations[place])


def test_curves_meet_at_their_steps_not_at_their_places():
    found = spread([(np.array([10, 20, 30]), np.array([1.0, 2.0, 3.0])), (np.array([20, 30]), np.array([4.0, 5.0]))])
    assert found.steps.tolist() == [10, 20, 30]
    assert found.means.tolist() == [1.0, 3.0, 4.0]
    assert found.counts.tolist() == [1, 2, 2]


@pytest.mark.parametrize("axis", [Axis.STEP, Axis.EPOCH, Axis.MACS])
def test_steps_of_the_same_plan_are_at_the_same_place(axis):
    runs = [points_of(history("r", seed=seed, upto=upto), 64) for seed, upto in ((0, 0.5), (1, 1.0))]
    steps = np.arange(1.0, 161.0)
    found, alone = mean_places(runs, steps, axis, 7), places(runs[1], steps, axis, 7)
    assert found is not None
    assert alone is not None
    assert found.tolist() == alone.tolist()


def test_time_is_that_of_the_runs_that_came_so_far_and_never_falls():
    runs = [points_of(history("r", seed=seed, upto=upto), 64) for seed, upto in ((0, 0.5), (1, 1.0))]
    steps = np.arange(1.0, 161.0)
    found, alone = mean_places(runs, steps, Axis.TIME), places(runs[1], steps, Axis.TIME)
    assert found is not None
    assert alone is not None
    assert found[-1] == pytest.approx(alone[-1])
    assert (np.diff(found) >= 0).all()
    assert mean_places(runs, steps, Axis.MACS) is None
