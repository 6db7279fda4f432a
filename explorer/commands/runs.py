"""`runs`: lists the trainings; `runs show RUN` and `runs delete RUN`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from explorer import paths
from explorer.bilingual import Text
from explorer.commands.arguments import add_json
from explorer.commands.table import table
from explorer.errors import ExplorerError
from explorer.runs.record import RunRecord
from explorer.runs.store import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "show", "delete"), default="list")
    parser.add_argument("run", nargs="?", metavar="RUN", help="id, number, or `last`")
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str | None:
    if args.action != "list" and args.run is None:
        raise ExplorerError(
            Text(f"It is not said which run to {args.action}.", "没有指定运行。"),
            Text("`runs` lists them.", "runs 命令会列出它们。"),
        )
    store = Store(args.runs_dir or paths.runs())
    try:
        if args.action == "show":
            return _show(store, args)
        if args.action == "delete":
            return _delete(store, args)
        records = store.records()
    finally:
        store.close()
    if args.json:
        return {"runs": [record.to_json() for record in records]}
    return _listed(records) if records else "No runs yet. `train NAME --data digits` makes one."


def _show(store: Store, args: argparse.Namespace) -> dict[str, Any] | str:
    record = store.find(args.run)
    epochs = [
        {
            "epoch": end.epoch + 1,
            "train_loss": end.train_loss,
            "train_accuracy": end.train_accuracy,
            "test_loss": end.test_loss,
            "test_accuracy": end.test_accuracy,
        }
        for end in store.history(record.id).epoch_ends
    ]
    if args.json:
        return {**record.to_json(), "folder": str(store.folder(record.id)), "history": epochs}
    rows = [[f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()] for row in epochs]
    head = ["epoch", "train loss", "train accuracy", "test loss", "test accuracy"]
    lines = [_listed((record,)), "", str(store.folder(record.id))]
    if record.message is not None:
        lines.append(f"{record.message} {record.hint or ''}".strip())
    return "\n".join([*lines, "", table(head, rows, frozenset(range(5)))])


def _delete(store: Store, args: argparse.Namespace) -> dict[str, Any] | None:
    record = store.find(args.run)
    store.delete(record.id)
    if args.json:
        return {"deleted": record.id}
    print(f"Deleted {record.id}.", file=sys.stderr)
    return None


def _listed(records: tuple[RunRecord, ...]) -> str:
    rows = [
        [
            str(record.number),
            record.id,
            record.plan.choice.architecture,
            record.plan.dataset,
            f"{record.epochs_done}/{record.plan.config.epochs}",
            "-" if record.test_accuracy is None else f"{record.test_accuracy:.2%}",
            str(record.status),
        ]
        for record in records
    ]
    head = ["number", "run", "architecture", "data", "epochs", "test accuracy", "status"]
    return table(head, rows, frozenset({0, 4, 5}))
