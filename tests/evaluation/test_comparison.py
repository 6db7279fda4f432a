"""Two sets of answers side by side."""

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.evaluation.comparison import compare
from tests.evaluation.made_up import answers

LABELS = [0, 0, 1, 1, 2, 2]


def test_images_that_one_alone_has_right() -> None:
    first = answers(LABELS, [0, 0, 1, 2, 2, 0])
    second = answers(LABELS, [0, 1, 1, 1, 1, 0])
    found = compare(first, second)
    assert found.only_first.tolist() == [1, 4]
    assert found.only_second.tolist() == [3]
    assert (found.both_right, found.both_wrong) == (2, 1)
    assert found.difference.tolist() == [[1, -1, 0], [0, -1, 1], [0, -1, 1]]
    assert found.chance == 1.0


def test_the_difference_of_networks_with_other_numbers_of_answers() -> None:
    first = answers(LABELS, [0, 0, 1, 1, 2, 3], ("a", "b", "c"))
    second = answers(LABELS, LABELS, ("a", "b", "c"))
    found = compare(first, second).difference
    assert found.shape == (4, 4)
    assert found[2].tolist() == [0, 0, -1, 1]
    assert np.abs(found).sum() == 2


def test_other_images_are_refused() -> None:
    with pytest.raises(ExplorerError, match="different images"):
        compare(answers(LABELS, LABELS), answers(LABELS[:-1], LABELS[:-1]))
    with pytest.raises(ExplorerError, match="different images"):
        compare(answers(LABELS, LABELS), answers(LABELS[::-1], LABELS))
