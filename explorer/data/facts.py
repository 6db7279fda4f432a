"""What there is to know of a data set that has been loaded: how many of which class, how large, how bright."""

from dataclasses import dataclass

import torch

from explorer.bilingual import Text
from explorer.data.split import Dataset, Numbers, Split


@dataclass(frozen=True, slots=True)
class Facts:
    """A data set in figures.

    Attributes:
        train_counts: Images of each class, in the order of `classes`; `test_counts` likewise.
        shape: Channels, height and width of its images as they are kept in memory.
        mean: Of the training images, a channel, of pixels in 0-1; `std` likewise.
        size_bytes: In memory.
        file_sizes: (height, width) of some of the files, in order, where the images had to be brought to one size.
        notes: What the user should know: files left out, how it was split.
    """

    name: str
    classes: tuple[str, ...]
    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    shape: tuple[int, int, int]
    mean: Numbers
    std: Numbers
    size_bytes: int
    file_sizes: tuple[tuple[int, int], ...]
    notes: tuple[Text, ...]

    @property
    def train_images(self) -> int:
        return sum(self.train_counts)

    @property
    def test_images(self) -> int:
        return sum(self.test_counts)

    @property
    def is_balanced(self) -> bool:
        """No class has over a tenth more training images than another."""
        return max(self.train_counts) <= 1.1 * min(self.train_counts)

    def to_json(self) -> dict[str, object]:
        """As the command line prints it."""
        return {
            "classes": list(self.classes),
            "train_counts": list(self.train_counts),
            "test_counts": list(self.test_counts),
            "shape": list(self.shape),
            "mean": list(self.mean),
            "std": list(self.std),
            "size_bytes": self.size_bytes,
            "notes": [str(note) for note in self.notes],
        }


def facts_of(dataset: Dataset) -> Facts:
    """The facts of `dataset`; counts and deviation take a pass over the training images."""
    channels, height, width = dataset.train.images.shape[1:]
    classes = len(dataset.classes)
    return Facts(
        name=dataset.name,
        classes=dataset.classes,
        train_counts=_counts(dataset.train, classes),
        test_counts=_counts(dataset.test, classes),
        shape=(channels, height, width),
        mean=dataset.mean,
        std=dataset.std,
        size_bytes=dataset.train.images.numel() + dataset.test.images.numel(),
        file_sizes=tuple(sorted(dataset.file_sizes, key=lambda size: size[0] * size[1])),
        notes=dataset.notes,
    )


def _counts(split: Split, classes: int) -> tuple[int, ...]:
    return tuple(torch.bincount(split.labels, minlength=classes).tolist())
