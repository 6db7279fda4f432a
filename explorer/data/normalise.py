"""Bytes to the numbers that a model takes, the same for training, testing and a single image."""

from collections.abc import Sequence

import torch
from torch import Tensor


def match_channels(values: Sequence[float], channels: int) -> list[float]:
    """Statistics of a channel each for so many channels: as they are, or their mean for all."""
    return list(values) if len(values) == channels else [sum(values) / len(values)] * channels


class Normalise:
    """(x / 255 - mean) / std on batches of bytes, as one multiplication and one addition."""

    def __init__(
        self, mean: Sequence[float], std: Sequence[float], channels: int, device: torch.device | str = "cpu"
    ) -> None:
        means, deviations = (torch.tensor(match_channels(values, channels)) for values in (mean, std))
        self._scale = (1 / (255 * deviations)).to(device)
        self._shift = (-means / deviations).to(device)
        self._rows: dict[int, tuple[Tensor, Tensor]] = {}

    def __call__(self, pixels: Tensor, memory_format: torch.memory_format = torch.contiguous_format) -> Tensor:
        """Maps uint8 (N, C, H, W) to float32 of that shape, laid out as `memory_format` says."""
        channels, width = pixels.shape[1], pixels.shape[3]
        if memory_format is torch.channels_last and channels > 1:
            scale, shift = self._row(width)
            numbers = pixels.permute(0, 2, 3, 1).to(torch.float32, memory_format=torch.contiguous_format)
            numbers.view(-1, width * channels).mul_(scale).add_(shift)
            return numbers.permute(0, 3, 1, 2)
        numbers = pixels.to(torch.float32, memory_format=memory_format)
        return numbers.mul_(self._scale.view(-1, 1, 1)).add_(self._shift.view(-1, 1, 1))

    def _row(self, width: int) -> tuple[Tensor, Tensor]:
        """Factors and summands of a row of interleaved pixels: with them a CPU takes long strides instead of three."""
        if width not in self._rows:
            self._rows[width] = self._scale.repeat(width), self._shift.repeat(width)
        return self._rows[width]
