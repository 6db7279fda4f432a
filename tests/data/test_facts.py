"""What is said of a data set, and the images of it that are shown, are those that a run takes."""

import numpy as np
import pytest
import torch

from explorer.data import batches, datasets
from explorer.data.facts import facts_of
from explorer.data.preview import of_class, preview
from explorer.data.split import Dataset, Split
from explorer.errors import ExplorerError


def made(train: list[int], test: list[int], *, size: int = 6, channels: int = 3) -> Dataset:
    random = np.random.default_rng(0)

    def split(labels: list[int]) -> Split:
        images = random.integers(0, 256, (len(labels), channels, size, size), np.uint8)
        return Split(torch.from_numpy(images), torch.tensor(labels))

    return Dataset("ours", ("a", "b", "c"), split(train), split(test))


def test_the_facts_of_the_digits() -> None:
    facts = facts_of(datasets.load("digits"))
    assert (facts.train_images, facts.test_images) == (1437, 360)
    assert facts.test_counts == (36,) * 10
    assert facts.shape == (1, 8, 8)
    assert facts.size_bytes == 1797 * 64
    assert facts.mean == pytest.approx((0.3,), abs=0.05)
    assert facts.is_balanced
    assert facts.file_sizes == ()


def test_classes_without_images_count_nought() -> None:
    facts = facts_of(made([0, 0, 0, 2], [0, 2]))
    assert facts.train_counts == (3, 0, 1)
    assert facts.test_counts == (1, 0, 1)
    assert not facts.is_balanced
    assert facts.to_json()["train_counts"] == [3, 0, 1]


def test_images_of_a_class_page_by_page() -> None:
    data = made([0, 1] * 20, [0, 1, 2])
    ones = data.train.images[data.train.labels == 1].numpy().transpose(0, 2, 3, 1)
    assert np.array_equal(of_class(data.train, 1, count=6), ones[:6])
    assert np.array_equal(of_class(data.train, 1, count=6, start=18), ones[18:])
    assert of_class(data.train, 2, count=6).shape == (0, 6, 6, 3)


def test_large_images_of_a_class_come_small() -> None:
    data = made([0, 0], [0, 0], size=200)
    assert of_class(data.train, 0, count=2, largest=50).shape == (2, 50, 50, 3)


@pytest.mark.parametrize("shape", [(1, 12, 12), (3, 6, 6), (3, 9, 15)])
def test_a_batch_is_made_as_in_training(shape: tuple[int, int, int]) -> None:
    data = made([0, 1] * 20, [0, 1, 2])
    shown = preview(data, shape, count=8, number=3)
    channels, height, width = shape
    assert shown.stored.shape == (8, 6, 6, 3)
    assert shown.fitted.shape == shown.augmented.shape == (8, height, width, channels)
    # The images that are shown are in the training images, with the labels said.
    known = {
        bytes(image.numpy()): int(label) for image, label in zip(data.train.images, data.train.labels, strict=True)
    }
    for image, label in zip(shown.stored, shown.labels, strict=True):
        assert data.classes[known[bytes(np.ascontiguousarray(image.transpose(2, 0, 1)))]] == label
    # Put through what makes batches they give the second row.
    whole = Split(torch.from_numpy(shown.stored.transpose(0, 3, 1, 2).copy()), torch.zeros(8, dtype=torch.int64))
    made_there = batches.Batches(
        whole, batch_size=8, input_shape=shape, mean=(0.0,), std=(1.0,), device="cpu", seed=0, shuffle=False
    )
    batch, _ = next(iter(made_there.epoch(0)))
    assert np.array_equal((batch * 255).round().numpy().astype(np.uint8).transpose(0, 2, 3, 1), shown.fitted)


def test_another_batch_is_another_one_and_the_same_is_the_same() -> None:
    data = made([0, 1] * 40, [0, 1, 2])
    first, again, other = (preview(data, (3, 6, 6), count=8, number=number) for number in (0, 0, 1))
    assert np.array_equal(first.augmented, again.augmented)
    assert not np.array_equal(first.stored, other.stored)


def test_a_small_data_set_gives_all_it_has() -> None:
    assert len(preview(made([0, 1], [0, 1]), (3, 6, 6), count=8, number=0).labels) == 2


def test_an_input_that_cannot_be() -> None:
    with pytest.raises(ExplorerError, match="5 channels"):
        preview(made([0, 1], [0, 1]), (5, 6, 6), count=2, number=0)
