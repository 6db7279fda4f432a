"""One training step, apart from the loop so that a faster one can take its place."""

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.training.device import autocast
from explorer.training.metrics import measure


class Step(Protocol):
    """Learns from one batch, without waiting for the device."""

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean loss of the batch and its logits (N, classes), still on the device and the caller's to keep."""


class Stepper:
    """The plain step: forward, loss, backward, clipping, optimizer.

    The learning rate is the optimizer's at the time of the call.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        device: torch.device,
        precision: str = "fp32",
        *,
        label_smoothing: float = 0.0,
        clip_norm: float = 0.0,
    ) -> None:
        self._model, self._optimizer, self._device, self._precision = model, optimizer, device, precision
        self._smoothing, self._clip = label_smoothing, clip_norm
        self._learned = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        loss, logits = self._forward(images, labels)
        for parameter in self._learned:
            parameter.grad = None
        self.backward(loss)
        if self._clip:
            nn.utils.clip_grad_norm_(self._learned, self._clip)  # Pascanu, Mikolov and Bengio 2013, algorithm 1
        self._optimizer.step()
        return loss, logits

    def _forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._precision == "fp32":
            return measure(self._model(images), labels, label_smoothing=self._smoothing)
        with autocast(self._device, self._precision):
            return measure(self._model(images), labels, label_smoothing=self._smoothing)

    def backward(self, loss: Tensor) -> None:
        """Leaves the gradients of the batch at the parameters."""
        loss.backward()


def set_lr(optimizer: Optimizer, lr: float) -> None:
    """Changes the learning rate; one that is kept in a tensor, for a captured step, is changed in place."""
    for group in optimizer.param_groups:
        if isinstance(group["lr"], Tensor):
            group["lr"].fill_(lr)
        else:
            group["lr"] = lr
