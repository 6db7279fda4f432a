"""Long curves drawn short, smoothed, and with round ticks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.gui.widgets.charts.decimation import by_column, extremes, nice_ticks, smoothed


def test_short_curves_stay_as_they_are() -> None:
    x, y = np.arange(10.0), np.arange(10.0)
    assert extremes(x, y, 5)[1] is y
    assert smoothed(x, y, 10)[1] is y


@given(st.integers(50, 5000), st.integers(10, 400), st.integers(0, 2**16))
def test_no_spike_is_lost(count: int, columns: int, seed: int) -> None:
    numbers = np.random.default_rng(seed)
    y = numbers.normal(size=count)
    spike = int(numbers.integers(count))
    y[spike] = 100.0
    short_x, short_y = extremes(np.arange(count, dtype=float), y, columns)
    assert len(short_y) <= max(2 * columns + 2, count if count <= 2 * columns else 0)
    assert short_y.max() == 100.0
    assert short_y.min() == y.min()
    assert abs(short_x[short_y.argmax()] - spike) <= -(-count // columns)
    assert (np.diff(short_x) >= 0).all()


def test_smoothing_keeps_the_mean_and_its_early_points_while_it_grows() -> None:
    numbers = np.random.default_rng(0)
    y = numbers.normal(size=1000)
    x = np.arange(1000.0)
    _, before = smoothed(x[:900], y[:900], 90)
    _, after = smoothed(x, y, 90)
    assert len(after) <= 2 * 90
    assert np.array_equal(before[:-1], after[: len(before) - 1])
    assert after[-1] == pytest.approx(y[-16:].mean())


def test_a_constant_stays_constant() -> None:
    x = np.arange(777.0)
    assert smoothed(x, np.full(777, 3.5), 50)[1] == pytest.approx(3.5)


@given(st.floats(-1000, 1000), st.floats(0.001, 10000), st.integers(2, 12))
def test_ticks_are_inside_and_equally_far_apart(low: float, span: float, most: int) -> None:
    ticks, step = nice_ticks(low, low + span, most)
    assert len(ticks) <= most + 2
    assert all(low - 1e-6 * span <= tick <= low + span + 1e-6 * span for tick in ticks)
    assert np.diff(ticks) == pytest.approx(step)


def test_zero_is_not_minus_zero() -> None:
    assert str(nice_ticks(0.0, 1.0, 5)[0][0]) == "0.0"


def test_levels_stay_levels_whether_they_rise_or_fall() -> None:
    levels = np.array([1.0, 3.0, 4.0, 2.0, 0.5])
    x, y = np.repeat(np.array([0.0, 10.0, 20.0, 30.0, 30.4]), 2)[1:], np.repeat(levels, 2)[:-1]
    short_x, short_y = by_column(x, y, keeps_extremes=True)
    drawn = list(zip(short_x.tolist(), short_y.tolist(), strict=True))
    assert drawn == [(0, 1), (0, 1), (10, 1), (10, 3), (20, 3), (20, 4), (30, 4), (30, 0.5)]
