"""Which of two is better, as far as runs with several seeds can tell: in figures, and in a sentence. No torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.data import cards
from explorer.evaluation.welch import Difference, difference

if TYPE_CHECKING:
    from explorer.runs.shelf.repeats import Repeats

_NOTHING = Text("", "")
LEAST = 3  # runs of each: two are too few to know how far apart others would be


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said.

    Attributes:
        aside: What the sentence leaves out; "" where there are too few runs.
        final: Of the test accuracies after the last epochs; None where there are too few runs.
        best: Of those of the best epochs, which the test images themselves have chosen.
    """

    sentence: Text
    aside: Text = _NOTHING
    final: Difference | None = None
    best: Difference | None = None


def verdict(first: Repeats, second: Repeats, names: tuple[str, str]) -> Verdict | None:
    """Compares two by their test accuracy; the sentence calls them `names`.

    None where nothing has finished of one of them, or they are not known to be tested on the same images.
    """
    fewest = min(first.final.count, second.final.count)
    if fewest == 0 or _tested_on(first) != _tested_on(second):
        return None
    found = difference(first.final, second.final) if fewest >= LEAST else None
    said = _too_few(first, second, names) if found is None else _sentence(first, second, names, found)
    more = _left_out(first, second)
    sentence = Text(f"{said.en} {more.en}".strip(), said.zh + more.zh)
    if found is None:
        return Verdict(sentence)
    best = difference(first.best, second.best)
    aside = _NOTHING if best is None else _aside(best if found.by >= 0 else best.turned())
    return Verdict(sentence, aside, found, best)


def points(value: float, decimals: int) -> str:
    """A share in hundredths, such as "1.2"."""
    return f"{100 * value:.{decimals}f}".replace("-", "−")


def decimals_for(found: Difference) -> int:
    """So many that the width of the interval has a figure or two that matter, from 1 to 3."""
    width = 100 * (found.high - found.low)
    return 2 if width <= 0 else min(max(1 - math.floor(math.log10(2 * width)), 1), 3)


def _sentence(first: Repeats, second: Repeats, names: tuple[str, str], found: Difference) -> Text:
    (better, other), counts = names, (first.final.count, second.final.count)
    if found.by < 0:
        found, better, other = found.turned(), other, better
        counts = counts[::-1]
    decimals = decimals_for(found)
    by, low, high = (points(value, decimals) for value in (found.by, found.low, found.high))
    runs = _runs(*counts)
    en = f"{by} points of test accuracy (95% interval {low} to {high}; {runs.en})."
    zh = f"的测试准确率高 {by} 个百分点（95% 区间 {low} 至 {high}；{runs.zh}）。"
    if found.is_clear:
        return Text(f"{better} is better than {other} by {en}", f"与 {other} 相比，{better} {zh}")
    return Text(
        f"These runs cannot tell {better} and {other} apart: {better} is ahead by {en}",
        f"这些运行无法区分 {better} 与 {other}：{better} {zh}",
    )


def _too_few(first: Repeats, second: Repeats, names: tuple[str, str]) -> Text:
    runs, (one, other) = _runs(first.final.count, second.final.count), names
    return Text(
        f"{runs.en.capitalize()} cannot tell whether {one} or {other} is better; "
        f"it takes at least {LEAST} of each, with different seeds.",
        f"{runs.zh}无法判断 {one} 与 {other} 孰优，每组至少需要 {LEAST} 次不同种子的运行。",
    )


def _aside(best: Difference) -> Text:
    """`best` is that of the one that is ahead."""
    decimals = decimals_for(best)
    by, low, high = (points(value, decimals) for value in (best.by, best.low, best.high))
    return Text(
        f"At their best epochs the difference is {by} points ({low} to {high}). "
        "The interval is Welch's, over the seeds alone: all were tested on the same images.",
        f"按各自最佳轮计，差距为 {by} 个百分点（{low} 至 {high}）。"
        "区间按 Welch 方法计算，只反映种子的影响：测试图像都相同。",
    )


def _left_out(first: Repeats, second: Repeats) -> Text:
    count = sum(len(group.runs) - len(group.finished) for group in (first, second))
    if not count:
        return _NOTHING
    runs = "1 run has not finished and is" if count == 1 else f"{count} runs have not finished and are"
    return Text(f"{runs} left out.", f"另有 {count} 次运行尚未完成，未计入。")


def _runs(count: int, other: int) -> Text:
    if count == other:
        return Text({1: "one run", 2: "two runs"}.get(count, f"{count} runs") + " each", f"各 {count} 次运行")
    return Text(f"{count} and {other} runs", f"分别 {count} 次和 {other} 次运行")


def _tested_on(group: Repeats) -> tuple[str, int | None]:
    """The data set, and how many of its test images: where no more are there than wanted, all."""
    plan = group.runs[0].plan
    card, limit = cards.CARDS.get(plan.dataset), plan.config.limit
    if card is None:
        return plan.dataset, limit
    return plan.dataset, card.test_images if limit is None else min(limit, card.test_images)
