"""From the history of a run to the curves that are drawn of it: numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from explorer.gui.widgets.charts.decimation import Numbers, nice_ticks, smoothed
from explorer.runs.curves.history import History

_LEAST_EPOCHS, _AHEAD = 20, 1.1
_AXES = 8  # that are kept
SMOOTH_POINTS = {"none": 0, "usual": 90, "strong": 24}  # of the line that is drawn of all steps


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one curve; x in epochs."""

    x: Numbers
    y: Numbers

    @property
    def newest(self) -> float | None:
        return float(self.y[-1]) if len(self.y) and np.isfinite(self.y[-1]) else None


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity of a run: of each training step, smoothed, and of each test."""

    steps: Line
    train: Line
    test: Line


@dataclass(frozen=True, slots=True)
class RunCurves:
    """What is drawn of one run; `epochs` is how long it was meant to be."""

    epochs: int
    loss: Measure
    accuracy: Measure


def curves_of(history: History, smoothing: str = "usual") -> RunCurves:
    """The curves of `history` as they are now; `smoothing` is a key of `SMOOTH_POINTS`."""
    per_epoch = max(history.steps_per_epoch, 1)
    step_x = _axis(history.step, per_epoch)
    test_x = history.epoch_steps / per_epoch
    return RunCurves(
        max(history.epochs, 1),
        _measure(step_x, history.losses, test_x, history.epoch_test_losses, SMOOTH_POINTS[smoothing]),
        _measure(step_x, history.accuracies, test_x, history.epoch_test_accuracies, SMOOTH_POINTS[smoothing]),
    )


_axes: dict[int, Numbers] = {}  # the longest yet, by steps in an epoch: a run that grows needs the same again


def _axis(steps: int, per_epoch: int) -> Numbers:
    """Steps 1 and following, in epochs."""
    kept = _axes.get(per_epoch)
    if kept is None or len(kept) < steps:
        if len(_axes) >= _AXES:
            _axes.clear()
        kept = np.arange(1, 2 * steps + 1) / per_epoch
        kept.flags.writeable = False
        _axes[per_epoch] = kept
    return kept[:steps]


def _measure(
    x: Numbers, values: NDArray[np.float32], test_x: Numbers, tests: NDArray[np.float32], points: int
) -> Measure:
    steps = Line(x, cast("Numbers", values))  # as they are: a copy of a long run takes longer than all the rest
    train = Line(*smoothed(x, steps.y, points)) if points else steps
    return Measure(steps, train, Line(test_x, tests.astype(np.float64)))


def epochs_shown(runs: Sequence[RunCurves]) -> float:
    """How far the axis of epochs goes: to the end of the longest run; of long runs that have just begun, less.

    Then it doubles each time that a curve comes near its end, so that the beginning of 300 epochs can be read too.
    """
    planned = float(max((curves.epochs for curves in runs), default=10))
    done = max((float(curves.loss.steps.x[-1]) for curves in runs if len(curves.loss.steps.x)), default=0.0)
    shown = float(_LEAST_EPOCHS)
    while shown < done * _AHEAD:
        shown *= 2
    return planned if shown * 1.5 > planned else shown


def loss_range(lines: Sequence[Line]) -> tuple[float, float]:
    """From 0 to a round number over everything that is not a single outlier."""
    values = _finite(lines)
    highest = float(values.max()) if len(values) else 1.0
    return 0.0, _round_up(highest)


def log_range(lines: Sequence[Line]) -> tuple[float, float]:
    """Around everything above 0, for a scale by powers of ten."""
    values = _finite(lines)
    values = values[values > 0]
    if not len(values):
        return 0.1, 1.0
    return float(values.min()) / 1.2, float(values.max()) * 1.2


def accuracy_range(lines: Sequence[Line]) -> tuple[float, float]:
    """From a tenth below everything to 1."""
    values = _finite(lines)
    lowest = float(values.min()) if len(values) else 0.0
    return min(np.floor(lowest * 10) / 10, 0.9), 1.0


def _finite(lines: Sequence[Line]) -> Numbers:
    values = np.concatenate([line.y for line in lines]) if lines else np.empty(0)
    finite: Numbers = values[np.isfinite(values)]
    return finite


def _round_up(value: float) -> float:
    if value <= 0:
        return 1.0
    _, step = nice_ticks(0, value, 5)
    return float(np.ceil(value / step - 1e-9) * step)
