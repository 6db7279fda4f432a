"""A running average of the weights (exponential moving average), which often tests better than the weights themselves.

Polyak and Juditsky 1992 for the idea; the exponential form as in Szegedy et al. 2015. The statistics of batch
normalisation are averaged like the weights.
"""

import copy

import torch
from torch import nn


class Average:
    """The average of `model`'s weights, in a model of its own that can be tested as it is.

    Attributes:
        model: Has the averaged weights and is in evaluation mode.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        # Sorted once, so that a step is one operation over all tensors.
        pairs = list(zip(_tensors(self.model), _tensors(model), strict=True))
        self._averaged = [mine for mine, _ in pairs if mine.is_floating_point()]
        self._sources = [theirs for _, theirs in pairs if theirs.is_floating_point()]
        self._copies = [mine for mine, _ in pairs if not mine.is_floating_point()]
        self._originals = [theirs for _, theirs in pairs if not theirs.is_floating_point()]

    def update(self, step: int) -> None:
        """Takes in the weights after step `step` (from 0); the first steps have a shorter memory."""
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self._averaged, self._sources, 1 - decay)
        if self._copies:
            torch._foreach_copy_(self._copies, self._originals)


def _tensors(model: nn.Module) -> list[torch.Tensor]:
    return [value.detach() for value in model.state_dict(keep_vars=True).values()]
