"""The curves of runs as a table: one line for each step, with everything that is known of it. No torch, no Qt."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import numpy as np

from explorer.runs.curves.curve_points import Axis, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from explorer.runs.curves.curve_points import Points

COLUMNS = (
    "run",
    "name",
    "step",
    "epoch",
    "seconds",
    "multiply_adds",
    "train_loss",
    "train_accuracy",
    "test_loss",
    "test_accuracy",
    "learning_rate",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A run to write: what it is called, its points, and the multiply-adds of one image where they are known.

    `rate` tells the learning rate of each step, from 1; without it that of the last report holds.
    """

    name: str
    points: Points
    macs: int | None = None
    rate: Callable[[int], float] | None = None


def write(file: TextIO, sources: Iterable[Source]) -> None:
    """Writes all raw points of `sources`; a test stands in the line of the step that it came after.

    Seconds are those of training; accuracies are fractions; what is not known is left empty.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for source in sources:
        writer.writerows(_lines(source))


def _lines(source: Source) -> Iterator[tuple[object, ...]]:
    points = source.points
    steps = np.arange(1, points.step + 1)
    epochs, seconds = places(points, steps, Axis.EPOCH), places(points, steps, Axis.TIME)
    work = places(points, steps, Axis.MACS, source.macs)
    assert epochs is not None
    assert seconds is not None
    tests = dict(
        zip(points.epoch_steps.tolist(), zip(points.test_losses, points.test_accuracies, strict=True), strict=True)
    )
    place = (np.searchsorted(points.lr_steps, steps, side="right") - 1).clip(min=0)
    for rank, step in enumerate(steps.tolist()):
        loss, accuracy = tests.get(step, (None, None))
        yield (
            points.run,
            source.name,
            step,
            f"{epochs[rank]:.6g}",
            f"{seconds[rank]:.4f}",
            "" if work is None else f"{work[rank]:.0f}",
            _number(points.losses[rank]),
            _number(points.accuracies[rank]),
            _number(loss),
            _number(accuracy),
            _rate(source, step, points.lrs[place[rank]] if len(points.lrs) else None),
        )


def _rate(source: Source, step: int, reported: np.float32 | None) -> str:
    return _number(reported) if source.rate is None else f"{source.rate(step):.9g}"


def _number(value: np.float32 | None) -> str:
    """The shortest that gives back the same number; nothing for what is not known."""
    return "" if value is None or not np.isfinite(value) else f"{float(str(value)):.9g}"
