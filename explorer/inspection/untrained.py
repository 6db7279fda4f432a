"""A model with weights drawn at random, without touching the random state of the program.

A run that is going draws from torch's global generator; drawing there from another thread would change the run.
"""

import torch
from torch import nn

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.seeding import OwnGenerator


def build(choice: Choice, seed: int = 0) -> nn.Module:
    """The model that `torch.manual_seed(seed); catalogue.build(choice)` makes, in eval mode, on the CPU.

    Raises:
        ExplorerError: The choice does not fit the architecture.
    """
    with torch.device("cpu"), OwnGenerator(seed):
        model = catalogue.build(choice)
    return model.eval()
