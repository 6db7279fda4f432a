"""Data that is frozen for the type checker alone."""

from dataclasses import replace

from explorer.bilingual import Text
from explorer.record import record


@record
class Pair:
    first: int
    second: tuple[int, ...] = ()


def test_equal_values_make_equal_records() -> None:
    assert Pair(1, (2,)) == Pair(1, (2,)) != Pair(1, (3,))
    assert len({Pair(1), Pair(1), Pair(2)}) == 2
    assert replace(Pair(1), second=(4,)) == Pair(1, (4,))


def test_a_record_has_the_named_values_only() -> None:
    assert not hasattr(Text("a", "b"), "__dict__")
