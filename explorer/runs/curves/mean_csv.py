"""The curves of runs that repeat each other as a table: one line for each step, with means and deviations.

No torch, no Qt.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import numpy as np

from explorer.runs.curves.curve_points import Axis
from explorer.runs.curves.spread import mean_places, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from explorer.runs.curves.curve_points import Points
    from explorer.runs.curves.spread import Spread

QUANTITIES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
COLUMNS = (
    *("runs", "name", "count", "step", "epoch", "seconds", "multiply_adds"),
    *(f"{quantity}{part}" for quantity in QUANTITIES for part in ("", "_sd")),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Runs to write as one: what they are called, and the multiply-adds of one image where they are known."""

    name: str
    runs: Sequence[Points]
    macs: int | None = None


def write(file: TextIO, sources: Iterable[Source]) -> None:
    """Writes the means of the raw points; `count` runs have done the step.

    Deviations are those of a sample (of n - 1 degrees); seconds those of training, on average; accuracies are
    fractions; what is not known is left empty.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for source in sources:
        writer.writerows(_lines(source))


def _lines(source: Source) -> Iterator[tuple[object, ...]]:
    runs, last = source.runs, max(points.step for points in source.runs)
    steps = np.arange(1, last + 1, dtype=np.float64)
    axes = [mean_places(runs, steps, axis, source.macs) for axis in (Axis.EPOCH, Axis.TIME, Axis.MACS)]
    columns = [
        _cells(spread([(steps[: points.step], points.losses) for points in runs])),
        _cells(spread([(steps[: points.step], points.accuracies) for points in runs])),
        _cells(spread([(points.epoch_steps, points.test_losses) for points in runs])),
        _cells(spread([(points.epoch_steps, points.test_accuracies) for points in runs])),
    ]
    ids, reach = " ".join(points.run for points in runs), np.array([points.step for points in runs])
    for rank, step in enumerate(range(1, last + 1)):
        places = [_number(None if axis is None else axis[rank], form) for axis, form in zip(axes, _FORMS, strict=True)]
        figures = [figure for column in columns for figure in column.get(step, ("", ""))]
        yield (ids, source.name, int((reach >= step).sum()), step, *places, *figures)


_FORMS = (".6g", ".4f", ".0f")


def _cells(found: Spread) -> dict[int, tuple[str, str]]:
    """Mean and deviation of each step, as they are written."""
    rows = zip(found.steps.tolist(), found.means.tolist(), found.deviations.tolist(), strict=True)
    return {int(step): (_number(mean, ".9g"), _number(deviation, ".9g")) for step, mean, deviation in rows}


def _number(value: float | None, form: str) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:{form}}"
