"""`runs repeat RUN` and `runs --repeats`: the same training with other seeds, and what such runs say together."""

import argparse
import math
from collections.abc import Sequence
from typing import Any

from explorer import catalogue
from explorer.commands.table import table
from explorer.evaluation.welch import Difference, Sample
from explorer.runs.plan import RunPlan
from explorer.runs.shelf import repeats
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.repeats import Repeats
from explorer.runs.shelf.store import Store
from explorer.runs.shelf.verdict import Verdict, verdict

TIMES = 4  # five runs with the first


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repeats",
        action="store_true",
        help="for list: runs that differ in the seed alone on one line, with mean and standard deviation",
    )
    parser.add_argument(
        "--times", type=int, default=TIMES, metavar="N", help=f"for repeat: so many runs with other seeds ({TIMES})"
    )


def repeat(store: Store, args: argparse.Namespace) -> dict[str, Any] | str:
    """Puts runs with other seeds behind those that wait.

    Raises:
        ExplorerError: There is no such run, or it cannot be repeated so often.
    """
    return wait(repeats.repeat(store, store.find(args.run).id, args.times), is_json=args.json)


def wait(records: Sequence[RunRecord], *, is_json: bool) -> dict[str, Any] | str:
    """What is said of runs that wait."""
    if is_json:
        return {
            "runs": [
                {"run": record.id, "number": record.number, "place": record.place, "seed": record.plan.config.seed}
                for record in records
            ]
        }
    numbers = ", ".join(str(record.number) for record in records)
    return f"Waiting: {numbers}. To train all that wait: runs work"


def listed(store: Store, records: Sequence[RunRecord], *, is_json: bool) -> dict[str, Any] | str:
    """Those of `records` that repeat each other, oldest first; of two groups also which is better."""
    whole = repeats.stored_groups(store, sorted(records, key=lambda record: record.number))
    several = [group for group in whole if len(group.runs) > 1]
    found = verdict_of(several)
    if is_json:
        said = None if found is None else _verdict_json(found)
        return {"repeats": [as_json(group) for group in several], "verdict": said}
    if not several:
        return "No runs repeat each other. To train one again with other seeds: runs repeat RUN"
    return written(several) if found is None else f"{written(several)}\n\n{found.sentence}"


def verdict_of(groups: Sequence[Repeats]) -> Verdict | None:
    """Which of two groups is better; None where there are not two."""
    if len(groups) != 2:
        return None
    names = [_title(group.runs[0].plan) for group in groups]
    if names[0] == names[1]:
        names = [f"{name} (run {group.runs[0].number})" for name, group in zip(names, groups, strict=True)]
    return verdict(groups[0], groups[1], (names[0], names[1]))


def written(groups: Sequence[Repeats]) -> str:
    """A line for each."""
    head = ["runs", "architecture", "data", "epochs", "seeds", "finished", "test accuracy", "best"]
    rows = [
        [
            _numbers(group),
            group.runs[0].plan.title,
            group.runs[0].plan.dataset,
            str(group.runs[0].plan.config.epochs),
            str(len(group.runs)),
            str(len(group.finished)),
            mean(group.final),
            mean(group.best),
        ]
        for group in groups
    ]
    return table(head, rows, frozenset(range(3, 8)))


def mean(sample: Sample) -> str:
    """Such as "98.10 ± 0.22%"."""
    if not sample.count:
        return "-"
    return f"{sample.mean:.2%}" if sample.count < 2 else f"{100 * sample.mean:.2f} ± {sample.deviation:.2%}"


def as_json(group: Repeats) -> dict[str, Any]:
    plan = group.runs[0].plan
    return {
        "architecture": plan.choice.architecture,
        "dataset": plan.dataset,
        "runs": [record.id for record in group.runs],
        "numbers": [record.number for record in group.runs],
        "seeds": [record.plan.config.seed for record in group.runs],
        "finished": len(group.finished),
        "test_accuracy": _sample_json(group.final),
        "best_test_accuracy": _sample_json(group.best),
    }


def _title(plan: RunPlan) -> str:
    card = catalogue.cards().get(plan.choice.architecture)
    return plan.title if card is None else card.title


def _numbers(group: Repeats) -> str:
    """Such as "1, 4-7"."""
    stretches: list[list[int]] = []
    for record in group.runs:
        if stretches and stretches[-1][-1] == record.number - 1:
            stretches[-1].append(record.number)
        else:
            stretches.append([record.number])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in stretches)


def _sample_json(sample: Sample) -> dict[str, Any]:
    """Fractions; what a few numbers do not have is null."""
    known = {"mean": sample.mean, "standard_deviation": sample.deviation}
    return {"runs": sample.count, **{name: value if math.isfinite(value) else None for name, value in known.items()}}


def _verdict_json(found: Verdict) -> dict[str, Any]:
    return {
        "sentence": str(found.sentence),
        "test_accuracy": _difference_json(found.final),
        "best_test_accuracy": _difference_json(found.best),
    }


def _difference_json(found: Difference | None) -> dict[str, float] | None:
    """The first group above the second, and the 95% interval of that."""
    return None if found is None else {"difference": found.by, "low": found.low, "high": found.high}
