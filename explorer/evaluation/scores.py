"""What a network answered to each test image, and the figures that follow from it. No torch."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.errors import ExplorerError

TOP = 5  # answers that are kept of each image
BINS = 10  # of confidence
SCHEMA = 1

Indices = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: test images of it, answers that name it, and how many of both are right.

    Attributes:
        precision: Share of the answers that are right; None where nothing was answered so.
        recall: Share of the images that were recognised; None where there are none.
    """

    name: str
    images: int
    answers: int
    right: int

    @property
    def precision(self) -> float | None:
        return self.right / self.answers if self.answers else None

    @property
    def recall(self) -> float | None:
        return self.right / self.images if self.images else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        total = self.images + self.answers
        return 2 * self.right / total if total else None


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in (low, high]: how confident they are on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The answers to N test images, in the order of the data set.

    Attributes:
        labels: True classes, int64 (N,).
        answers: The most probable classes, best first, int64 (N, K) with K up to 5.
        probabilities: Of the answers, float32 (N, K).
        losses: Cross-entropy of each image, float32 (N,).
        classes: Names; may be fewer than the network tells apart.
    """

    labels: Indices
    answers: Indices
    probabilities: Floats
    losses: Floats
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    # -- figures ----------------------------------------------------------------------------------------------------

    @property
    def loss(self) -> float:
        return float(self.losses.mean(dtype=np.float64)) if len(self) else 0.0

    @property
    def accuracy(self) -> float:
        return self.top_accuracy(1)

    def top_accuracy(self, count: int) -> float:
        """Share of the images whose true class is among the `count` most probable (at most 5)."""
        found = (self.answers[:, :count] == self.labels[:, None]).any(1)
        return float(found.mean()) if len(self) else 0.0

    def confusion(self) -> Indices:
        """How many images of each class (row) were taken for each class (column): int64 (C, C)."""
        count = self.class_count
        cells = np.bincount(self.labels * count + self.answers[:, 0], minlength=count * count)
        result: Indices = cells.astype(np.int64).reshape(count, count)
        return result

    @property
    def class_count(self) -> int:
        """Classes with a name, or more where the network answers with one that has none."""
        named = len(self.classes)
        return max(named, int(self.answers[:, 0].max()) + 1) if len(self) else named

    def name(self, index: int) -> str:
        return self.classes[index] if index < len(self.classes) else str(index)

    def per_class(self) -> tuple[ClassScore, ...]:
        matrix = self.confusion()
        right, images, answers = np.diag(matrix), matrix.sum(1), matrix.sum(0)
        return tuple(
            ClassScore(self.name(index), int(images[index]), int(answers[index]), int(right[index]))
            for index in range(len(matrix))
        )

    def calibration(self, bins: int = BINS) -> tuple[Bin, ...]:
        """Confidence against accuracy, in bins of equal width (Guo et al. 2017, section 2)."""
        confidence = self.probabilities[:, 0].astype(np.float64)
        is_right = self.answers[:, 0] == self.labels
        place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
        found = []
        for index in range(bins):
            chosen = place == index
            count = int(chosen.sum())
            mean = float(confidence[chosen].mean()) if count else 0.0
            right = float(is_right[chosen].mean()) if count else 0.0
            found.append(Bin(index / bins, (index + 1) / bins, count, mean, right))
        return tuple(found)

    def calibration_error(self, bins: int = BINS) -> float:
        """Expected calibration error: mean distance of confidence and accuracy over the bins, weighed by images."""
        if not len(self):
            return 0.0
        return sum(part.count * abs(part.confidence - part.accuracy) for part in self.calibration(bins)) / len(self)

    # -- images -----------------------------------------------------------------------------------------------------

    def hardest(self, count: int) -> Indices:
        """The images with the greatest loss, worst first: int64 (count,)."""
        order: Indices = np.argsort(-self.losses, kind="stable")[:count]
        return order

    def cell(self, true: int, answer: int) -> Indices:
        """The images of class `true` that were taken for `answer`, the most confident answer first."""
        chosen = np.flatnonzero((self.labels == true) & (self.answers[:, 0] == answer))
        order: Indices = chosen[np.argsort(-self.probabilities[chosen, 0], kind="stable")]
        return order

    # -- files ------------------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """A compressed .npz."""
        buffer = io.BytesIO()
        small = np.uint16 if self.answers.size and self.answers.max() < 1 << 16 else np.int64
        arrays: dict[str, Any] = {
            "schema": np.int64(SCHEMA),
            "labels": self.labels.astype(small),
            "answers": self.answers.astype(small),
            "probabilities": self.probabilities,
            "losses": self.losses,
            "classes": np.array(self.classes, dtype=np.str_),
        }
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Evaluation":
        """What `to_bytes` gave.

        Raises:
            ExplorerError: It is something else, or damaged.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                if int(file["schema"]) != SCHEMA:
                    raise ValueError(f"schema {file['schema']}")
                made = cls(
                    file["labels"].astype(np.int64),
                    file["answers"].astype(np.int64),
                    file["probabilities"].astype(np.float32),
                    file["losses"].astype(np.float32),
                    tuple(str(name) for name in file["classes"]),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise _damaged() from error
        shapes = made.answers.shape, made.probabilities.shape, made.losses.shape
        count = len(made.labels)
        if made.answers.ndim != 2 or shapes != (made.answers.shape, made.answers.shape, (count,)):
            raise _damaged()
        if made.answers.shape[0] != count or (made.answers < 0).any() or (made.labels < 0).any():
            raise _damaged()
        return made


def _damaged() -> ExplorerError:
    return ExplorerError(
        Text("The file of this evaluation is damaged.", "该评估文件已损坏\uff0c无法读取。"),
        Text("Evaluate the checkpoint again.", "请重新评估该检查点。"),
    )
