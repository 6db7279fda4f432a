"""Pictures to look at at once: photographs carried with the program, images of a data set. No torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer import paths
from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.data.split import Dataset


@dataclass(frozen=True, slots=True)
class Sample:
    """A photograph carried with the program; its origin is in NOTICE.txt beside it."""

    name: str
    title: Text
    path: Path
    licence: str


@dataclass(frozen=True, slots=True, eq=False)
class DatasetImage:
    """One test image, uint8 (H, W, C), and what it shows; `index` counts from 0."""

    pixels: NDArray[np.uint8]
    label: str
    index: int


_PHOTOS = (
    ("cat", Text("Cat", "猫"), "CC0, Stefan van der Walt"),
    ("coffee", Text("Cup of coffee", "咖啡"), "CC0, Rachel Michetti"),
    ("rocket", Text("Rocket", "火箭"), "public domain, SpaceX"),
    ("astronaut", Text("Astronaut", "宇航员"), "public domain, NASA"),
    ("camera", Text("Photographer", "摄影师"), "CC0, Lav Varshney"),
)


def photos() -> tuple[Sample, ...]:
    """The photographs that come with the program."""
    folder = paths.resources() / "samples"
    return tuple(Sample(name, title, folder / f"{name}.jpg", licence) for name, title, licence in _PHOTOS)


def dataset_image(dataset: "Dataset", index: int) -> DatasetImage:
    """The test image `index`.

    Raises:
        ExplorerError: The data set has fewer.
    """
    count = len(dataset.test)
    if not 0 <= index < count:
        raise ExplorerError(
            Text(f"{dataset.name} has no test image {index}.", f"{dataset.name} 没有编号为 {index} 的测试图像。"),
            Text(f"Choose one from 0 to {count - 1}.", f"可选 0 到 {count - 1}。"),
        )
    pixels = np.ascontiguousarray(dataset.test.images[index].numpy().transpose(1, 2, 0))
    return DatasetImage(pixels, dataset.classes[int(dataset.test.labels[index])], index)
