"""Where in the network the first number that is not finite came from."""

from typing import Any

import torch
from torch import Tensor, nn

from explorer.training.stepper import Step


class Found(Exception):  # noqa: N818 - not an error: it ends the repetition
    """`layer` is the path of the first layer with such an output; None where all of them are finite."""

    def __init__(self, layer: str | None) -> None:
        super().__init__(layer)
        self.layer = layer


class Watch:
    """Takes `count` steps as `take_step` does; looks into the one after that instead, and raises `Found`."""

    def __init__(self, take_step: Step, model: nn.Module, count: int) -> None:
        self._take_step, self._model, self._left = take_step, model, count

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._left == 0:
            raise Found(first_not_finite(self._model, images))
        self._left -= 1
        return self._take_step(images, labels)


def first_not_finite(model: nn.Module, images: Tensor) -> str | None:
    """The first layer, in the order of computing, whose output for `images` (N, C, H, W) is not finite."""
    found: list[str] = []

    def watch(name: str) -> Any:
        def hook(module: nn.Module, given: Any, output: Any) -> None:
            values = output if isinstance(output, tuple) else (output,)
            if any(isinstance(value, Tensor) and not bool(value.isfinite().all()) for value in values):
                found.append(name)

        return hook

    leaves = [(name, module) for name, module in model.named_modules() if not any(module.children())]
    handles = [module.register_forward_hook(watch(name)) for name, module in leaves]
    try:
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else None
