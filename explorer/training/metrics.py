"""Loss and accuracy, kept on the device until they are reported."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

AUXILIARY_SHARE = 0.3  # of the loss of an auxiliary classifier, as in Szegedy et al. 2014


def measure(output: Any, labels: Tensor, *, label_smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy and the logits (N, classes) that count, both with their gradients, of a model's output.

    With auxiliary classifiers the output is a tuple: the first logits count, the others add their share to the loss.

    Args:
        label_smoothing: Share of the target that goes to all classes alike (Szegedy et al. 2015, section 7).
    """
    logits = output if isinstance(output, Tensor) else output.logits
    loss = nn.functional.cross_entropy(logits.float(), labels, label_smoothing=label_smoothing)
    if isinstance(output, tuple):
        for auxiliary in output[1:]:
            if auxiliary is not None:
                more = nn.functional.cross_entropy(auxiliary.float(), labels, label_smoothing=label_smoothing)
                loss = loss + AUXILIARY_SHARE * more
    return loss, logits


@dataclass(slots=True)
class Totals:
    """Sums over the images of an epoch so far."""

    loss: float = 0.0
    correct: int = 0
    images: int = 0
    seconds: float = 0.0

    def add(self, part: "Part", seconds: float) -> None:
        """Takes in batches that took so many seconds in all; it is no matter in how many goes they come."""
        for loss, count in zip(part.losses, part.counts, strict=True):
            self.loss += loss * count
        self.correct += sum(part.corrects)
        self.images += part.images
        self.seconds += seconds

    @property
    def mean_loss(self) -> float:
        return self.loss / self.images if self.images else 0.0

    @property
    def accuracy(self) -> float:
        return self.correct / self.images if self.images else 0.0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Part:
    """Batches that have been read from the device: mean loss, right answers and images of each."""

    losses: tuple[float, ...]
    corrects: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def images(self) -> int:
        return sum(self.counts)

    @property
    def accuracies(self) -> tuple[float, ...]:
        return tuple(correct / count for correct, count in zip(self.corrects, self.counts, strict=True))


class Pending:
    """Batches whose figures are still on the device, so that a step does not wait for it.

    What was answered is compared with the labels when it is read, for all batches in one go.
    """

    def __init__(self) -> None:
        self._losses: list[Tensor] = []
        self._logits: list[Tensor] = []
        self._labels: list[Tensor] = []

    def __len__(self) -> int:
        return len(self._losses)

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Mean loss of a batch, its logits (N, classes) and labels (N,); they are not to be changed afterwards."""
        self._losses.append(loss.detach())
        self._logits.append(logits.detach())
        self._labels.append(labels)

    def take(self) -> Part:
        """All of them, read at once; this is where the device is waited for."""
        if not self._losses:
            return Part((), (), ())
        # Few operations, and none on the device after the first that waits for it: a step has emptied all caches, so
        # that each costs ten times what it takes when it is repeated.
        losses = torch.stack(self._losses)
        is_right = torch.cat(self._logits).argmax(1) == torch.cat(self._labels)
        answers = is_right.cpu().numpy().tobytes()
        corrects, counts, start = [], [], 0
        for labels in self._labels:
            count = len(labels)
            corrects.append(answers.count(1, start, start + count))
            counts.append(count)
            start += count
        part = Part(tuple(losses.tolist()), tuple(corrects), tuple(counts))
        self._losses, self._logits, self._labels = [], [], []
        return part
