"""`runs export RUN`: the curves of a run as a table for other programs."""

import argparse
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from explorer import atomic
from explorer.commands.files import writing_to
from explorer.runs.curves.history import History
from explorer.runs.shelf.store import Store

STEP_COLUMNS = ("step", "epoch", "loss", "accuracy")
EPOCH_COLUMNS = ("epoch", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", choices=("epoch", "step"), default="epoch", help="for export: a line each (epoch)")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="for export: write here, not to standard output")


def export(store: Store, args: argparse.Namespace) -> dict[str, Any] | str | None:
    """Writes the curves as CSV.

    Raises:
        ExplorerError: There is no such run, or the file cannot be written.
    """
    record = store.find(args.run)
    history = store.history(record.id)
    columns, rows = (EPOCH_COLUMNS, by_epoch(history)) if args.by == "epoch" else (STEP_COLUMNS, by_step(history))
    if args.out is not None:
        with writing_to(args.out):
            atomic.write_text(args.out, _csv(columns, rows))
        written = {"run": record.id, "file": str(args.out), "rows": len(rows)}
        return written if args.json else f"{args.out}: {len(rows)} lines"
    if args.json:
        return {"run": record.id, "columns": list(columns), "rows": [list(row) for row in rows]}
    return _csv(columns, rows).rstrip("\n")


def by_step(history: History) -> list[tuple[object, ...]]:
    """Loss and accuracy of each training batch; epochs count from 1."""
    per_epoch = history.steps_per_epoch or 1
    numbers = zip(history.losses.tolist(), history.accuracies.tolist(), strict=True)
    return [(step, (step - 1) // per_epoch + 1, loss, accuracy) for step, (loss, accuracy) in enumerate(numbers, 1)]


def by_epoch(history: History) -> list[tuple[object, ...]]:
    """What is known at the end of each epoch; epochs count from 1."""
    return [
        (end.epoch + 1, end.step, end.train_loss, end.train_accuracy, end.test_loss, end.test_accuracy)
        for end in history.epoch_ends
    ]


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()
