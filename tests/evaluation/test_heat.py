"""Levels of the confusion matrix's colours."""

import numpy as np
import pytest

from explorer.evaluation import heat


@pytest.mark.parametrize("is_log", [True, False])
def test_the_greatest_number_has_the_last_level_whatever_it_is(is_log: bool) -> None:
    """Of 6, 46 and others the logarithm comes out a rounding above one, which would be no level any more."""
    for top in range(1, 400):
        matrix = np.array([[50, top], [1, 50]], np.int64)
        found = heat.heat(matrix, is_share=False, is_log=is_log, mutes_diagonal=True)
        assert found.levels[0, 1] == 255, top
