"""Two sets of answers to the same test images, side by side."""

from dataclasses import dataclass

import numpy as np

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.evaluation.intervals import mcnemar
from explorer.evaluation.scores import Evaluation, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Where two networks, or two moments of one, answer differently.

    Attributes:
        only_first: Images that the first has right and the second wrong, int64; `only_second` the other way round.
        both_right, both_wrong: Numbers of images.
        difference: Confusion matrix of the first less that of the second, int64 (C, C).
        chance: How likely so great a difference is where both are equally good, 0-1.
    """

    only_first: Indices
    only_second: Indices
    both_right: int
    both_wrong: int
    difference: Indices
    chance: float


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Compares answers image by image.

    Raises:
        ExplorerError: They are not answers to the same images.
    """
    if len(first) != len(second) or not np.array_equal(first.labels, second.labels):
        raise ExplorerError(
            Text("These two were tested on different images.", "这两者所用的测试图像不同。"),
            Text("Choose runs on the same data with the same limit.", "请选择使用相同数据和相同数量限制的运行。"),
        )
    is_first, is_second = (answers.answers[:, 0] == answers.labels for answers in (first, second))
    only_first, only_second = (np.flatnonzero(chosen) for chosen in (is_first & ~is_second, is_second & ~is_first))
    return Comparison(
        only_first=only_first,
        only_second=only_second,
        both_right=int((is_first & is_second).sum()),
        both_wrong=int((~is_first & ~is_second).sum()),
        difference=_difference(first.confusion(), second.confusion()),
        chance=mcnemar(len(only_first), len(only_second)),
    )


def _difference(first: Indices, second: Indices) -> Indices:
    count = max(len(first), len(second))
    result: Indices = np.zeros((count, count), np.int64)
    result[: len(first), : len(first)] += first
    result[: len(second), : len(second)] -= second
    return result
