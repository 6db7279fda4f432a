import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.report.chart import Axes, curve, draw, ticks


@pytest.mark.parametrize(
    ("top", "marks"),
    [(1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (10, [0, 2, 4, 6, 8, 10]), (2.4, [0, 0.5, 1.0, 1.5, 2.0]), (3, [0, 1, 2, 3])],
)
def test_marks_are_round_numbers(top: float, marks: list[float]) -> None:
    assert ticks(top) == pytest.approx(marks)


@given(st.floats(1e-9, 1e9))
def test_there_are_a_few_marks_whatever_the_values(top: float) -> None:
    marks = ticks(top)
    assert 2 <= len(marks) <= 7
    assert marks[0] == 0
    assert marks[-1] <= top * (1 + 1e-6)


def test_a_long_curve_is_thinned_by_means() -> None:
    x = np.arange(1000.0)
    found = curve("loss", "#000", x, 2 * x)
    assert 300 <= len(found.x) <= 400
    assert found.y == pytest.approx(2 * found.x)
    assert float(found.x.mean()) == pytest.approx(float(x.mean()), rel=0.01)


def test_what_is_not_finite_is_left_out() -> None:
    found = curve("loss", "#000", np.arange(4.0), np.array([1.0, np.nan, np.inf, 3.0], np.float32))
    assert found.x.tolist() == [0, 3]
    assert found.y.tolist() == [1, 3]


def test_without_a_point_nothing_is_drawn() -> None:
    empty = curve("loss", "#000", np.zeros(0), np.zeros(0))
    assert draw(Axes("Loss", "epoch"), [empty]) == ""


def test_points_stand_where_their_values_are() -> None:
    line = curve("test", "#123456", np.array([1.0, 2.0]), np.array([0.5, 1.0]), is_dotted=True)
    drawn = draw(Axes("Accuracy", "epoch", 1.0, is_share=True), [line])
    circles = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)]
    (half_x, half_y), (full_x, full_y) = circles
    grid = {float(y) for y in re.findall(r'class="grid" d="M\d+ ([\d.]+)H', drawn)}
    assert full_y == min(grid)
    assert half_y == pytest.approx((min(grid) + max(grid)) / 2, abs=0.1)
    assert half_x < full_x
    assert "100%" in drawn


def test_words_of_curves_are_escaped_and_read_out() -> None:
    line = curve("<test>", "#123456", np.array([1.0]), np.array([0.25]), is_dotted=True)
    drawn = draw(Axes("A & B", "epoch", 1.0, is_share=True), [line])
    assert "<test>" not in drawn
    assert "A &amp; B. &lt;test&gt;: 25.0% → 25.0%" in drawn


def test_a_curve_of_zeros_can_be_drawn() -> None:
    drawn = draw(Axes("Loss", "epoch"), [curve("loss", "#000", np.array([0.5]), np.array([0.0]))])
    assert not math.isnan(float(re.search(r"M([\d.]+) ", drawn[drawn.index("stroke=") - 40 :])[1]))  # type: ignore[index]
