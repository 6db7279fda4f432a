"""The figures of a run in boxes: how good it is, what it took, how large the network is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.report import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from explorer.evaluation.summary import Summary
    from explorer.report.gathering import Content
    from explorer.runs.shelf.record import RunRecord

    Say = Callable[[Text], str]
    Figure = tuple[Text, str, str]


def boxes(content: Content, say: Say) -> str:
    """A box for each figure that is known: its name, the number, and how sure that is."""
    graph = content.graph
    found = [*_quality(content.record, content.summary, say), *_of_seeds(content, say), *_effort(content.record)]
    if graph is not None:
        found += [(words.PARAMS, f"{graph.params:,}", ""), (words.MACS, labels.count(graph.macs), "")]
    drawn = (
        f'<div class="figure"><span class="name">{escape(say(name))}</span><strong>{escape(value)}</strong>'
        f'<span class="name">{escape(more)}</span></div>'
        for name, value, more in found
    )
    return f'<div class="figures">{"".join(drawn)}</div>'


def _quality(record: RunRecord, summary: Summary | None, say: Say) -> Iterator[Figure]:
    if summary is not None:
        yield words.ACCURACY, f"{summary.accuracy:.2%}", _between(summary.interval, say)
        if summary.top is not None and summary.top_interval is not None:
            yield words.TOP_5, f"{summary.top:.2%}", _between(summary.top_interval, say)
    elif record.test_accuracy is not None:
        yield words.ACCURACY, f"{record.test_accuracy:.2%}", ""
    if record.best_test_accuracy is not None:
        yield words.BEST, f"{record.best_test_accuracy:.2%}", ""
    if record.train_accuracy is not None:
        yield words.TRAIN_ACCURACY, f"{record.train_accuracy:.2%}", ""
    if summary is not None:
        yield words.TEST_LOSS, f"{summary.loss:.4f}", ""
        yield words.CALIBRATION, f"{summary.calibration_error:.2%}", ""


def _of_seeds(content: Content, say: Say) -> Iterator[Figure]:
    """How the accuracy of the run and of its repeats spreads."""
    repeats = content.repeats
    if repeats is not None and repeats.final.count > 1:
        final = repeats.final
        name = words.SEEDS
        named = Text(name.en.format(count=final.count), name.zh.format(count=final.count))
        yield named, f"{100 * final.mean:.2f} ± {final.deviation:.2%}", say(words.DEVIATION)


def _effort(record: RunRecord) -> Iterator[Figure]:
    yield words.EPOCHS, f"{record.epochs_done} / {record.plan.config.epochs}", ""
    yield words.STEPS, f"{record.steps:,}", ""
    yield words.TIME, _time(record.seconds), ""
    if record.images_per_second:
        yield words.SPEED, f"{record.images_per_second:,.0f}", ""


def _between(interval: tuple[float, float], say: Say) -> str:
    low, high = (f"{share:.2%}" for share in interval)
    return say(words.BETWEEN).format(low=low, high=high)


def _time(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
