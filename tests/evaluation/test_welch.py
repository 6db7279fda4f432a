"""Means, spreads and Welch's interval."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.evaluation.intervals import NORMAL_95
from explorer.evaluation.welch import Sample, difference, student

# NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2: upper critical values of Student's t.
PUBLISHED = {
    0.90: {1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 8: 1.860, 10: 1.812, 20: 1.725, 30: 1.697, 100: 1.660},
    0.95: {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 8: 2.306, 10: 2.228, 20: 2.086, 30: 2.042, 100: 1.984},
    0.99: {1: 63.657, 2: 9.925, 3: 5.841, 4: 4.604, 5: 4.032, 8: 3.355, 10: 3.169, 20: 2.845, 30: 2.750, 100: 2.626},
}  # fmt: skip
ACCURACIES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


@pytest.mark.parametrize("share", PUBLISHED)
def test_the_quantiles_are_the_published_ones(share: float) -> None:
    for degrees, published in PUBLISHED[share].items():
        assert student(degrees, share) == pytest.approx(published, abs=5.01e-4), degrees


def test_one_and_two_degrees_have_a_closed_form() -> None:
    for share in (0.5, 0.8, 0.95, 0.999):
        assert student(1, share) == pytest.approx(math.tan(math.pi * share / 2), rel=1e-9)
        assert student(2, share) == pytest.approx(share * math.sqrt(2 / (1 - share * share)), rel=1e-9)


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_fewer_degrees_reach_further_and_none_less_far_than_the_normal(one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert student(few) >= student(many) * (1 - 1e-9)
    assert student(many) * (1 + 1e-9) >= NORMAL_95


def test_very_many_degrees_are_as_the_normal() -> None:
    assert student(1e6) == pytest.approx(NORMAL_95, rel=3e-6)


@given(ACCURACIES)
def test_mean_and_deviation_are_those_of_the_statistics_module(values: list[float]) -> None:
    sample = Sample.of(values)
    assert (sample.count, sample.mean) == (len(values), pytest.approx(statistics.mean(values)))
    assert sample.deviation == pytest.approx(statistics.stdev(values), abs=1e-15)


def test_one_number_has_no_deviation_and_none_no_mean() -> None:
    assert Sample.of([0.5]).mean == 0.5
    assert math.isnan(Sample.of([0.5]).deviation)
    assert math.isnan(Sample.of([]).mean)
    assert math.isnan(Sample.of([0.5, math.nan]).deviation)
    assert (Sample.of([1.0, math.inf]).mean, Sample.of([1.0, math.inf]).count) == (math.inf, 2)
    assert difference(Sample.of([0.5]), Sample.of([0.1, 0.2])) is None


def test_a_known_interval() -> None:
    """As by hand: variances 1/3 and 4/3 of 4 numbers each, so 4.41 degrees, and t = 2.677 there."""
    first, second = Sample(4, 0.9, math.sqrt(1 / 3)), Sample(4, 0.4, math.sqrt(4 / 3))
    degrees = (5 / 12) ** 2 / ((1 / 12) ** 2 / 3 + (1 / 3) ** 2 / 3)
    found = difference(first, second)
    assert found is not None
    assert degrees == pytest.approx(4.4118, abs=1e-4)
    assert found.high - found.by == pytest.approx(student(degrees) * math.sqrt(5 / 12))
    assert 2.571 < student(degrees) < 2.776
    assert not found.is_clear


@given(ACCURACIES, ACCURACIES)
def test_the_interval_turns_with_the_sides(first: list[float], second: list[float]) -> None:
    there, back = difference(Sample.of(first), Sample.of(second)), difference(Sample.of(second), Sample.of(first))
    assert there is not None
    assert back is not None
    assert (there.by, there.low, there.high) == pytest.approx((-back.by, -back.high, -back.low))
    assert there.low <= there.by <= there.high
    assert there.is_clear == back.is_clear


def test_equal_runs_leave_no_width() -> None:
    found = difference(Sample.of([1.0, 1.0, 1.0]), Sample.of([0.5, 0.5]))
    assert found is not None
    assert (found.by, found.low, found.high) == (0.5, 0.5, 0.5)
    tiny = difference(Sample.of([0.5, 0.5 + 1e-16, 0.5 + 2e-16]), Sample.of([0.4, 0.4]))
    assert tiny is not None
    assert tiny.by == pytest.approx(0.1)


def test_the_interval_holds_the_truth_in_95_of_100_cases() -> None:
    import numpy as np

    numbers = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        first, second = numbers.normal(0.9, 0.01, 5), numbers.normal(0.88, 0.03, 4)
        found = difference(Sample.of(first.tolist()), Sample.of(second.tolist()))
        assert found is not None
        held += found.low <= 0.02 <= found.high
    assert 0.935 <= held / 2000 <= 0.965
