"""A batch size that fits in memory, found by trying: real steps, on a network that is not the run's."""

from collections.abc import Callable, Generator

import torch
from torch import Tensor, nn

from explorer.catalogue import Shape
from explorer.data.batches import free_memory
from explorer.training import device as devices
from explorer.training import failures, optimizers
from explorer.training.config import TrainConfig
from explorer.training.random_state import RandomState
from explorer.training.stepper import Stepper

_FINE = 8  # sizes from twice this on are multiples of it
_REFINEMENTS = 2  # tries between a size that fits and its double, which does not


class Trials:
    """Takes training steps with batches of made-up images.

    Args:
        model: One of its own, which learns nonsense; it is moved to `device`.
        shape: Of an image (C, H, W).
    """

    def __init__(self, model: nn.Module, config: TrainConfig, shape: Shape, classes: int, device: torch.device) -> None:
        is_last = devices.prefers_channels_last(model, device)
        self._format = torch.channels_last if is_last else torch.contiguous_format
        self._model = model.to(device).to(memory_format=self._format).train()
        self._shape, self._classes, self._device = shape, classes, device
        self._random = RandomState(config.seed, device)
        precision = devices.precision_for(config.precision, device)
        optimizer = optimizers.make(config, self._model, device)
        self._step = Stepper(self._model, optimizer, device, precision, clip_norm=config.clip_norm)

    def fits(self, size: int) -> bool:
        """A step with `size` images goes through; on the CPU it is not tried where its memory would be a danger."""
        try:
            if self._device.type == "cpu" and size * self._bytes_per_image() > 2 * free_memory(self._device):
                return False  # the system may end the whole program for it
            with self._random:
                self._step(*self._batch(size))
        except (RuntimeError, MemoryError, ValueError) as error:
            if failures.explain(error, batch_size=size, device=self._device) is None:
                raise
            return False
        finally:
            self._model.zero_grad(set_to_none=True)
            devices.free_cache(self._device)
        return True

    def _batch(self, size: int) -> tuple[Tensor, Tensor]:
        images = torch.rand((size, *self._shape), device=self._device).contiguous(memory_format=self._format)
        return images, torch.randint(self._classes, (size,), device=self._device)

    def _bytes_per_image(self) -> int:
        """What a step keeps for the way back, and as much again for the gradients."""
        kept: dict[int, int] = {}

        def keep(value: Tensor) -> Tensor:
            kept[value.untyped_storage().data_ptr()] = value.untyped_storage().nbytes()
            return value

        with self._random, torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
            images, _ = self._batch(2)
            output = self._model(images)
        del output
        weights = sum(weight.numel() * weight.itemsize for weight in self._model.parameters())
        return max(sum(kept.values()) - weights, images.numel() * 4)


def search(fits: Callable[[int], bool], too_many: int) -> Generator[int, None, int | None]:
    """Goes down the powers of two below `too_many` until one `fits`, then refines; yields each size before it is tried.

    Returns:
        The largest size that fitted; None where not even one image does.
    """
    size, upper = (1 << (too_many - 1).bit_length()) // 2 if too_many > 1 else 0, too_many
    while size:
        yield size
        if fits(size):
            break
        size, upper = size // 2, size
    else:
        return None
    for _ in range(_REFINEMENTS):
        middle = (size + upper) // 2
        middle -= middle % _FINE if middle >= 2 * _FINE else 0
        if middle <= size:
            break
        yield middle
        if fits(middle):
            size = middle
        else:
            upper = middle
    return size
