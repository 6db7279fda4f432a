"""The test images that drive the maps of a layer most, with the weights and the data of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.looking.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from explorer.catalogue import Choice
    from explorer.inspection.strongest import Strongest
    from explorer.runs.looking.own_bench import OwnBench
    from explorer.runs.looking.workbench import Weights

COUNT = 8  # images of each map
_SMALL, _MANY, _FEW = 64 * 64, 400, 96  # pixels of an image; how many images that are not larger, and that are


@dataclass(frozen=True, slots=True, eq=False)
class Drivers:
    """What drives the maps of the layer `path`.

    Attributes:
        pixels: The images as the network gets them, before they are normalised, uint8 (N, H, W, C).
        labels: What they show, by their numbers; of the `classes` of the data set.
    """

    path: str
    dataset: str
    pixels: NDArray[np.uint8]
    labels: tuple[str, ...]
    classes: tuple[str, ...]
    found: Strongest


class DriversDesk:
    """The model, and the images that were read last. For one thread at a time.

    Args:
        own_bench: Runs the models of the user, of which it has the process.
    """

    def __init__(self, own_bench: OwnBench) -> None:
        self._bench, self._own_bench = Workbench(moments_kept=0), own_bench
        self._key: tuple[object, ...] = ()
        self._pixels: NDArray[np.uint8] | None = None
        self._labels: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()

    def find(
        self,
        choice: Choice,
        weights: Weights,
        data: tuple[str, str | Path | None],
        path: str,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Drivers:
        """Looks through test images of `data`, a name and the folder of its files, which have to be there.

        Raises:
            ExplorerError: Weights or data cannot be read, the layer has neither maps nor a vector for each image, or
                the user's model fails; or, of that, on request.
            explorer.data.watch.Cancelled: On request, while the data are read.
            explorer.inspection.attribution.Cancelled: On request, later.
        """
        pixels = self._read(choice, data, is_cancelled)
        bench = self._bench if catalogue.own(choice.architecture) is None else self._own_bench
        found = bench.strongest(choice, weights, pixels, path, count=COUNT, is_cancelled=is_cancelled)
        if found is None:
            raise _no_maps(path)
        return Drivers(path, data[0], pixels, self._labels, self._classes, found)

    def _read(
        self, choice: Choice, data: tuple[str, str | Path | None], is_cancelled: Callable[[], bool]
    ) -> NDArray[np.uint8]:
        """Test images as large as the network takes them; `_labels` and `_classes` are theirs."""
        if self._pixels is not None and self._key == (data, choice.input_shape):
            return self._pixels
        from explorer.data import datasets
        from explorer.data.batches import as_pixels

        _, height, width = choice.input_shape
        limit = _MANY if height * width <= _SMALL else _FEW
        name, place = data
        dataset = datasets.load_here(name, place, limit=limit, size=max(height, width), is_cancelled=is_cancelled)
        test = dataset.test.limited(limit)
        self._pixels = as_pixels(test.images, choice.input_shape)
        self._classes = dataset.classes
        self._labels = tuple(dataset.classes[label] for label in test.labels.tolist())
        self._key = (data, choice.input_shape)
        return self._pixels


def _no_maps(path: str) -> ExplorerError:
    return ExplorerError(
        Text(
            f"{path} puts out neither maps nor a vector for each image.",
            f"{path} 的输出不是每幅图像的特征图或向量。",
        ),
        Text("Choose another layer, such as a convolution.", "请选择其他层，例如卷积层。"),
    )
