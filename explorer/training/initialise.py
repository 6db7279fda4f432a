"""New models with the start weights that a plan asks for."""

import torch
from torch import nn

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.seeding import OwnGenerator


def build(choice: Choice, *, seed: int, initialisation: str = "default") -> nn.Module:
    """A model on the CPU whose weights depend on the arguments alone, whatever ran before in the process.

    Args:
        initialisation: "default" for what the architecture itself draws, "xavier" as in the lectures.

    Raises:
        ExplorerError: The choice does not fit the architecture.
    """
    with torch.device("cpu"), OwnGenerator(seed):
        model = catalogue.build(choice)
        if initialisation == "xavier":
            model.apply(_xavier)
    return model


def _xavier(module: nn.Module) -> None:
    # Glorot and Bengio 2010, eq. 16; biases stay as they are, as in the lectures.
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
