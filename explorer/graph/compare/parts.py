"""What the sentences about a stage look at, and words for numbers that they share."""

from dataclasses import dataclass

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.compare.totals import Make, Totals


@dataclass(frozen=True, slots=True)
class Part:
    """A stage of one graph.

    Attributes:
        sizes: Of its first map, "56×56"; "" in the head.
        is_first: It begins with the image.
        is_head: It ends in the scores of the classes.
        all_params: Of the whole network.
        classes: What the network tells apart, in the head; else 0.
        next_kind: Category of the layer that follows, behind a pooling.
    """

    make: Make
    totals: Totals
    sizes: str
    is_first: bool
    is_head: bool
    all_params: int
    classes: int
    next_kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """A stage of the reference (`left`) and the one of another network that corresponds, and what these are called."""

    left: Part
    right: Part
    left_name: str
    name: str


def times(before: int, after: int) -> Text:
    """How many times as many: "4.0 times as many", "82% fewer", "13% more"; both numbers above 0."""
    share = after / before
    if share >= 1.995:
        written = f"{share:.1f}" if share < 9.95 else f"{share:,.0f}"
        return Text(f"{written} times as many", f"{written} 倍的")
    if share > 1:
        return Text(f"{max((share - 1) * 100, 1):.0f}% more", f"多 {max((share - 1) * 100, 1):.0f}% 的")
    less = (1 - share) * 100
    written = f"{max(less, 1):.0f}" if less < 99 else f"{min(less, 99.99):.4g}"
    return Text(f"{written}% fewer", f"少 {written}% 的")


def number_of(count: int, en: str, zh: str) -> Text:
    """Such as "1 convolution" and "3 convolutions"; `zh` with its measure word."""
    return Text(f"{count} {en}" if count == 1 else f"{count} {en}s", f"{count} {zh}")


def params(count: int) -> str:
    return labels.count(count)


def side(kernel: int) -> str:
    return f"{kernel}×{kernel}"
