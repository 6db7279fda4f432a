"""Heights that belong together on two sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.gui.panels.compare.tether import Tether

heights = st.integers(8, 40000).map(lambda eighths: eighths / 8)  # px; closer levels cannot be told apart


levels = st.lists(st.tuples(heights, heights), max_size=30)


def test_levels_are_met_and_between_them_it_is_straight() -> None:
    tether = Tether([(100, 300), (200, 500)], (400, 900))
    assert [tether.right(y) for y in (0, 100, 150, 200, 300, 400)] == [0, 300, 400, 500, 700, 900]
    assert [tether.left(y) for y in (0, 300, 400, 500, 700, 900)] == [0, 100, 150, 200, 300, 400]


def test_beyond_the_ends_both_sides_move_alike() -> None:
    tether = Tether([], (400, 900))
    assert tether.right(-50) == -50
    assert tether.right(460) == 960
    assert tether.left(960) == 460


def test_levels_that_cross_are_left_out() -> None:
    tether = Tether([(100, 100), (200, 800), (300, 200), (350, 300)], (400, 900))
    assert [tether.right(y) for y in (100, 300, 350)] == [100, 200, 300]


@given(levels, st.lists(st.floats(-500, 6000, allow_nan=False), min_size=2, max_size=10))
def test_further_down_on_one_side_is_never_further_up_on_the_other(
    ties: list[tuple[float, float]], places: list[float]
) -> None:
    tether = Tether(ties, (5001, 5002))
    there = [tether.right(y) for y in sorted(places)]
    assert there == sorted(there)
    assert [tether.left(y) for y in there] == pytest.approx(sorted(places), abs=1e-3)
