"""The answers of a test that several processes take together, brought to the first in the order of the images."""

from typing import Any

import torch
from torch import Tensor

from explorer.evaluation.collect import Collector
from explorer.training.parallel import Team


class SharedAnswers:
    """Takes the answers of this process's shares; when the test is over, those of all are in `whole` of the first."""

    def __init__(self, whole: Collector, team: Team) -> None:
        self._whole, self._team = whole, team
        self._here = Collector()
        self._counts: list[int] = []  # of each batch, the images that are counted here

    def clear(self) -> None:
        self._whole.clear()
        self._here.clear()
        self._counts = []

    def add(self, output: Any, labels: Tensor) -> None:
        """The output for the newest share; of a batch too small to be shared the first process's counts."""
        count = self._team.newest_count
        self._counts.append(count)
        if count:
            self._here.add(output, labels)

    def complete(self) -> None:
        """Hands this process's answers over; all processes call it.

        Raises:
            PeerLost: Another process is gone.
        """
        found = self._team.collect((self._counts, self._here.take_columns()))
        self._counts = []
        columns = [columns for _, columns in found if columns is not None]
        if columns:
            order = image_order([counts for counts, here in found if here is not None])
            labels, answers, probabilities, losses = (torch.cat(column)[order] for column in zip(*columns, strict=True))
            self._whole.add_columns((labels, answers, probabilities, losses))


def image_order(counts: list[list[int]]) -> Tensor:
    """Which rows of all processes' answers, one process after the other, come first, int64 (N,).

    Args:
        counts: Of each process, how many images of each batch it has; its share of a batch is behind those before it.
    """
    batches = torch.cat([torch.arange(len(here)).repeat_interleave(torch.tensor(here)) for here in counts])
    return batches.argsort(stable=True)
