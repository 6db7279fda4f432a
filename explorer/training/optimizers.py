"""The optimizers that a plan can name."""

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from explorer.training.config import TrainConfig


def make(config: TrainConfig, model: nn.Module, device: torch.device) -> Optimizer:
    """The optimizer of `config` over the model's parameters that are not frozen; fused where the device has that."""
    # On the CPU fused and for-each steps cost the same; on a GPU fused saves most of the kernel launches.
    fused = True if device.type == "cuda" else None
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
