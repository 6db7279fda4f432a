"""The data set that is looked at: read on a worker, its facts, images of it, and what a batch of it looks like."""

from __future__ import annotations

import threading
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.services.data_download import POLL_MS, Download

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.bilingual import Text
    from explorer.catalogue import Shape
    from explorer.data.cards import DatasetCard
    from explorer.data.facts import Facts
    from explorer.data.preview import BatchPreview, Pixels
    from explorer.data.split import Dataset
    from explorer.gui.state import AppState

BATCH_SHOWN = 8  # images of a batch that are shown
CLASS_SHOWN = 32  # images of a class; more have no room
LARGEST_SIDE = 128  # pixels of an image of a class


class Stage(StrEnum):
    """How far the data set that is looked at is."""

    READING = "reading"
    MISSING = "missing"  # it has to be downloaded
    DOWNLOADING = "downloading"
    READY = "ready"
    FAILED = "failed"


class _Read(NamedTuple):
    """What reading gave: nothing where the files are not there, of which so many bytes have come."""

    dataset: Dataset | None
    facts: Facts | None
    come_bytes: int = 0


class ClassImages(NamedTuple):
    """Images of some classes, by class."""

    facts: Facts
    by_class: dict[int, Pixels]


class DataFacts(QObject):
    """Reads a data set and answers questions about it; on the GUI thread, as its signals are.

    Signals:
        changed: Another data set, or another stage of it.
        there_changed: `there` is known, or another.
        progressed: `progress` has changed.
        class_images_read(ClassImages): Of the classes asked for last.
        batch_read(BatchPreview): The batch asked for last.
        batch_refused(ExplorerError): The network cannot take these images.
    """

    changed = Signal()
    there_changed = Signal()
    progressed = Signal()
    class_images_read = Signal(object)
    batch_read = Signal(object)
    batch_refused = Signal(object)

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.card = cards.CARDS["digits"]
        self.stage = Stage.READING
        self.facts: Facts | None = None
        self.error: ExplorerError | None = None
        self.come_bytes = 0
        self.there: dict[str, float] = {}  # of what is downloaded: the share that has come
        self.read_progress: tuple[Text, float | None] | None = None
        self._dataset: Dataset | None = None
        self._size = 0
        self._place: Path | None = None  # the folder of files that the user chose for it
        self._stop = threading.Event()
        self._said: tuple[Text, float | None] | None = None
        self._downloads: dict[str, Download] = {}
        self._looker = self._worker("there", self._on_there, self._on_defect)
        self._reader = self._worker("data", self._on_read, self._on_refused)
        self._images = self._worker("class images", self.class_images_read.emit, self._on_defect)
        self._batch = self._worker("batch", self.batch_read.emit, self._on_batch_refused)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def _worker(self, name: str, done: Callable[..., None], failed: Callable[..., None]) -> Latest:
        worker = Latest(name, self)
        worker.done.connect(done)
        worker.failed.connect(failed)
        return worker

    # -- which ------------------------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Looks at the data set `name`; nothing is downloaded for it."""
        self._stop.set()
        self.card, self.facts, self.error, self._dataset = cards.find(name), None, None, None
        self.read_progress = self._said = None
        self._images.cancel()
        self._batch.cancel()
        if name in self._downloads:
            self._reader.cancel()
            self._set_stage(Stage.DOWNLOADING)
            return
        self._stop = threading.Event()
        self._size = max(self._state.choice.input_shape[1:])
        self._place = self._chosen_places().get(self.card.name)
        self._reader.request(partial(_read, self.card, self._place, self._size, self._stop, self._hear))
        self._timer.start()
        self._set_stage(Stage.READING)

    def look_what_is_there(self) -> None:
        """Finds out which data sets have been downloaded; `there_changed` follows."""
        self._looker.request(partial(_what_is_there, self._chosen_places()))

    def _chosen_places(self) -> dict[str, Path]:
        """Folders other than the usual ones in which the user has the files of data sets, as far as the form says."""
        draft = self._state.draft
        return {draft.dataset: Path(draft.data_dir)} if draft is not None and draft.data_dir else {}

    def _on_there(self, there: dict[str, float]) -> None:
        if there != self.there:
            self.there = there
            self.there_changed.emit()

    def follow_size(self) -> None:
        """Reads again what is made in the size of the network, where that is another one now."""
        depends = self.card.is_folder or self.card.name in ("shapes", "imagenette")
        if depends and self.stage is Stage.READY and self._size != max(self._state.choice.input_shape[1:]):
            self.open(self.card.name)

    def follow_place(self) -> None:
        """Looks again for files that were missing, where the user has named another folder for them."""
        if self.stage is Stage.MISSING and self._place != self._chosen_places().get(self.card.name):
            self.open(self.card.name)

    @property
    def is_damaged(self) -> bool:
        """What is there of it cannot be read; more of it would not help."""
        return self.stage is Stage.FAILED and self.there.get(self.card.name, 0.0) >= 1

    @property
    def is_busy(self) -> bool:
        return self._reader.is_busy or self._images.is_busy or self._batch.is_busy

    # -- downloading ------------------------------------------------------------------------------------------------

    @property
    def download(self) -> Download | None:
        """The download of what is looked at, while it goes on."""
        return self._downloads.get(self.card.name)

    def begin_download(self) -> None:
        name = self.card.name
        if name in self._downloads or self.stage not in (Stage.MISSING, Stage.FAILED):
            return
        download = self._downloads[name] = Download(self.card, self)
        download.progressed.connect(self.progressed)
        download.ended.connect(partial(self._on_download_ended, name))
        download.start()
        self.error = None
        self._set_stage(Stage.DOWNLOADING)

    def cancel_download(self) -> None:
        if self.download is not None:
            self.download.cancel()

    def _on_download_ended(self, name: str) -> None:
        download = self._downloads.pop(name)
        error = download.error
        download.close()
        download.deleteLater()
        self.look_what_is_there()
        if name == self.card.name:
            if error is None:
                self.open(name)
            else:
                self.error = error
                self._set_stage(Stage.FAILED)

    # -- reading ----------------------------------------------------------------------------------------------------

    def _hear(self, what: Text, fraction: float | None) -> None:
        self._said = (what, fraction)  # on the worker: one assignment, looked at by the timer

    def _poll(self) -> None:
        if self._said is not None and self._said != self.read_progress:
            self.read_progress = self._said
            self.progressed.emit()

    def _on_read(self, read: _Read) -> None:
        self._timer.stop()
        self._dataset, self.facts, self.come_bytes = read
        self._set_stage(Stage.MISSING if read.dataset is None else Stage.READY)

    def _on_refused(self, error: Exception) -> None:
        self._timer.stop()
        if not isinstance(error, ExplorerError):
            raise error
        self.error = error
        self._set_stage(Stage.FAILED)

    def _on_batch_refused(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self.batch_refused.emit(error)

    def _on_defect(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)

    def _set_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    # -- pictures ---------------------------------------------------------------------------------------------------

    def ask_for_classes(self, labels: tuple[int, ...], start: int) -> None:
        """Has images of these classes read, from the `start`-th of each on; `class_images_read` follows."""
        dataset, facts = self._dataset, self.facts
        if dataset is not None and facts is not None:
            self._images.request(partial(_class_images, dataset, facts, labels, start))

    def ask_for_batch(self, number: int) -> None:
        """Has a batch made for the present network; `batch_read` or `batch_refused` follows.

        In training a network gets as many channels as the images have; only a model of the user is taken as it is.
        """
        if self._dataset is not None:
            channels, height, width = self._state.choice.input_shape
            if not self._state.is_own_model:
                channels = self._dataset.channels
            self._batch.request(partial(_batch, self._dataset, (channels, height, width), number))

    def close(self) -> None:
        """Ends the workers; call it once."""
        self._stop.set()
        self._timer.stop()
        for download in self._downloads.values():
            download.close()
        for worker in (self._looker, self._reader, self._images, self._batch):
            worker.close()


# --- on the workers


def _read(
    card: DatasetCard,
    place: Path | None,
    size: int,
    stop: threading.Event,
    hear: Callable[[Text, float | None], None],
) -> _Read:
    """Of the files in `place`; in the program's own folder where they are not there."""
    from explorer.data import datasets, files
    from explorer.data.facts import facts_of

    place = place if place is not None and files.is_there(card, place) else None
    if place is None and card.needs_download and not files.is_there(card):
        return _Read(None, None, files.come_so_far(card))
    dataset = datasets.load(card.name, place, size=size, progress=hear, is_cancelled=stop.is_set)
    return _Read(dataset, facts_of(dataset))


def _what_is_there(chosen: Mapping[str, Path]) -> dict[str, float]:
    """The share that has come; `chosen` are folders in which the user has some of them."""
    from explorer.data import files

    def is_there(card: DatasetCard) -> bool:
        return files.is_there(card) or (card.name in chosen and files.is_there(card, chosen[card.name]))

    needed = [card for card in cards.CARDS.values() if card.needs_download]
    return {
        card.name: 1.0 if is_there(card) else min(0.99, files.come_so_far(card) / card.download_bytes)
        for card in needed
    }


def _class_images(dataset: Dataset, facts: Facts, labels: tuple[int, ...], start: int) -> ClassImages:
    from explorer.data.preview import of_class

    counts = facts.train_counts
    found = {
        label: of_class(
            dataset.train, label, count=CLASS_SHOWN, start=_turned(start, counts[label]), largest=LARGEST_SIDE
        )
        for label in labels
    }
    return ClassImages(facts, found)


def _turned(start: int, count: int) -> int:
    """The beginning again after the last image of a class."""
    return start % count if count else 0


def _batch(dataset: Dataset, shape: Shape, number: int) -> BatchPreview:
    from explorer.data.preview import preview

    return preview(dataset, shape, count=BATCH_SHOWN, number=number)
