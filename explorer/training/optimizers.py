"""The optimizers that a plan can name."""

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from explorer.training.config import TrainConfig


def make(config: TrainConfig, model: nn.Module, device: torch.device) -> Optimizer:
    """The optimizer of `config` over all of the model's parameters; fused where the device has that."""
    # On the CPU fused and for-each steps cost the same; on a GPU fused saves most of the kernel launches.
    fused = True if device.type == "cuda" else None
    lr, weight_decay = config.lr, config.weight_decay
    match config.optimizer:
        case "adam":
            return Adam(model.parameters(), lr=lr, weight_decay=weight_decay, fused=fused)
        case "adamw":
            return AdamW(model.parameters(), lr=lr, weight_decay=weight_decay, fused=fused)
        case _:
            return SGD(model.parameters(), lr=lr, momentum=config.momentum, weight_decay=weight_decay, fused=fused)
