"""From the points of runs to the sheets of the curves page; everything here may run on a worker."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.gui.widgets.charts import ink as chart_ink
from explorer.gui.widgets.charts.ink import Band, Look, Mark, Picture, Sheet, Sign, Trace
from explorer.gui.widgets.charts.scale import Scale
from explorer.runs.curves.curve_points import Axis, Numbers, Points, places, smoothed
from explorer.runs.curves.spread import mean_places, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QSize

    from explorer.runs.curves.growing import Floats
    from explorer.runs.curves.spread import Series

Range = tuple[float, float]
QUANTITIES = ("loss", "accuracy", "lr")
MOST_SMOOTHING = 0.99
MOST_RAW = 12  # runs; of more the raw values would hide the curves
MOST_RATES = 4000  # steps of a run whose learning rate is worked out
_KEPT = 1200  # smoothed curves: four of each of 300 runs


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose to see.

    Attributes:
        smoothing: Weight of what came before, 0-0.99, for the curves of training steps.
        log_y: For loss and learning rate; accuracy has no use for it.
        raw: The steps themselves, faint, behind a smoothed curve.
        repeats: Runs that repeat each other are drawn as one, their mean.
    """

    axis: Axis = Axis.EPOCH
    smoothing: float = 0.9
    log_x: bool = False
    log_y: bool = False
    train: bool = True
    test: bool = True
    raw: bool = True
    repeats: bool = False
    quantities: tuple[str, ...] = QUANTITIES


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run that is drawn: what it is called, its colour, and the multiply-adds of its network if they are known.

    `rate` tells the learning rate of each step, from 1; None where only that of some is known.
    """

    points: Points
    name: str
    colour: str
    macs: int | None = None
    rate: Callable[[int], float] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn in one colour: a run, or several that repeat each other.

    Attributes:
        name: At the mouse; `label` says of several how many they are, too.
    """

    name: str
    label: str
    colour: str
    runs: tuple[ShownRun, ...]

    @property
    def key(self) -> str:
        """The run that it is, or the first of several."""
        return self.runs[0].points.run

    @property
    def longest(self) -> ShownRun:
        return max(self.runs, key=lambda run: run.points.step)


def alone(run: ShownRun) -> Drawn:
    """A run that is drawn by itself."""
    return Drawn(run.name, run.name, run.colour, (run,))


@dataclass(frozen=True, slots=True)
class Words:
    """What curves and marks are called at the mouse."""

    train: str
    test: str
    change: str
    early: str
    best: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn of one quantity in which size; ranges where the user zoomed."""

    quantity: str
    size: QSize
    ratio: float
    x: Range | None = None
    y: Range | None = None


class Drawer:
    """Makes pictures of runs; keeps what it has smoothed. Used by one thread at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int, str, float], Numbers] = OrderedDict()

    def sheets(
        self, drawn: tuple[Drawn, ...], settings: Settings, wishes: tuple[Wish, ...], words: Words
    ) -> dict[str, Sheet | None]:
        """A sheet for each of `wishes`, by quantity; None where there is nothing to draw."""
        found: dict[str, Sheet | None] = {}
        for wish in wishes:
            picture = self.picture(drawn, settings, wish, words)
            drawable = picture is not None and not wish.size.isEmpty()
            found[wish.quantity] = chart_ink.draw(picture, wish.size, wish.ratio) if picture and drawable else None
        return found

    def picture(self, drawn: tuple[Drawn, ...], settings: Settings, wish: Wish, words: Words) -> Picture | None:
        """The curves of one quantity, over what of them is to be seen; None where there is nothing."""
        if len(drawn) > MOST_RAW:
            settings = replace(settings, raw=False)
        traces = [trace for one in drawn for trace in self._traces(one, settings, wish.quantity, words)]
        if not any(len(trace.x) for trace in traces):
            return None
        x = _x_scale(drawn, settings, wish.x)
        y = _y_scale(traces, settings, wish, x)
        alone = [one.runs[0] for one in drawn if len(one.runs) == 1]
        marks = tuple(mark for run in alone for mark in self._marks(run, settings, wish.quantity, words))
        return Picture(x, y, tuple(traces), marks)

    # -- curves -----------------------------------------------------------------------------------------------------

    def _traces(self, drawn: Drawn, settings: Settings, quantity: str, words: Words) -> list[Trace]:
        if len(drawn.runs) == 1:
            return self._of_run(drawn.runs[0], settings, quantity, words)
        if quantity == "lr":  # their plan says it
            return _plan_of_rates(drawn, settings) if len(drawn.longest.points.lrs) else []
        return self._of_repeats(drawn, settings, quantity, words)

    def _of_repeats(self, drawn: Drawn, settings: Settings, quantity: str, words: Words) -> list[Trace]:
        """The means of their curves; each is smoothed before."""
        found, all_points = [], [run.points for run in drawn.runs]
        if settings.train:
            weight = settings.smoothing
            curves = [(_steps(points), self._smoothed(points.run, points, quantity, weight)) for points in all_points]
            look = Look.LINE if weight > 0 else Look.FINE
            found += _mean_trace(drawn, settings, curves, words.train, look)
        if settings.test:
            tests = [(points.epoch_steps, _tests(points, quantity)) for points in all_points]
            found += _mean_trace(drawn, settings, tests, words.test, Look.POINTS)
        return found

    def _of_run(self, run: ShownRun, settings: Settings, quantity: str, words: Words) -> list[Trace]:
        points, key = run.points, run.points.run
        if quantity == "lr":
            return _trace(run, settings, *_rates(run), run.name, Look.LEVELS) if len(points.lrs) else []
        per_step = points.losses if quantity == "loss" else points.accuracies
        found = []
        if settings.train:
            steps = _steps(points)
            name = f"{run.name} · {words.train}"
            raw = per_step.astype(np.float64)
            if settings.smoothing > 0:
                if settings.raw:
                    found += _trace(run, settings, steps, raw, "", Look.RAW)
                line = self._smoothed(key, points, quantity, settings.smoothing)
                found += _trace(run, settings, steps, line, name, Look.LINE)
            else:
                found += _trace(run, settings, steps, raw, name, Look.FINE)
        if settings.test:
            tests = _tests(points, quantity).astype(np.float64)
            name = f"{run.name} · {words.test}"
            found += _trace(run, settings, points.epoch_steps.astype(np.float64), tests, name, Look.POINTS)
        return found

    def _smoothed(self, run: str, points: Points, quantity: str, weight: float) -> Numbers:
        key = (run, points.revision, points.step, quantity, weight)
        if key not in self._kept:
            self._kept[key] = smoothed(points.losses if quantity == "loss" else points.accuracies, weight)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    # -- marks ------------------------------------------------------------------------------------------------------

    def _marks(self, run: ShownRun, settings: Settings, quantity: str, words: Words) -> list[Mark]:
        points = run.points
        found = []
        if quantity != "accuracy":
            found += [_mark(run, settings, Sign.CHANGE, step, None, words.change) for step in points.changes]
        tests = {"loss": points.test_losses, "accuracy": points.test_accuracies}.get(quantity)
        if tests is None or not settings.test or not len(tests):
            return [mark for mark in found if mark is not None]
        if points.ended_early is not None:
            found.append(_mark(run, settings, Sign.EARLY, points.ended_early, float(tests[-1]), words.early))
        if points.best is not None and len(tests) > 1:
            step = int(points.epoch_steps[points.best])
            said = words.best.format(epoch=points.best + 1)
            found.append(_mark(run, settings, Sign.BEST, step, float(tests[points.best]), said))
        return [mark for mark in found if mark is not None]


def _trace(run: ShownRun, settings: Settings, steps: Numbers, y: Numbers, name: str, look: Look) -> list[Trace]:
    x = places(run.points, steps, settings.axis, run.macs)
    return [] if x is None else [Trace(run.points.run, name, x, y, run.colour, look)]


def _places(drawn: Drawn, steps: Numbers, settings: Settings) -> Numbers | None:
    """Where `steps` are on the axis, of several runs on average."""
    first = drawn.runs[0]
    if len(drawn.runs) == 1:
        return places(first.points, steps, settings.axis, first.macs)
    return mean_places([run.points for run in drawn.runs], steps, settings.axis, first.macs)


def _plan_of_rates(drawn: Drawn, settings: Settings) -> list[Trace]:
    """The learning rate of runs that share their plan."""
    steps, rates = _rates(drawn.longest)
    x = _places(drawn, steps, settings)
    return [] if x is None else [Trace(drawn.key, drawn.name, x, rates, drawn.colour, Look.LEVELS)]


def _mean_trace(
    drawn: Drawn, settings: Settings, curves: Sequence[tuple[Series, Series]], which: str, look: Look
) -> list[Trace]:
    found = spread(curves)
    x = _places(drawn, found.steps, settings)
    band = Band(found.deviations, found.counts)
    name = f"{drawn.name} · {which}"
    return [] if x is None else [Trace(drawn.key, name, x, found.means, drawn.colour, look, band)]


def _steps(points: Points) -> Numbers:
    return np.arange(1, points.step + 1, dtype=np.float64)


def _tests(points: Points, quantity: str) -> Floats:
    return points.test_losses if quantity == "loss" else points.test_accuracies


def _mark(run: ShownRun, settings: Settings, sign: Sign, step: int, y: float | None, words: str) -> Mark | None:
    x = places(run.points, np.array([float(step)]), settings.axis, run.macs)
    return None if x is None else Mark(sign, float(x[0]), y, run.colour, f"{run.name}: {words}")


# -- ranges


def _rates(run: ShownRun) -> tuple[Numbers, Numbers]:
    """Steps and their learning rates; of a long run those of some steps, far denser than pixels."""
    points = run.points
    if run.rate is None:
        steps = np.append(points.lr_steps, points.step).astype(np.float64)
        steps[0] = 1.0  # noted at the end of the first report
        return steps, np.append(points.lrs, points.lrs[-1:]).astype(np.float64)
    wanted = np.unique(np.linspace(1, points.step, min(points.step, MOST_RATES)).round())
    beside = [number for change in points.changes for number in (change, change + 1) if 1 <= number <= points.step]
    steps = np.union1d(wanted, np.array(beside, np.float64))
    return steps, np.array([run.rate(int(number)) for number in steps])


def _x_scale(drawn: Sequence[Drawn], settings: Settings, wanted: Range | None) -> Scale:
    """The same for all quantities: from the beginning to the end of the longest run."""
    if wanted is not None and (wanted[0] > 0 or not settings.log_x):
        return Scale(*wanted, is_log=settings.log_x)
    found = [_places(one, _way(one), settings) for one in drawn]
    known = [(float(way[0]), float(way[-1])) for way in found if way is not None]
    low = min((first for first, _ in known if first > 0), default=1.0)
    high = max((last for _, last in known), default=1.0)
    if settings.log_x:
        return Scale(low, max(high, low * 1.001), is_log=True)
    return Scale(0.0, high if high > 0 else 1.0)


def _way(drawn: Drawn) -> Numbers:
    """Its first and its last step; of several runs, whose mean depends on all before, every one."""
    whole = _steps(drawn.longest.points)
    return whole if len(drawn.runs) > 1 else whole[[0, -1]]


def _y_scale(traces: list[Trace], settings: Settings, wish: Wish, x: Scale) -> Scale:
    is_log = settings.log_y and wish.quantity != "accuracy"
    if wish.y is not None and (wish.y[0] > 0 or not is_log):
        return Scale(*wish.y, is_log=is_log)
    values = [_seen(trace, x) for trace in traces if trace.look is not Look.RAW]
    values = [part for part in values if len(part)] or [_seen(trace, x) for trace in traces]
    everything = np.concatenate(values)
    everything = everything[np.isfinite(everything) & ((everything > 0) | (not is_log))]
    if not len(everything):
        return Scale(0.1, 1.0, is_log) if is_log else Scale(0.0, 1.0)
    low, high = float(everything.min()), float(everything.max())
    if wish.quantity == "accuracy":
        return _accuracy_scale(low, high)
    if is_log:
        return Scale(low / 1.15, high * 1.15, is_log=True)
    usual = float(np.percentile(everything, 99))
    if high > 4 * usual > 0:  # a run that went astray would flatten all others
        high = usual
    if low < 0.4 * high or (low > 0 and wish.quantity == "lr"):
        low = 0.0
    room = 0.05 * (high - low) or max(0.05 * abs(high), 1e-12)
    return Scale(low - (room if low else 0.0), high + room)


def _accuracy_scale(low: float, high: float) -> Scale:
    """Round below; up to 1 where the curves come anywhere near."""
    step = 0.1 if high - low > 0.1 else 0.02
    bottom = max(math.floor((low - 0.1 * step) / step) * step, 0.0)
    top = 1.0 if high > 0.85 else min(math.ceil((high + 0.1 * step) / step) * step, 1.0)
    return Scale(bottom, top if top > bottom else bottom + step)


def _seen(trace: Trace, x: Scale) -> Numbers:
    """The values of `trace` within the scale, and the ends of its band."""
    first, last = np.searchsorted(trace.x, (x.low, x.high * (1 + 1e-9)))
    part = slice(int(first), int(last))
    if trace.band is None:
        return trace.y[part]
    y, deviations = trace.y[part], np.nan_to_num(trace.band.deviations[part])
    return np.concatenate((y - deviations, y + deviations))
