"""How wide a text is in the program's font, near enough to make boxes fit, without any drawing library."""

from __future__ import annotations

from functools import lru_cache

# Advance widths of Inter for the characters from space to tilde, in hundredths of the size. Digits are all as wide as
# the widest: the program writes numbers in such figures, so that those in a column, or counting up, stand still.
# fmt: off
_REGULAR = (
    28, 28, 40, 63, 64, 81, 64, 22, 36, 36, 50, 66, 28, 46, 28, 36, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 28, 28, 66,
    66, 66, 51, 94, 68, 65, 73, 72, 60, 59, 74, 74, 26, 54, 65, 56, 89, 75, 76, 63, 76, 64, 64, 64, 74, 68, 95, 64, 66,
    62, 36, 36, 36, 47, 45, 50, 56, 62, 56, 62, 58, 36, 61, 59, 24, 24, 54, 24, 87, 59, 60, 61, 61, 37, 52, 36, 58, 56,
    81, 54, 56, 54, 36, 33, 36, 66,
)
_SEMIBOLD = (
    25, 31, 40, 64, 65, 84, 66, 21, 39, 39, 54, 67, 30, 47, 29, 38, 67, 67, 67, 67, 67, 67, 67, 67, 67, 67, 29, 30, 67,
    67, 67, 54, 100, 72, 66, 74, 72, 61, 59, 75, 74, 27, 56, 68, 57, 91, 74, 77, 64, 78, 65, 65, 66, 73, 72, 101, 69,
    70, 65, 39, 38, 39, 48, 47, 50, 57, 63, 58, 63, 59, 38, 63, 61, 26, 26, 57, 26, 90, 61, 61, 62, 62, 40, 55, 38, 61,
    58, 84, 56, 58, 56, 39, 36, 39, 67,
)
# fmt: on
_OTHERS = {"×": 67, "·": 29, "→": 95, "−": 67, "Σ": 66, "…": 82, "ˣ": 38, "⁻": 45, "Φ": 82, "–": 50}
_FULL_WIDTH_FROM = "\u2e80"  # Chinese characters and punctuation are square
MONO_ADVANCE = 0.6  # of JetBrains Mono, in which shapes are written


class _Advances(dict[str, int]):
    """The advance of each character that has been asked for."""

    def __init__(self, table: tuple[int, ...]) -> None:
        super().__init__(zip(map(chr, range(32, 32 + len(table))), table, strict=True))
        self.update(_OTHERS)

    def __missing__(self, character: str) -> int:
        advance = self[character] = 100 if character >= _FULL_WIDTH_FROM else 65
        return advance


_ADVANCES = {False: _Advances(_REGULAR), True: _Advances(_SEMIBOLD)}


@lru_cache(maxsize=8192)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of `text` in Inter, regular or semi-bold, at `size` pixels."""
    return sum(map(_ADVANCES[bold].__getitem__, text)) * size / 100
