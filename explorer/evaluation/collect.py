"""Gathers a model's answers to test images, on the device, batch by batch."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.evaluation.scores import TOP, Evaluation


class Collector:
    """Takes the output for each batch; nothing is read from the device before `take`."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets what was added."""
        self._labels: list[Tensor] = []
        self._answers: list[Tensor] = []
        self._probabilities: list[Tensor] = []
        self._losses: list[Tensor] = []

    def add(self, output: Any, labels: Tensor) -> None:
        """Keeps the answers of a model's output: logits (N, C), or an object with `logits`."""
        logits = (output if isinstance(output, Tensor) else output.logits).detach().float()
        log_probabilities = logits.log_softmax(1)
        best = log_probabilities.topk(min(TOP, logits.shape[1]), dim=1)
        self._labels.append(labels)
        self._answers.append(best.indices)
        self._probabilities.append(best.values.exp())
        self._losses.append(-log_probabilities.gather(1, labels[:, None])[:, 0])

    def take(self, classes: tuple[str, ...]) -> Evaluation:
        """Everything added since the last time."""
        if not self._labels:
            empty = np.zeros((0, 1))
            return Evaluation(
                np.zeros(0, np.int64),
                empty.astype(np.int64),
                empty.astype(np.float32),
                np.zeros(0, np.float32),
                classes,
            )
        evaluation = Evaluation(
            torch.cat(self._labels).cpu().numpy(),
            torch.cat(self._answers).cpu().numpy(),
            torch.cat(self._probabilities).cpu().numpy(),
            torch.cat(self._losses).cpu().numpy(),
            classes,
        )
        self.clear()
        return evaluation
