"""What the page of evaluations says of runs, moments and figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.gui.class_text import say_classes
from explorer.gui.panels.labs import curves_words
from explorer.gui.text import tr
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from explorer.evaluation.scores import Evaluation
    from explorer.evaluation.summary import ClassRow, Summary
    from explorer.gui.services.evaluations import Evaluating
    from explorer.runs.looking.candidates import Candidate
    from explorer.runs.shelf.record import RunRecord


def run(record: RunRecord) -> str:
    """A run in the list of them: its name, or its network and data, as the runs table has them."""
    own = record.about.name
    return f"#{record.number} {own or f'{curves_words.title(record)} · {curves_words.data(record)}'}"


def moment(candidate: Candidate, *, is_live: bool = False) -> str:
    """A moment of a run in the list of them."""
    words = tr(f"evaluation.moment_{candidate.kind}", number=count(candidate.number))
    return tr("evaluation.moment_live", moment=words) if is_live else words


def title(evaluating: Evaluating) -> str:
    """Run and moment on a line."""
    record, chosen = evaluating.record, evaluating.shown or evaluating.chosen
    if record is None:
        return ""
    return run(record) if chosen is None else f"{run(record)} · {moment(chosen)}"


def share(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}%}"


def figures(summary: Summary, other: Summary | None) -> list[tuple[str, str, str]]:
    """Name, figure and remark of each box; beside `other` the remark is the difference."""
    words = [
        (
            tr("evaluation.accuracy"),
            share(summary.accuracy, 2),
            _interval(summary.interval) if other is None else _points(summary.accuracy, other.accuracy),
        )
    ]
    if summary.top is not None and summary.top_interval is not None:
        has_other = other is not None and other.top is not None
        remark = _points(summary.top, other.top or 0.0) if has_other and other else _interval(summary.top_interval)
        words.append((tr("evaluation.top"), share(summary.top, 2), remark))
    mistakes = tr("evaluation.mistakes_of", images=count(summary.images))
    if other is not None:
        mistakes = _signed(other.right - summary.right)
    words.append((tr("evaluation.mistakes"), count(summary.images - summary.right), mistakes))
    loss = tr("evaluation.loss_remark") if other is None else f"{summary.loss - other.loss:+.4f}".replace("-", "−")
    words.append((tr("evaluation.loss"), f"{summary.loss:.4f}", loss))
    calibration = sureness(summary)
    if other is not None:
        calibration = _points(summary.calibration_error, other.calibration_error)
    words.append((tr("evaluation.calibration_error"), share(summary.calibration_error, 2), calibration))
    return words


def sureness(summary: Summary) -> str:
    """Whether the network trusts itself too much."""
    if not summary.images:
        return ""
    sure = sum(part.confidence * part.count for part in summary.bins) / summary.images
    gap = sure - summary.accuracy
    key = "calibrated" if abs(gap) < 0.01 else "too_sure" if gap > 0 else "too_unsure"
    return tr(f"evaluation.{key}", points=f"{abs(gap):.1%}")


def cell(summary: Summary, true: int, answer: int) -> str:
    """What a cell of the confusion matrix means."""
    names, matrix = say_classes(summary.names), summary.confusion
    found, images = int(matrix[true, answer]), int(matrix[true].sum())
    values = {"true": names[true], "answer": names[answer], "count": count(found), "images": count(images)}
    key = "cell_right" if true == answer else "cell"
    return tr(f"evaluation.{key}", **values, share=share(found / images if images else 0.0))


def classes(summary: Summary) -> tuple[ClassRow, ...]:
    """The rows of the classes, which are called as in the language of the window."""
    told = say_classes(summary.names)
    if told is summary.names:
        return summary.classes
    names = dict(zip(summary.names, told, strict=True))
    return tuple(
        replace(row, score=replace(row.score, name=names[row.score.name]), taken_for=names.get(row.taken_for or ""))
        for row in summary.classes
    )


def class_name(answers: Evaluation, index: int) -> str:
    """A class in the language of the window; its number where it has no name."""
    names = say_classes(answers.classes)
    return names[index] if index < len(names) else str(index)


def _interval(interval: tuple[float, float]) -> str:
    return tr("evaluation.interval", low=share(interval[0]), high=share(interval[1]))


def _points(value: float, other: float) -> str:
    difference = f"{100 * (value - other):+.2f}".replace("-", "−")
    return tr("evaluation.points", difference=difference, other=share(other, 2))


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{count(abs(value))}"
