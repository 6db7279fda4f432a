"""The model that is looked into, kept between two looks; used on workers, one at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph.user_model import exported
from explorer.runs.folder import moments
from explorer.runs.folder.names import START
from explorer.runs.looking.moment_cache import BUDGET, MomentCache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from explorer.catalogue import Choice, OwnModel
    from explorer.inspection.insight import Array, Attribution, Insight, Question
    from explorer.inspection.signals import Signals
    from explorer.inspection.strongest import Strongest
    from explorer.runs.folder.checkpoint import Snapshot
    from explorer.runs.looking.weights_file import WeightsFile

NEUTRAL = (0.5,)  # mean and standard deviation for untrained weights: pixels from -1 to 1
_MOST_AT_ONCE, _CHUNK_NUMBERS = 64, 32 * 3 * 96 * 96  # of images that are looked through for the strongest
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # what published weights of torchvision expect


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Pixels uint8 (H, W, C), and the class names of the data set that they are from."""

    pixels: NDArray[np.uint8]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights: random ones of `seed`, of a run, or of a file.

    Attributes:
        run: Id of the run, "" for random weights; `number` is the one the user knows.
        folder: Of the run, where its weights are read from disk.
        moment: Of a run: after so many steps; None for those that were saved last.
        file: Of the user, with a state dict in it; `stamp` is another one for other content.
        own: Of a run of a user's model: that model as the run has it; None for the one that the catalogue knows.
    """

    seed: int = 0
    run: str = ""
    number: int = 0
    folder: Path | None = None
    is_live: bool = False
    file: Path | None = None
    stamp: int = 0
    moment: int | None = None
    own: OwnModel | None = None


class Workbench:
    """Builds the model for a choice, puts weights into it, and looks through it.

    The insights it makes stay as they are: new weights replace the model's tensors and do not overwrite them.

    Args:
        moments_kept: Bytes of weights of stored moments that are kept for the next look at them.
    """

    def __init__(self, moments_kept: int = BUDGET) -> None:
        self._lock = threading.Lock()
        self._model: nn.Module | None = None
        self._choice: Choice | None = None
        self._weights: Weights | None = None
        self._snapshot: Snapshot | None = None
        self._file: WeightsFile | None = None
        self._moments = MomentCache(moments_kept)

    def look(self, choice: Choice, weights: Weights, image: Image, snapshot: Snapshot | None = None) -> Insight:
        """Looks at `image`; with `snapshot`, through its weights.

        Raises:
            ExplorerError: The weights cannot be read, or the image or choice not be used.
        """
        from explorer.inspection import capture

        with self._lock:
            model = self._prepare(choice, weights, snapshot)
            mean, std = self._normalisation()
            insight = capture.look(
                model,
                image.pixels,
                choice.input_shape,
                mean=mean,
                std=std,
                classes=self._classes(choice, image),
                origin=self._origin(),
                is_trained=self._is_trained,
            )
            if self._file is None:
                return insight
            notes = (*insight.notes, *self._file.notes)
            return replace(insight, notes=notes, warnings=self._file.warnings)

    def attribute(
        self,
        choice: Choice,
        weights: Weights,
        image: Image,
        question: Question,
        is_cancelled: Callable[[], bool],
        told: Callable[[float], None] | None = None,
    ) -> Attribution:
        """Answers `question` with the weights of the last look; `told` hears what share of many passes is done.

        Raises:
            ExplorerError: The layer has no maps, or the weights cannot be read.
            attribution.Cancelled: On request.
        """
        from explorer.inspection import attribution, probing

        with self._lock:
            model = self._prepare(choice, weights, None)
            mean, std = self._normalisation()
            return attribution.attribute(
                model,
                image.pixels,
                choice.input_shape,
                question,
                mean=mean,
                std=std,
                is_trained=self._is_trained,
                is_cancelled=is_cancelled,
                told=told or probing.untold,
            )

    def filters(self, choice: Choice, weights: Weights) -> tuple[dict[str, Array], Text]:
        """The weights of each convolution and linear layer by node path, and what they are.

        Raises:
            ExplorerError: The weights cannot be read, or the choice not be built.
        """
        from explorer.inspection import filters

        with self._lock:
            return filters.of(self._prepare(choice, weights, None)), self._origin()

    def signals(self, choice: Choice, weights: Weights, images: NDArray[np.uint8], labels: Sequence[int]) -> Signals:
        """What the layers are taught by a batch of images (N, H, W, C), as large as the network takes them.

        Raises:
            ExplorerError: The weights cannot be read, or the choice not be built.
        """
        import torch

        from explorer.inspection import signals

        with self._lock:
            model = self._prepare(choice, weights, None)
            return signals.measure(model, self._as_input(model, images), torch.tensor(labels))

    def strongest(
        self,
        choice: Choice,
        weights: Weights,
        images: NDArray[np.uint8],
        path: str,
        *,
        count: int,
        is_cancelled: Callable[[], bool],
    ) -> Strongest | None:
        """The `count` of the images (N, H, W, C) that drive each map of the layer `path` most.

        Raises:
            ExplorerError: The weights cannot be read, or the choice not be built.
            attribution.Cancelled: On request.
        """
        from explorer.inspection.strongest import strongest

        with self._lock:
            model = self._prepare(choice, weights, None)
            chunk = max(1, min(_MOST_AT_ONCE, _CHUNK_NUMBERS // images[0].size))
            if exported.is_program(model):
                chunk = exported.batch_of(model)
            parts = (images[start : start + chunk] for start in range(0, len(images), chunk))
            batches = (self._as_input(model, part) for part in parts)
            return strongest(model, batches, path, count=count, is_cancelled=is_cancelled)

    def model(self, choice: Choice, weights: Weights) -> nn.Module:
        """The model with these weights, to be read only: it is the bench's own.

        Raises:
            ExplorerError: The weights cannot be read, or the choice not be built.
        """
        with self._lock:
            return self._prepare(choice, weights, None)

    def has(self, choice: Choice, weights: Weights) -> bool:
        """The model is there with these weights (of a live run: with some of its weights)."""
        return (choice, weights) == (self._choice, self._weights)

    def _prepare(self, choice: Choice, weights: Weights, snapshot: Snapshot | None) -> nn.Module:
        if snapshot is None and self._model is not None and self.has(choice, weights):
            return self._model
        if snapshot is None and weights.folder is not None:
            snapshot = self._stored(weights.folder, weights)
        file = None if weights.file is None else _read(weights.file, choice)
        if self._model is None or choice != self._choice or snapshot is None:
            from explorer.inspection import untrained

            self._model = untrained.build(choice, weights.seed)
            self._choice, self._weights = choice, None
        if snapshot is not None:
            from explorer.runs.folder import checkpoint

            checkpoint.check_fit(self._model, snapshot.weights)
            self._model.load_state_dict(snapshot.weights, assign=True)
        if file is not None:
            self._model.load_state_dict(file.weights, assign=True)
        self._choice, self._weights, self._snapshot, self._file = choice, weights, snapshot, file
        return self._model

    def _stored(self, folder: Path, weights: Weights) -> Snapshot:
        if weights.moment is None:
            from explorer.runs.folder import checkpoint

            return checkpoint.weights(folder)
        return self._moments.read(moments.choose(folder, weights.number, str(weights.moment)).path)

    @property
    def _is_trained(self) -> bool:
        if self._file is not None or self._program is not None:
            return True
        return self._snapshot is not None and (self._snapshot.step > 0 or self._is_fork)

    @property
    def _is_fork(self) -> bool:
        """The run began with weights of another, which lie in its folder."""
        folder = None if self._weights is None else self._weights.folder
        return folder is not None and (folder / START).is_file()

    @property
    def _program(self) -> Path | None:
        """The exported program that the model is, which brings its weights; None for other models."""
        own = None if self._choice is None else catalogue.own(self._choice.architecture)
        return None if own is None or own.path.suffix.lower() != exported.SUFFIX else own.path

    def _as_input(self, model: nn.Module, images: NDArray[np.uint8]) -> Tensor:
        """Images (N, H, W, C) as the model takes them, (N, C, H, W), normalised."""
        import torch

        from explorer.data.normalise import Normalise
        from explorer.inspection.capture import number_type

        mean, std = self._normalisation()
        pixels = torch.from_numpy(images).permute(0, 3, 1, 2)
        return Normalise(mean, std, images.shape[-1])(pixels).to(number_type(model))

    def _normalisation(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        if self._file is not None and self._choice is not None and is_imagenet(self._choice):
            return IMAGENET
        if self._snapshot is None:
            return NEUTRAL, NEUTRAL
        return tuple(self._snapshot.mean), tuple(self._snapshot.std)

    def _classes(self, choice: Choice, image: Image) -> tuple[str, ...]:
        if self._snapshot is not None:
            return tuple(self._snapshot.classes)
        if len(image.classes) == choice.classes:
            return image.classes
        from explorer.inspection import predictions

        return predictions.class_names(choice.architecture, choice.classes)

    def _origin(self) -> Text:
        snapshot, weights = self._snapshot, self._weights
        if self._file is not None:
            return Text(f"file {self._file.name}", f"文件 {self._file.name}")
        if (snapshot is None or weights is None) and self._program is not None:
            return Text(f"file {self._program.name}", f"文件 {self._program.name}")
        if snapshot is None or weights is None:
            return Text("untrained weights", "未训练的权重")
        if weights.is_live:
            epoch = snapshot.epoch + 1  # the one that is going on
            return Text(
                f"run {weights.number} · epoch {epoch}, step {snapshot.step}, live",
                f"运行 {weights.number} · 第 {epoch} 轮，第 {snapshot.step} 步，实时",
            )
        return Text(f"run {weights.number} · step {snapshot.step}", f"运行 {weights.number} · 第 {snapshot.step} 步")


def is_imagenet(choice: Choice) -> bool:
    """Whether weights from elsewhere were most likely trained on ImageNet: of torchvision, in colour, 1000 classes."""
    return choice.architecture.startswith("torchvision/") and choice.input_shape[0] == 3 and choice.classes == 1000


def _read(path: Path, choice: Choice) -> WeightsFile:
    from explorer.runs.looking import weights_file, weights_match

    return weights_match.check(weights_file.read(path), choice)
