"""From where an image comes to its pixels; runs on a worker."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.state import PinnedImage
from explorer.gui.widgets.pictures.image_intake import (
    DatasetSource,
    FileSource,
    ImageSource,
    PixelSource,
    SampleSource,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.data.split import Dataset

CARRIED = ("digits", "shapes")  # data sets whose images are there without a download
_SHOWN = 200  # so many of a data set are read, or drawn, to pick from
_LARGEST = 512  # pixels a side of the images of a folder
_MAX_PIXELS = 64_000_000


def load_first(*sources: ImageSource) -> PinnedImage:
    """The first of them that can be decoded.

    Raises:
        ExplorerError: None can.
    """
    for source in sources[:-1]:
        with contextlib.suppress(ExplorerError):
            return load(source)
    return load(sources[-1])


def load(source: ImageSource) -> PinnedImage:
    """Decodes what `source` names.

    Raises:
        ExplorerError: It is no image, damaged, too large, or cannot be read.
    """
    if isinstance(source, DatasetSource):
        return _of_dataset(source)
    if isinstance(source, SampleSource):
        return _sample(source)
    if isinstance(source, PixelSource):
        return PinnedImage(_of_qt(source.image), source.name, source=source)
    from explorer.data import images

    decoded = images.decode(source.path if isinstance(source, FileSource) else source.data)
    notes = decoded.notes
    if isinstance(source, FileSource) and source.more:
        more = Text(f"Of {source.more + 1} images the first is shown.", f"共 {source.more + 1} 张图像，仅显示第一张。")
        notes = (*notes, more)
    name = images.shown_name(source.path) if isinstance(source, FileSource) else source.name
    return PinnedImage(decoded.pixels, name, notes=notes, source=source)


def _of_dataset(source: DatasetSource) -> PinnedImage:
    from explorer.data import samples

    dataset = _dataset(source.dataset, source.place)
    found = samples.dataset_image(dataset, source.index % len(dataset.test))
    return PinnedImage(
        found.pixels,
        f"{source.dataset} {found.index}",
        label=found.label,
        classes=dataset.classes,
        source=replace(source, index=found.index),
    )


@lru_cache(4)
def _dataset(name: str, place: str | None) -> Dataset:
    """The digits whole, of others the first images; nothing is downloaded for it.

    Raises:
        ExplorerError: It is not on this machine, or damaged.
    """
    from explorer.data import datasets

    return datasets.load_here(name, place, limit=None if name == "digits" else _SHOWN, size=_LARGEST)


def _sample(source: SampleSource) -> PinnedImage:
    from explorer.data import images, samples

    sample = next(sample for sample in samples.photos() if sample.name == source.name)
    return PinnedImage(images.decode(sample.path).pixels, source.name, source=source)


def _of_qt(image: QImage) -> NDArray[np.uint8]:
    """The pixels of a Qt image, (H, W, 3), on white where it is transparent."""
    import numpy as np

    if image.isNull() or image.width() * image.height() > _MAX_PIXELS:
        raise ExplorerError(
            Text("This image is empty or too large.", "该图像为空或过大。"),
            Text("At most 64 million pixels are taken.", "最多 6400 万像素。"),
        )
    flat = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(flat.constBits(), dtype=np.uint8).reshape(flat.height(), flat.bytesPerLine())
    rgba = rows[:, : flat.width() * 4].reshape(flat.height(), flat.width(), 4)
    if not image.hasAlphaChannel():
        return np.ascontiguousarray(rgba[:, :, :3])
    alpha = rgba[:, :, 3:].astype(np.uint16)
    return ((rgba[:, :, :3] * alpha + (255 - alpha) * 255 + 127) // 255).astype(np.uint8)
