"""Small models and batches for the loop."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.optim import SGD

from explorer.training.loop import Setup


class TwoHeaps:
    """Points around two centres: a model learns them in a few steps. The order depends on the epoch alone."""

    def __init__(self, *, count: int = 64, batch_size: int = 8) -> None:
        generator = torch.Generator().manual_seed(3)
        self.labels = torch.arange(count) % 2
        self.images = torch.randn(count, 1, 4, 4, generator=generator) * 0.3 + self.labels.view(-1, 1, 1, 1)
        self.batch_size = batch_size
        self.image_count = count

    def __len__(self) -> int:
        return -(-self.image_count // self.batch_size)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(self.image_count, generator=torch.Generator().manual_seed(epoch))
        for batch in order.split(self.batch_size)[start:]:
            yield self.images[batch], self.labels[batch]


def setup(model: nn.Module | None = None, *, lr: float = 0.1, **batches) -> Setup:
    if model is None:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    optimizer = SGD(model.parameters(), lr=lr, momentum=0.9)
    return Setup("r", model, optimizer, TwoHeaps(**batches), TwoHeaps(**batches), torch.device("cpu"))
