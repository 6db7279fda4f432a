"""Gathers a model's answers to test images, on the device, batch by batch."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.evaluation.scores import TOP, Evaluation

Columns = tuple[Tensor, Tensor, Tensor, Tensor]  # labels (N,), answers (N, K), their probabilities (N, K), losses (N,)


class Collector:
    """Takes the output for each batch; nothing is read from the device before `take`."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets what was added."""
        self._batches: list[Columns] = []

    def add(self, output: Any, labels: Tensor) -> None:
        """Keeps the answers of a model's output: logits (N, C), or an object with `logits`."""
        logits = (output if isinstance(output, Tensor) else output.logits).detach().float()
        log_probabilities = logits.log_softmax(1)
        best = log_probabilities.topk(min(TOP, logits.shape[1]), dim=1)
        losses = -log_probabilities.gather(1, labels[:, None])[:, 0]
        self._batches.append((labels, best.indices, best.values.exp(), losses))

    def complete(self) -> None:
        """The test is over."""

    def add_columns(self, columns: Columns) -> None:
        """Keeps answers that another collector took."""
        self._batches.append(columns)

    def take_columns(self) -> Columns | None:
        """Everything added since the last time, on the CPU; None where nothing was."""
        batches = self._batches
        self.clear()
        if not batches:
            return None
        labels, answers, probabilities, losses = (torch.cat(column).cpu() for column in zip(*batches, strict=True))
        return labels, answers, probabilities, losses

    def take(self, classes: tuple[str, ...]) -> Evaluation:
        """Everything added since the last time."""
        columns = self.take_columns()
        if columns is None:
            empty = np.zeros((0, 1))
            return Evaluation(
                np.zeros(0, np.int64),
                empty.astype(np.int64),
                empty.astype(np.float32),
                np.zeros(0, np.float32),
                classes,
            )
        labels, answers, probabilities, losses = (column.numpy() for column in columns)
        return Evaluation(labels, answers, probabilities, losses, classes)
