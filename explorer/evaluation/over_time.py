"""How well each class is recognised, test after test."""

import numpy as np
from numpy.typing import NDArray

from explorer.evaluation.scores import Evaluation

Recalls = NDArray[np.float32]


def recalls(answers: Evaluation) -> Recalls:
    """Share of the images of each class that were recognised, float32 (C,); NaN where there are none."""
    count = max(len(answers.classes), int(answers.labels.max(initial=-1)) + 1)
    images = np.bincount(answers.labels, minlength=count)
    right = np.bincount(answers.labels[answers.answers[:, 0] == answers.labels], minlength=count)
    found = np.full(count, np.nan, np.float32)
    np.divide(right, images, out=found, where=images > 0, casting="unsafe")
    return found


def side_by_side(columns: list[Recalls]) -> Recalls:
    """Tests in columns, classes in rows, float32 (C, tests); NaN where a test does not know a class."""
    rows = max((len(column) for column in columns), default=0)
    result = np.full((rows, len(columns)), np.nan, np.float32)
    for place, column in enumerate(columns):
        result[: len(column), place] = column
    return result
