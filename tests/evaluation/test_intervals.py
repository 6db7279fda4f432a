"""Intervals against published and exactly computed values."""

import math

import pytest

from explorer.evaluation.intervals import mcnemar, wilson


def test_wilson_agrees_with_a_published_example() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_stays_within_the_possible() -> None:
    low, high = wilson(0, 20)
    assert low == 0.0
    assert high == pytest.approx(0.1611, abs=5e-5)
    assert wilson(20, 20)[1] == 1.0
    assert wilson(20, 20)[0] == pytest.approx(1 - high)
    assert wilson(0, 0) == (0.0, 1.0)


def test_mcnemar_is_the_exact_binomial_test() -> None:
    expected = 2 * sum(math.comb(13, number) for number in range(4)) / 2**13
    assert mcnemar(10, 3) == mcnemar(3, 10) == pytest.approx(expected)
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert 0 < mcnemar(200, 4800) < 1e-300 or mcnemar(200, 4800) == 0.0
