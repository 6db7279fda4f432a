"""One image through a model, with the output of every node of its layer graph kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Shape
from explorer.data import fit
from explorer.graph import trace
from explorer.graph.user_model import exported
from explorer.inspection import filters, predictions
from explorer.inspection.insight import Array, Insight

LIMIT_BYTES = 1 << 30
_ROOM_BYTES = 16 << 20


def look(
    model: nn.Module,
    pixels: NDArray[np.uint8],
    input_shape: Shape,
    *,
    mean: tuple[float, ...],
    std: tuple[float, ...],
    classes: tuple[str, ...],
    origin: Text,
    is_trained: bool,
) -> Insight:
    """What `model` makes of an image, uint8 (H, W, 3) or (H, W, 1), fitted to `input_shape` (C, H, W).

    The model runs in eval mode without gradients and is put back; weights, statistics and the random state stay as
    they are. No other thread may use the model meanwhile. Activations are copies, in float32; those that would exceed
    `LIMIT_BYTES` in all are left out, which the notes then say.

    Raises:
        ExplorerError: The image cannot be fitted.
    """
    fitted, notes = fit.fit(pixels, input_shape, mean=mean)
    batch = exported.batch_of(model)
    images = fit.to_batch(fitted, mean, std).to(number_type(model)).repeat(batch, 1, 1, 1)
    keeper = Keeper(LIMIT_BYTES, batch)
    start = time.perf_counter()
    with torch.no_grad(), in_eval_mode(model):
        logits = trace.run(model, images.to(_device(model)), keeper)
    seconds = time.perf_counter() - start
    return Insight(
        origin=origin,
        is_trained=is_trained,
        image=fitted,
        predictions=predictions.top(filters.to_array(logits[0]), classes) if logits.ndim == 2 else (),
        activations=keeper.kept,
        filters=filters.of(model),
        notes=(*notes, *keeper.notes()),
        seconds=seconds,
        vectors=filters.vectors(model),
    )


@contextmanager
def in_eval_mode(model: nn.Module) -> Iterator[None]:
    """All modules in eval mode; afterwards each in the mode that it was in."""
    trained = [module for module in model.modules() if module.training]
    for module in trained:
        module.training = False
    try:
        yield
    finally:
        for module in trained:
            module.training = True


class _Rooms:
    """Memory for many arrays that are kept together, taken in large pieces.

    The system hands out memory of 4 MB and more (numpy asks it to) in pages of 2 MB instead of 4 KB, which takes a
    quarter of the time: more than copying does.
    """

    def __init__(self) -> None:
        self._room = np.empty(0, np.float32)

    def like(self, found: Array) -> Array:
        """An array without content, of the shape and memory order of `found`."""
        count = found.size
        if count > len(self._room):
            self._room = np.empty(max(_ROOM_BYTES // 4, count), np.float32)
        flat, self._room = self._room[:count], self._room[count:]
        if found.flags.c_contiguous:
            return flat.reshape(found.shape)
        order = sorted(range(found.ndim), key=lambda axis: -found.strides[axis])
        return flat.reshape([found.shape[axis] for axis in order]).transpose(np.argsort(order))


@dataclass
class Keeper:
    """Copies every output it is called with, as long as they fit in `limit_bytes`."""

    limit_bytes: int
    batch: int = 1
    kept: dict[str, Array] = field(default_factory=dict)
    used_bytes: int = 0
    left_out: int = 0
    _rooms: _Rooms = field(default_factory=_Rooms)

    def __call__(self, path: str, output: Tensor) -> None:
        image = _of_one_image(output, self.batch)
        size = image.numel() * 4
        if self.used_bytes + size > self.limit_bytes:
            self.left_out += 1
            return
        self.used_bytes += size
        # A copy: the next operation may work in place. Its own memory also where a reshape shares its input's.
        found = image.float().cpu().numpy()
        array = self._rooms.like(found)
        np.copyto(array, found)
        array.flags.writeable = False
        self.kept[path] = array

    def notes(self) -> tuple[Text, ...]:
        if not self.left_out:
            return ()
        limit = f"{self.limit_bytes / 2**20:,.0f} MB"
        if self.left_out == 1:
            english = f"The output of one layer is not shown: there is no more than {limit} for all."
        else:
            english = f"The outputs of {self.left_out} layers are not shown: there is no more than {limit} for all."
        return (Text(english, f"有 {self.left_out} 层的输出未显示：所需内存超过 {limit}。"),)


def _of_one_image(output: Tensor, batch: int) -> Tensor:
    """Without the dimension of the batch, which is one image; where windows lie in that dimension, all of them."""
    return output[0] if output.ndim and output.shape[0] == batch else output


def number_type(model: nn.Module) -> torch.dtype:
    """The kind of numbers that the model's weights are, and its images have to be."""
    return next((weight.dtype for weight in model.parameters() if weight.is_floating_point()), torch.float32)


def _device(model: nn.Module) -> torch.device:
    first = next(model.parameters(), None)
    return torch.device("cpu") if first is None else first.device
