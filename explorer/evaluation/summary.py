"""All figures of an evaluation, computed once."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.evaluation.intervals import wilson
from explorer.evaluation.scores import TOP, Bin, ClassScore, Evaluation, Indices

HARDEST = 500

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with what it is most often taken for: `taken_for` (None where all are right), and how many images."""

    index: int
    score: ClassScore
    taken_for: str | None
    taken: int


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The answers to the test images, and what follows from them.

    Attributes:
        right: Images whose class was recognised.
        interval: In which the accuracy lies with 95 % confidence; `top_interval` likewise.
        top: Share of the images whose class is among the five most probable; None with five classes or fewer.
        confusion: int64 (C, C), true classes in the rows.
        names: Of the classes.
        bins: Of the confidence.
        hardest: The images with the greatest loss, worst first, at most `HARDEST` of them, int64.
    """

    answers: Evaluation
    right: int
    accuracy: float
    interval: Interval
    top: float | None
    top_interval: Interval | None
    loss: float
    calibration_error: float
    confusion: Indices
    classes: tuple[ClassRow, ...]
    names: tuple[str, ...]
    bins: tuple[Bin, ...]
    hardest: Indices

    @property
    def images(self) -> int:
        return len(self.answers)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the command line."""
        return {
            "images": self.images,
            "right": self.right,
            "accuracy": self.accuracy,
            "accuracy_95": list(self.interval),
            "top5": self.top,
            "top5_95": None if self.top_interval is None else list(self.top_interval),
            "loss": self.loss,
            "expected_calibration_error": self.calibration_error,
            "classes": [
                {
                    "name": row.score.name,
                    "images": row.score.images,
                    "answers": row.score.answers,
                    "right": row.score.right,
                    "precision": row.score.precision,
                    "recall": row.score.recall,
                    "f1": row.score.f1,
                    "most_often_taken_for": row.taken_for,
                    "taken": row.taken,
                }
                for row in self.classes
            ],
            "calibration": [
                {
                    "low": part.low,
                    "high": part.high,
                    "images": part.count,
                    "confidence": part.confidence if part.count else None,
                    "accuracy": part.accuracy if part.count else None,
                }
                for part in self.bins
            ],
            "confusion": self.confusion.tolist(),
        }


def summarise(answers: Evaluation) -> Summary:
    """Computes every figure; some ten milliseconds for 10,000 images, more with 1,000 classes."""
    matrix = answers.confusion()
    right = int(np.trace(matrix))
    top = answers.top_accuracy(TOP) if len(matrix) > TOP else None
    bins = answers.calibration()
    return Summary(
        answers=answers,
        right=right,
        accuracy=answers.accuracy,
        interval=wilson(right, len(answers)),
        top=top,
        top_interval=None if top is None else wilson(round(top * len(answers)), len(answers)),
        loss=answers.loss,
        calibration_error=answers.calibration_error(),
        confusion=matrix,
        classes=_rows(answers, matrix),
        names=tuple(answers.name(index) for index in range(len(matrix))),
        bins=bins,
        hardest=answers.hardest(HARDEST),
    )


def _rows(answers: Evaluation, matrix: Indices) -> tuple[ClassRow, ...]:
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    if not len(matrix):
        return ()
    most = wrong.argmax(1)
    counts = wrong[np.arange(len(wrong)), most]
    return tuple(
        ClassRow(index, score, answers.name(int(most[index])) if counts[index] else None, int(counts[index]))
        for index, score in enumerate(answers.per_class())
    )
