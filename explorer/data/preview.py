"""Images of a data set to look at: some of a class, and a batch on its way into a network."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.catalogue import Shape
from explorer.data.batches import as_input, augment, resize
from explorer.data.split import Dataset, Split

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class BatchPreview:
    """The same images three times, uint8 (N, H, W, C): as stored, as the network takes them, and augmented as well."""

    labels: tuple[str, ...]
    stored: Pixels
    fitted: Pixels
    augmented: Pixels


def preview(dataset: Dataset, input_shape: Shape, *, count: int, number: int) -> BatchPreview:
    """`count` training images for a network with `input_shape`, other ones for each `number`.

    Chosen, resized and augmented by the very functions that make batches in training.

    Raises:
        ExplorerError: The images cannot be given so many channels.
    """
    random = np.random.default_rng([0, number])
    chosen = random.permutation(len(dataset.train))[:count]
    part = dataset.train.take(chosen)
    fitted = as_input(part.images, input_shape)
    return BatchPreview(
        labels=tuple(dataset.classes[label] for label in part.labels.tolist()),
        stored=_pixels(part.images),
        fitted=_pixels(fitted),
        augmented=_pixels(augment(fitted, random, mirror=dataset.is_photos)),
    )


def of_class(split: Split, label: int, *, count: int, start: int = 0, largest: int = 128) -> Pixels:
    """Up to `count` images of the class `label` from the `start`-th on, uint8 (N, H, W, C); N is 0 behind the last.

    Larger ones are scaled down so that their longer side is `largest`.
    """
    indices = torch.nonzero(split.labels == label).flatten()[start : start + count]
    images = split.images[indices]
    height, width = images.shape[2:]
    scale = largest / max(height, width)
    if scale < 1 and len(images):
        images = resize(images, (max(1, round(height * scale)), max(1, round(width * scale))))
    return _pixels(images)


def _pixels(images: Tensor) -> Pixels:
    return np.ascontiguousarray(images.numpy().transpose(0, 2, 3, 1))
