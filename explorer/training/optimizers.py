"""The optimizers that a plan can name."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from explorer.training.config import TrainConfig

_IMPLEMENTATIONS = ("fused", "foreach", "capturable")


def make(config: TrainConfig, model: nn.Module, device: torch.device) -> Optimizer:
    """The optimizer of `config` over the model's parameters that are not frozen; fused where the device has that."""
    fused = _fused(device)
    lr, weight_decay = config.lr, config.weight_decay
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    match config.optimizer:
        case "adam":
            return Adam(learned, lr=lr, weight_decay=weight_decay, fused=fused)
        case "adamw":
            return AdamW(learned, lr=lr, weight_decay=weight_decay, fused=fused)
        case _:
            momentum, nesterov = config.momentum, config.nesterov
            return SGD(learned, lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov, fused=fused)


def _fused(device: torch.device) -> bool | None:
    # On the CPU fused and for-each steps cost the same; on a GPU fused saves most of the kernel launches.
    return True if device.type == "cuda" else None


def rate_of(group: dict[str, Any]) -> float:
    """The learning rate of a group; where it is a float32 on the device, the shortest number that this can be."""
    lr = group["lr"]
    return float(str(np.float32(lr.item()))) if isinstance(lr, Tensor) else float(lr)


@contextlib.contextmanager
def rounded_rates(optimizer: Optimizer) -> Iterator[None]:
    """Within, steps compute with the rates that they would have on the device."""
    rates = [group["lr"] for group in optimizer.param_groups]
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate if isinstance(rate, Tensor) else float(np.float32(rate))
    try:
        yield
    finally:
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate


def make_recordable(optimizer: Optimizer) -> None:
    """Has steps read the learning rate from the device, so that a recorded one can be played back with another rate."""
    for group in optimizer.param_groups:
        if not isinstance(group["lr"], Tensor):
            group["lr"] = torch.tensor(float(group["lr"]), device=group["params"][0].device)
        if "capturable" in group:
            group["capturable"] = True


def make_plain(optimizer: Optimizer) -> None:
    """Undoes `make_recordable`."""
    for group in optimizer.param_groups:
        group.update(_plain(group))


def state_of(optimizer: Optimizer) -> dict[str, Any]:
    """Its state to be saved, the same whether steps are recorded or not."""
    state = optimizer.state_dict()
    return {**state, "param_groups": [{**group, **_plain(group)} for group in state["param_groups"]]}


def load_state(optimizer: Optimizer, state: dict[str, Any]) -> None:
    """Goes on from what `state_of` gave, which may have been on another device, or with weights laid out otherwise.

    How steps are computed stays this optimizer's affair. Fused steps need all tensors of a weight laid out alike: on
    the CPU they would go wrong without a word.
    """
    own = [{name: group[name] for name in _IMPLEMENTATIONS if name in group} for group in optimizer.param_groups]
    groups = [{**saved, **mine} for saved, mine in zip(state["param_groups"], own, strict=True)]
    optimizer.load_state_dict({**state, "param_groups": groups})
    for parameter, kept in optimizer.state.items():
        for name, value in kept.items():
            if value is not None and value.shape == parameter.shape and value.stride() != parameter.stride():
                kept[name] = torch.empty_like(parameter, requires_grad=False).copy_(value)


def _plain(group: dict[str, Any]) -> dict[str, Any]:
    return {"lr": rate_of(group), **({"capturable": False} if "capturable" in group else {})}
