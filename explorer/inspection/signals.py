"""What of the loss reaches each layer on the way back, and which units hand nothing on. Torch, no random numbers.

The pass is that of training, with the statistics of the batch in normalisations, but without dropout, so that the same
weights and images give the same numbers and nobody's random state moves.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional as f
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.graph import kinds, trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

SATURATED = 0.02  # of a sigmoid's range at either end: there its slope is under a twelfth of the greatest
_RECTIFIERS = frozenset({"relu", "relu6"})
_RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class LayerSignal:
    """What reaches the weights of one layer.

    Attributes:
        gradient: Root mean square of the gradient of the loss with respect to the weights.
        weights: Root mean square of the weights themselves.
    """

    path: str
    gradient: float
    weights: float


@dataclass(frozen=True, slots=True)
class IdleUnits:
    """How much of an activation hands no gradient on.

    Attributes:
        share: Of a rectifier, the share of maps (of a vector: units) that are zero for all images of the batch; of a
            sigmoid or tanh, the share of values at the ends of its range.
    """

    path: str
    share: float


@dataclass(frozen=True, slots=True)
class Signals:
    """Of one batch, through the weights of one moment; layers in the order in which they run.

    Attributes:
        seconds: Processor time that the thread took for it.
    """

    loss: float
    layers: tuple[LayerSignal, ...]
    units: tuple[IdleUnits, ...]
    seconds: float = field(default=0.0, compare=False)


def measure(model: nn.Module, images: Tensor, labels: Tensor) -> Signals:
    """The signals of a batch (N, C, H, W), normalised, with its labels (N,), by one pass forward and one back.

    Weights, statistics and mode of `model` are as before afterwards; no other thread may use it meanwhile.
    """
    kinds_of = {path: type(module).__name__ for path, module in model.named_modules()}
    order: list[str] = []
    units: list[IdleUnits] = []

    def visit(path: str, output: Tensor) -> None:
        module = path.split("#", maxsplit=1)[0]
        if module not in order:
            order.append(module)
        share = _idle(kinds_of.get(module, module.rsplit(".", 1)[-1]), output.detach())
        if share is not None:
            units.append(IdleUnits(path, share))

    began = time.thread_time()
    with torch.enable_grad(), _as_in_training(model):
        logits = trace.run(model, images, visit)
        loss = f.cross_entropy(logits.float(), labels)
        weights = dict(_weights(model, order))
        found = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    layers = tuple(
        LayerSignal(path, _size(gradient), _size(weight.detach()))
        for (path, weight), gradient in zip(weights.items(), found, strict=True)
    )
    return Signals(float(loss.detach()), layers, tuple(units), time.thread_time() - began)


def _weights(model: nn.Module, order: list[str]) -> Iterator[tuple[str, Tensor]]:
    """The weights of convolutions and linear layers by path, in the order of `order`."""
    modules = dict(model.named_modules())
    for path in order:
        weight = getattr(modules.get(path), "weight", None)
        if isinstance(weight, nn.Parameter) and weight.ndim > 1:
            yield path, weight


def _size(values: Tensor | None) -> float:
    return 0.0 if values is None or not values.numel() else float(values.double().square().mean().sqrt())


def _idle(kind: str, output: Tensor) -> float | None:
    name = kinds.bare(kind)
    if name in _RECTIFIERS:
        flat = output.flatten(2) if output.ndim > 2 else output[:, :, None]
        return float((flat == 0).all(dim=2).all(dim=0).float().mean())
    if name in _RANGES:
        low, high = _RANGES[name]
        margin = SATURATED * (high - low)
        return float(((output < low + margin) | (output > high - margin)).float().mean())
    return None


@contextmanager
def _as_in_training(model: nn.Module) -> Iterator[None]:
    """Normalisations use the batch and keep their statistics; all else is as when predicting. Frozen weights count."""
    modes = [(module, module.training) for module in model.modules()]
    frozen = [parameter for parameter in model.parameters() if not parameter.requires_grad]
    statistics = [(buffer, buffer.clone()) for buffer in model.buffers()]
    for module, _ in modes:
        module.training = _is_batch_norm(module)
    for parameter in frozen:
        parameter.requires_grad_(True)
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
        for parameter in frozen:
            parameter.requires_grad_(False)
        with torch.no_grad():
            for buffer, before in statistics:
                buffer.copy_(before)


def _is_batch_norm(module: nn.Module) -> bool:
    """Torch's, and one written from scratch."""
    return isinstance(module, _BatchNorm) or "batchnorm" in kinds.bare(type(module).__name__)
