"""Importing this module loads torch; the rest of what makes a first training slow to begin is `first_step`."""

import torch


def first_step() -> None:
    """Takes one optimizer step: the first optimizer and the first backward pass of a process cost seconds."""
    weight = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    loss = (weight * weight).sum()
    loss.backward()
    optimizer.step()
