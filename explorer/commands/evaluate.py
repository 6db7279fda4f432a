"""`evaluate RUN`: how well a stored moment of a run does on its test images, class by class."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from explorer import atomic, paths
from explorer.bilingual import Text
from explorer.commands.arguments import add_json
from explorer.commands.files import writing_to
from explorer.commands.table import table
from explorer.errors import ExplorerError
from explorer.runs.shelf.store import Store
from explorer.training.events import Preparing

if TYPE_CHECKING:
    import argparse

    from explorer.evaluation.scores import Evaluation
    from explorer.evaluation.summary import ClassRow, Summary
    from explorer.runs.looking.candidates import Candidate
    from explorer.runs.shelf.record import RunRecord

_SHOWN_MATRIX = 20  # classes up to which the confusion matrix is printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="id, number, or `last`")
    parser.add_argument(
        "--moment",
        metavar="WHEN",
        default="last",
        help="last or best weights, those after so many steps, or epoch:N for the answers stored then (last)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the tables and the picture")
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    from explorer.evaluation.summary import summarise
    from explorer.runs.looking import candidates

    store = Store(args.runs_dir or paths.runs())
    try:
        record = store.find(args.run)
    finally:
        store.close()
    _check_folder(args.out)
    folder = store.folder(record.id)
    candidate = candidates.find(args.moment, folder)
    summary = summarise(_answers(record, folder, candidate))
    about = {"run": record.id, "moment": str(candidate.kind), "number": candidate.number}
    files = [] if args.out is None else _write(summary, args.out)
    if args.json:
        return {**about, **summary.to_json(), "files": [str(file) for file in files]}
    unit = "epoch" if candidate.has_answers else "step"
    head = f"{record.title}, {candidate.kind if unit == 'step' else 'answers stored'} ({unit} {candidate.number})"
    return "\n".join([head, "", *_lines(summary), *(f"wrote {file}" for file in files)])


def _answers(record: RunRecord, folder: Path, candidate: Candidate) -> Evaluation:
    """The answers of the candidate, with a bar on standard error where the network has to be run."""
    from explorer.runs.looking import evaluate

    answering = evaluate.answers(record.plan_as_run, folder, candidate)
    bar = tqdm(total=100, unit="%", file=sys.stderr, leave=False, disable=not sys.stderr.isatty())
    try:
        while True:
            event = next(answering)
            if not isinstance(event, Preparing):
                continue
            bar.set_description(str(event.what), refresh=False)
            if event.fraction is not None:
                bar.n = round(100 * event.fraction)
                bar.refresh()
    except StopIteration as end:
        found: Evaluation = end.value
        return found
    finally:
        bar.close()
        answering.close()


def _check_folder(folder: Path | None) -> None:
    """Before a long evaluation rather than after it."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise ExplorerError(
            Text(f"{folder} is a file, not a folder.", f"{folder} 是文件，不是文件夹。"),
            Text("Name another folder.", "请指定另一个文件夹。"),
        )


def _write(summary: Summary, folder: Path) -> list[Path]:
    from explorer.evaluation import confusion_picture, tables

    texts = {
        "confusion.csv": tables.confusion_csv(summary),
        "classes.csv": tables.classes_csv(summary.classes),
        "answers.csv": tables.answers_csv(summary.answers),
    }
    with writing_to(folder):
        for name, content in texts.items():
            atomic.write_text(folder / name, content)
        confusion_picture.write(summary, folder / "confusion.png")
    return [folder / name for name in (*texts, "confusion.png")]


def _lines(summary: Summary) -> list[str]:
    lines = [
        f"accuracy           {_share(summary.accuracy, summary.interval)}  {summary.right:,} of {summary.images:,}",
        *(_top_line(summary)),
        f"loss               {summary.loss:.4f}",
        f"calibration error  {summary.calibration_error:.2%}",
        "",
    ]
    head = ["class", "images", "precision", "recall", "F1", "most often taken for"]
    rows = [
        [
            row.score.name,
            f"{row.score.images:,}",
            *("-" if share is None else f"{share:.2%}" for share in _shares(row)),
            "" if row.taken_for is None else f"{row.taken_for} ({row.taken:,})",
        ]
        for row in summary.classes
    ]
    lines += [table(head, rows, frozenset(range(1, 5))), ""]
    if len(summary.classes) <= _SHOWN_MATRIX:
        rows = [[name, *map(str, counts)] for name, counts in zip(summary.names, summary.confusion, strict=True)]
        lines += [table(["true \\ answer", *summary.names], rows, frozenset(range(1, len(rows) + 1))), ""]
    return lines


def _top_line(summary: Summary) -> list[str]:
    if summary.top is None or summary.top_interval is None:
        return []
    return [f"top-5              {_share(summary.top, summary.top_interval)}"]


def _share(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.2%} (95%: {interval[0]:.2%} to {interval[1]:.2%})"


def _shares(row: ClassRow) -> tuple[float | None, float | None, float | None]:
    return row.score.precision, row.score.recall, row.score.f1
