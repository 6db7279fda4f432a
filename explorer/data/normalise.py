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
        self._scale = (1 / (255 * deviations)).view(-1, 1, 1).to(device)
        self._shift = (-means / deviations).view(-1, 1, 1).to(device)

    def __call__(self, pixels: Tensor, memory_format: torch.memory_format = torch.contiguous_format) -> Tensor:
        """Maps uint8 (N, C, H, W) to float32 of that shape."""
        return pixels.to(torch.float32, memory_format=memory_format).mul_(self._scale).add_(self._shift)
