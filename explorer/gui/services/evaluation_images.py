"""The test images of a run, read once and handed out in small copies."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.data.split import Dataset
    from explorer.evaluation.scores import Evaluation
    from explorer.runs.plan import RunPlan

THUMBNAIL = 72  # pixels of the longer side


class Thumbnails(NamedTuple):
    """Small test images by their number; `answers` is what they were asked for with."""

    answers: Evaluation
    by_number: dict[int, NDArray[np.uint8]]


class WholeImage(NamedTuple):
    """A test image as the data set holds it, uint8 (H, W, C)."""

    number: int
    pixels: NDArray[np.uint8]
    dataset: str
    classes: tuple[str, ...]
    label: str


class EvaluatedImages(QObject):
    """Reads images on a worker; lives on the GUI thread.

    Signals:
        read(Thumbnails): What was asked for last.
        whole_read(WholeImage): The image asked for last.
        refused(ExplorerError): The data cannot be read, or are others than those that were tested.
    """

    read = Signal(object)
    whole_read = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known = _Known()
        self._small, self._whole = Latest("test images", self), Latest("test image", self)
        self._small.done.connect(self.read)
        self._whole.done.connect(self.whole_read)
        for worker in (self._small, self._whole):
            worker.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        return self._small.is_busy or self._whole.is_busy

    def ask(self, plan: RunPlan, answers: Evaluation, numbers: tuple[int, ...]) -> None:
        """Has these test images read small; `read` follows, or `refused`."""
        self._small.request(partial(_thumbnails, self._known, plan, answers, numbers))

    def ask_whole(self, plan: RunPlan, answers: Evaluation, number: int) -> None:
        """Has one test image read; `whole_read` follows, or `refused`."""
        self._whole.request(partial(_whole, self._known, plan, answers, number))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self.refused.emit(error)

    def close(self) -> None:
        """Ends the workers; call it once."""
        self._known.stop.set()
        self._small.close()
        self._whole.close()


class _Known:
    """The data set that was read last, with the plan that it was read for; `stop` gives up reading."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.key: tuple[object, ...] = ()
        self.dataset: Dataset | None = None


# --- on the workers


def _dataset(known: _Known, plan: RunPlan, answers: Evaluation) -> Dataset:
    """The data of `plan`, as they were tested; nothing is downloaded for it.

    Raises:
        ExplorerError: They are not there, cannot be read, or have changed since.
    """
    from explorer.runs.looking import tested_images

    key = (plan.dataset, plan.data_dir, plan.config.limit, plan.choice.input_shape)
    dataset = known.dataset if known.key == key else None
    if dataset is None:
        dataset = tested_images.load(plan, known.stop.is_set)
        known.key, known.dataset = key, dataset
    tested_images.check_same(dataset, answers)
    return dataset


def _thumbnails(known: _Known, plan: RunPlan, answers: Evaluation, numbers: tuple[int, ...]) -> Thumbnails:
    import numpy as np

    from explorer.data.batches import resize

    images = _dataset(known, plan, answers).test.images[list(numbers)]
    height, width = images.shape[2:]
    scale = THUMBNAIL / max(height, width)
    if scale < 1 and len(images):
        images = resize(images, (max(1, round(height * scale)), max(1, round(width * scale))))
    pixels = np.ascontiguousarray(images.numpy().transpose(0, 2, 3, 1))
    return Thumbnails(answers, dict(zip(numbers, pixels, strict=True)))


def _whole(known: _Known, plan: RunPlan, answers: Evaluation, number: int) -> WholeImage:
    import numpy as np

    dataset = _dataset(known, plan, answers)
    pixels = np.ascontiguousarray(dataset.test.images[number].numpy().transpose(1, 2, 0))
    label = dataset.classes[int(answers.labels[number])]
    return WholeImage(number, pixels, plan.dataset, dataset.classes, label)
