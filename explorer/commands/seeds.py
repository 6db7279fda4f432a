"""`train --seeds N`: the same training with several seeds, each a run of its own."""

import argparse
import sys
from typing import Any

from explorer.bilingual import Text
from explorer.commands import runs_repeats, runs_work
from explorer.commands.table import table
from explorer.errors import ExplorerError
from explorer.runs.plan import RunPlan
from explorer.runs.shelf import repeats
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store
from explorer.training.world import launched


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, metavar="N", help="train N times, each with the next seed from --seed on")


def check(args: argparse.Namespace) -> None:
    """Refuses what does not go together with `--seeds`.

    Raises:
        ExplorerError: The number is none, one run is to go on, or several processes train it.
    """
    if args.seeds is None:
        return
    repeats.check_times(args.seeds)
    if args.resume is not None:
        raise ExplorerError(
            Text("A run that goes on keeps its seed.", "继续的运行会沿用原有的随机种子。"),
            Text(
                f"To train it with others: runs repeat {args.resume}",
                f"用其他种子训练，请写：runs repeat {args.resume}",
            ),
        )
    if launched() is not None:
        raise ExplorerError(
            Text("Several processes train one run at a time.", "多个进程一次只训练一个运行。"),
            Text("Leave out --seeds, and give another --seed each time.", "请去掉 --seeds，每次指定不同的 --seed。"),
        )


def train(store: Store, plan: RunPlan, args: argparse.Namespace) -> dict[str, Any] | str | int:
    """Trains the runs one after the other; with `--queue` they wait. Stopped, the rest goes on waiting."""
    seeds = range(plan.config.seed, plan.config.seed + args.seeds)
    runs = [store.create(repeats.seeded(plan, seed), queued=True) for seed in seeds]
    if args.queue:
        return runs_repeats.wait(runs, is_json=args.json)
    for run in runs:
        print(f"Run {run.number} (seed {run.plan.config.seed})", file=sys.stderr)
        end = runs_work.train(store, run)
        if end.exit_status is not None:
            return end.exit_status
        if end.is_last:
            print("Stopped. To train those that wait: runs work", file=sys.stderr)
            break
    return _result(store, [store.record(run.id) for run in runs], is_json=args.json)


def _result(store: Store, records: list[RunRecord], *, is_json: bool) -> dict[str, Any] | str:
    (group,) = repeats.groups(records, store.root)
    if is_json:
        return {"runs": [_run_json(record) for record in records], "repeats": runs_repeats.as_json(group)}
    head = ["number", "run", "seed", "test accuracy", "status"]
    rows = [
        [str(run.number), run.id, str(run.plan.config.seed), _percent(run.test_accuracy), str(run.status)]
        for run in records
    ]
    return f"{table(head, rows, frozenset({0, 2, 3}))}\n\nTest accuracy: {runs_repeats.mean(group.final)}"


def _run_json(record: RunRecord) -> dict[str, Any]:
    return {
        "run": record.id,
        "seed": record.plan.config.seed,
        "status": str(record.status),
        "epochs": record.epochs_done,
        "steps": record.steps,
        "train_loss": record.train_loss,
        "train_accuracy": record.train_accuracy,
        "test_accuracy": record.test_accuracy,
        "images_per_second": record.images_per_second,
        "seconds": record.seconds,
    }


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"
