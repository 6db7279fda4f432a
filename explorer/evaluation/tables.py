"""The results as text: Markdown to paste, CSV for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence

from explorer.evaluation.scores import Evaluation
from explorer.evaluation.summary import ClassRow, Summary

CLASS_HEAD = ("class", "images", "precision", "recall", "f1", "most often taken for", "times")


def classes_csv(rows: Sequence[ClassRow]) -> str:
    """A line a class, in the order of `rows`."""
    return _csv([CLASS_HEAD, *(_cells(row) for row in rows)])


def classes_markdown(rows: Sequence[ClassRow], head: Sequence[str] = CLASS_HEAD) -> str:
    """A table a class a row; `head` are the words over its columns."""
    lines = [head, ("---", *("---:",) * 4, "---", "---:"), *(_cells(row, digits=4) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines) + "\n"


def confusion_csv(summary: Summary) -> str:
    """True classes in the rows, answers in the columns."""
    head = ["true \\ answer", *summary.names]
    rows = ([name, *map(str, counts)] for name, counts in zip(summary.names, summary.confusion.tolist(), strict=True))
    return _csv([head, *rows])


def answers_csv(answers: Evaluation) -> str:
    """A line a test image: what it is, what was answered, how probable that was, and the loss."""
    count = answers.answers.shape[1]
    head = ["image", "true", "loss"]
    for place in range(1, count + 1):
        head += [f"answer {place}", f"probability {place}"]
    labels, losses = answers.labels.tolist(), answers.losses.tolist()
    lines = []
    given = zip(answers.answers.tolist(), answers.probabilities.tolist(), strict=True)
    for image, (indices, probabilities) in enumerate(given):
        line = [str(image), answers.name(labels[image]), f"{losses[image]:.6g}"]
        for index, probability in zip(indices, probabilities, strict=True):
            line += [answers.name(index), f"{probability:.6g}"]
        lines.append(line)
    return _csv([head, *lines])


def _cells(row: ClassRow, digits: int = 6) -> tuple[str, ...]:
    score = row.score
    shares = ("" if share is None else f"{share:.{digits}g}" for share in (score.precision, score.recall, score.f1))
    return (score.name, str(score.images), *shares, row.taken_for or "", str(row.taken))


def _csv(lines: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(lines)
    return buffer.getvalue()
