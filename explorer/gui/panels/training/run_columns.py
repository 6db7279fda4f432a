"""The columns that the runs table can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.gui.panels.training import words
from explorer.gui.services import network_names
from explorer.gui.text import tr
from explorer.gui.widgets.words.durations import duration
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.runs.shelf.record import RunRecord

_STATUS_ORDER = (Status.RUNNING, Status.QUEUED, Status.INTERRUPTED, Status.STOPPED, Status.FAILED, Status.FINISHED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its text key, what it says of a run, and what it is sorted by.

    Attributes:
        is_usual: Shown unless the user chose otherwise.
    """

    key: str
    write: Callable[[RunRecord], str]
    sort: Callable[[RunRecord], Any]
    width: int
    is_number: bool = True
    is_usual: bool = True

    @property
    def title(self) -> str:
        return tr(f"training.column_{self.key}") if self.key in _OLD else tr(f"runs.column_{self.key}")


def name(record: RunRecord) -> str:
    """What the user calls the run, and its network; which is its name where it has no other."""
    network = network_names.name(record.plan.choice)
    return f"{record.about.name} · {network}" if record.about.name else network


def _words(
    key: str, write: Callable[[RunRecord], str], width: int, *, is_usual: bool = True, is_number: bool = False
) -> Column:
    return Column(key, write, lambda record: write(record).lower(), width, is_number=is_number, is_usual=is_usual)


def _figure(
    key: str,
    value: Callable[[RunRecord], float | None],
    write: Callable[[float], str],
    width: int,
    *,
    is_usual: bool = True,
) -> Column:
    """A number that is not known of every run; then nothing is written, and it sorts below everything."""

    def text(record: RunRecord) -> str:
        number = value(record)
        return "" if number is None else write(number)

    def rank(record: RunRecord) -> float:
        number = value(record)
        return float("-inf") if number is None else number

    return Column(key, text, rank, width, is_usual=is_usual)


COMPARE, NUMBER, NAME = 0, 1, 2
COLUMNS = (
    Column("compare", lambda r: "", lambda r: 0, 30, is_number=False),
    Column("number", lambda r: str(r.number), lambda r: r.number, 40, is_number=False),
    _words("name", name, 140),
    _words("architecture", lambda r: network_names.name(r.plan.choice), 120, is_usual=False),
    _words("data", lambda r: words.dataset(r.plan.dataset), 130),
    _figure("test", lambda r: r.test_accuracy, words.percent, 60),
    _figure("best", lambda r: r.best_test_accuracy, words.percent, 64, is_usual=False),
    Column(
        "status",
        lambda r: tr("runs.status_queued") if r.status == Status.QUEUED else tr(f"training.status_{r.status}"),
        lambda r: (_STATUS_ORDER.index(r.status), r.place or 0, r.number),
        100,
        is_number=False,
    ),
    Column("epochs", lambda r: f"{r.epochs_done}/{r.plan.config.epochs}", lambda r: r.epochs_done, 68),
    _figure("loss", lambda r: r.train_loss, words.loss, 60),
    _figure("speed", lambda r: r.images_per_second, words.count, 72),
    _figure("duration", lambda r: r.seconds if r.steps else None, duration, 76),
    Column("created", lambda r: words.moment(r.created), lambda r: r.created.timestamp(), 100),
    _words("tags", lambda r: ", ".join(r.about.tags), 120, is_usual=False),
    _words("note", lambda r: " ".join(r.about.note.split())[:200], 160, is_usual=False),
    _words("optimizer", lambda r: words.optimizer(r.plan.config), 100, is_usual=False),
    _figure("batch_size", lambda r: r.plan.config.batch_size, lambda x: f"{x:g}", 64, is_usual=False),
    _figure("params", lambda r: r.params or None, words.count, 92, is_usual=False),
    _words("device", lambda r: words.device(r.device), 72, is_usual=False),
    _words("origin", lambda r: origin(r), 120, is_usual=False),
)
_OLD = frozenset(
    {"compare", "number", "architecture", "data", "epochs", "test", "loss", "speed", "duration", "status", "created"}
)  # their words are shared with the curves


def origin(record: RunRecord) -> str:
    """Where the run's start weights come from; "" where they are its own."""
    source = record.plan.origin
    return "" if source is None else tr("runs.origin", number=source.number, step=words.count(source.step))
