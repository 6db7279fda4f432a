"""The figures of a layer agree with their definitions."""

import numpy as np
import pytest

from explorer.inspection import statistics


def test_figures_of_a_known_activation() -> None:
    activation = np.array([[[0, 2], [-4, 0]], [[0, 0], [0, 0]]], dtype=np.float32)
    found = statistics.measure(activation)
    assert (found.minimum, found.maximum, found.mean) == (-4, 2, -0.25)
    assert found.std == pytest.approx(np.std([0, 2, -4, 0, 0, 0, 0, 0]))
    assert (found.zeros, found.negative) == (6 / 8, 1 / 8)
    assert (found.maps, found.dead, found.bad, found.values) == (2, 1, 0, 8)
    assert found.counts.sum() == 2  # zeros are not in the bars
    assert (found.edges[0], found.edges[-1]) == (-4, 2)


def test_values_that_are_not_finite_are_left_out_and_counted() -> None:
    found = statistics.measure(np.array([1, np.nan, 3, np.inf], dtype=np.float32))
    assert (found.bad, found.mean, found.maximum) == (2, 2, 3)
    nothing = statistics.measure(np.array([np.nan], dtype=np.float32))
    assert (nothing.bad, nothing.mean, nothing.counts.sum()) == (1, 0, 0)
    assert (nothing.minimum, nothing.maximum, nothing.std, nothing.zeros, nothing.negative) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("values", [[0.0, 0.0], [5.0, 5.0], [1.0, 1.0000001], [1e-45, 3e38]])
def test_narrow_and_wide_ranges_have_a_histogram(values: list[float]) -> None:
    found = statistics.measure(np.array(values, dtype=np.float32))
    assert found.counts.sum() == np.count_nonzero(values)
