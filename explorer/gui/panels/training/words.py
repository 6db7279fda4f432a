"""Numbers and names of runs as they are written in the training panel."""

import math
from datetime import datetime

from explorer.data import cards
from explorer.gui.text import say, tr
from explorer.gui.widgets.words import numerals
from explorer.training.config import TrainConfig


def count(number: float) -> str:
    """38412.3 as "38 412"."""
    return numerals.count(round(number))


def percent(fraction: float | None) -> str:
    """0.9012 as "90.1%"; nothing for None."""
    return "" if fraction is None or not math.isfinite(fraction) else f"{100 * fraction:.1f}%"


def loss(value: float | None) -> str:
    """Three figures that matter."""
    if value is None:
        return ""
    if not math.isfinite(value):
        return "NaN"
    return f"{value:.3g}" if abs(value) >= 100 else f"{value:.3f}"


def moment(when: datetime) -> str:
    """In local time; the year is said for other years only."""
    local = when.astimezone()
    return local.strftime("%m-%d %H:%M" if local.year == datetime.now().astimezone().year else "%Y-%m-%d %H:%M")


def dataset(name: str) -> str:
    """The title of the data set `name`; of a folder its last part."""
    return say(cards.short_title(name))


def optimizer(config: TrainConfig) -> str:
    """Name and rate: "SGD 0.1"."""
    return f"{tr('training.optimizer_' + config.optimizer)} {numerals.rate(config.lr)}"


def device(name: str) -> str:
    """The kind of device that a run trains on: "cuda:1" as "GPU 1"."""
    kind, _, place = name.partition(":")
    words = {"cpu": "CPU", "cuda": "GPU", "mps": "Apple GPU"}.get(kind.lower(), kind)
    return f"{words} {place}".rstrip()


def out_of_range(name: str, low: str, high: str, typed: str) -> str:
    """Why the number `typed` cannot be in the field `name`."""
    return tr("training.range", name=tr(f"training.{name}"), low=low, high=high)
