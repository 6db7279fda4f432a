"""How the curves page writes numbers: at the axes, at the mouse and in its table."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.data import cards
from explorer.gui.panels.labs.curves_drawing import Settings, Words
from explorer.gui.services import network_names
from explorer.gui.text import say, tr
from explorer.gui.widgets.charts import scale as chart_scale
from explorer.gui.widgets.charts.frame import Frame
from explorer.gui.widgets.charts.scale import percent_tick, tick
from explorer.gui.widgets.words.durations import duration
from explorer.gui.widgets.words.numerals import count, rate
from explorer.runs.curves.curve_points import Axis
from explorer.runs.folder.about import About

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.gui.widgets.charts.scale import Scale, Ticks
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.repeats import Repeats

_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_SIGNS = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K"))


# -- runs


def title(record: RunRecord) -> str:
    """What a run is called beside its number: its own name, else the network's."""
    if record.about.name:
        return record.about.name
    plan = record.plan
    return network_names.name(plan.choice) if plan.own is None else plan.title


def data(record: RunRecord) -> str:
    """The data set of a run; of a folder its last part."""
    return say(cards.short_title(record.plan.dataset))


def name(record: RunRecord) -> str:
    """On a line, with its number."""
    return f"#{record.number} {title(record)}"


def names(repeats: Sequence[RunRecord]) -> tuple[str, str]:
    """Of runs that repeat each other, or of one: with the number of the first; and with how many: "#4 LeNet ×5"."""
    in_short = f"#{repeats[0].number} {_title(repeats)}"
    return in_short, in_short if len(repeats) == 1 else f"{in_short} ×{len(repeats)}"


def pair(first: Repeats, second: Repeats) -> tuple[str, str]:
    """What two are called in a sentence; with numbers where they would be called the same."""
    titles = _title(first.runs), _title(second.runs)
    return titles if titles[0] != titles[1] else (names(first.runs)[0], names(second.runs)[0])


def _title(repeats: Sequence[RunRecord]) -> str:
    """Their own name where they share it, else the network's."""
    first = repeats[0]
    is_shared = all(record.about.name == first.about.name for record in repeats)
    return title(first if is_shared else replace(first, about=About()))


def settings(record: RunRecord) -> str:
    """What it was trained with, in short."""
    config = record.plan.config
    optimizer, batch = tr(f"training.optimizer_{config.optimizer}"), tr("curves.batch", size=config.batch_size)
    return f"{optimizer} {rate(config.lr)} · {batch}"


# -- values


def loss(value: float | None) -> str:
    """Three figures that matter."""
    if value is None:
        return ""
    if not math.isfinite(value):
        return "NaN"
    return f"{value:.3g}" if abs(value) >= 100 or 0 < abs(value) < 0.01 else f"{value:.3f}"


def percent(fraction: float | None) -> str:
    """With two decimals: runs that are compared may be that near to each other."""
    return "" if fraction is None or not math.isfinite(fraction) else f"{100 * fraction:.2f}%"


def work(macs: float | None) -> str:
    """With three figures: "1.25 T"."""
    if macs is None:
        return ""
    size, sign = next(((size, sign) for size, sign in _SIGNS if macs >= size), (1.0, ""))
    return f"{macs / size:.3g} {sign}".rstrip()


def note(axis: Axis, unknown: Sequence[str], missing: int) -> str:
    """What is to be known of `axis`, of which runs it is not known, and how many runs are still read."""
    said = [tr(f"curves.note_{axis}")] if axis in (Axis.TIME, Axis.MACS) else []
    if unknown:
        named = tr("common.list_separator").join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
        said.append(tr("curves.macs_unknown", runs=named))
    if missing:
        said.append(tr("curves.reading", count=missing))
    return " ".join(said)


# -- axes


def frame(quantity: str, chosen: Settings) -> Frame:
    """The words around the chart of `quantity`."""
    note = []
    if chosen.log_y and quantity != "accuracy":
        note.append(tr("curves.log_note"))
    return Frame(
        tr(f"curves.{quantity}"),
        tr(f"curves.along_{chosen.axis}"),
        " · ".join(note),
        lambda scale, most: _x_ticks(chosen.axis, scale, most),
        lambda scale, most: chart_scale.ticks(scale, most, percent_tick if quantity == "accuracy" else tick),
        lambda x: at(chosen.axis, x),
        {"loss": loss, "accuracy": percent, "lr": rate}[quantity],
    )


def curves() -> Words:
    """What curves and marks are called at the mouse, in the present language."""
    return Words(*(tr(f"curves.{key}") for key in ("train", "test", "lr_changed", "ended_early", "best_epoch")))


def at(axis: Axis, x: float) -> str:
    """A place on the x axis in words."""
    written = {
        Axis.STEP: lambda: count(max(round(x), 0)),
        Axis.EPOCH: lambda: f"{x:.2f}",
        Axis.TIME: lambda: duration(x),
        Axis.MACS: lambda: work(max(x, 0.0)),
    }[axis]()
    return tr(f"curves.at_{axis}", value=written)


def _x_ticks(axis: Axis, scale: Scale, most: int) -> Ticks:
    if axis is Axis.TIME and not scale.is_log and scale.high - scale.low > 5:
        step = next((s for s in _CLOCK if (scale.high - scale.low) / s <= most), _CLOCK[-1])
        first = math.ceil(scale.low / step)
        say_one = _clock if scale.high >= 60 else _few_seconds  # one way for all ticks of an axis
        return [(n * step, say_one(n * step)) for n in range(first, math.floor(scale.high / step) + 1)]
    write = {Axis.STEP: _count_tick, Axis.EPOCH: tick, Axis.TIME: _clock_tick, Axis.MACS: _work_tick}[axis]
    found = chart_scale.ticks(scale, most, write)
    if axis is Axis.STEP:  # steps are whole
        found = [(value, words) for value, words in found if abs(value - round(value)) < 1e-6]
    return found


def _count_tick(value: float, step: float) -> str:
    return count(round(value)) if value < 1e5 else work(value)


def _clock_tick(value: float, step: float) -> str:
    return _clock(value) if value >= 60 else _few_seconds(value)


def _few_seconds(seconds: float) -> str:
    return tr("curves.seconds", s=f"{seconds:.2g}")


def _clock(seconds: float) -> str:
    """In minutes or hours, short enough for an axis: "0:30", "3:07", "2:05:00"."""
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _work_tick(value: float, step: float) -> str:
    return work(value) if value else "0"
