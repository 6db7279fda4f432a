"""Runs that repeat each other: of the same plan, but for the seed. No torch."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.evaluation.welch import Sample
from explorer.runs.folder import own_source
from explorer.runs.shelf.record import RunRecord, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.store import Store

SEEDS = 2**63  # so many there are, from 0
MOST = 100  # runs at once
# What decides how fast a run learns, or in which last digits, but not what.
_NOT_LEARNED = ("seed", "device", "threads", "speed", "exact")


@dataclass(frozen=True, slots=True)
class Repeats:
    """Runs that repeat each other, one of each seed, in order of their numbers.

    Of two with the same seed the one that came further counts: the other would have told the same once more.
    """

    runs: tuple[RunRecord, ...]

    @property
    def finished(self) -> tuple[RunRecord, ...]:
        """Those that came to their planned end, and so count."""
        return tuple(record for record in self.runs if _counts(record))

    @property
    def final(self) -> Sample:
        """Test accuracies after the last epochs."""
        return Sample.of([record.test_accuracy for record in self.finished if record.test_accuracy is not None])

    @property
    def best(self) -> Sample:
        """Test accuracies of the best epochs."""
        best = [record.best_test_accuracy for record in self.finished]
        return Sample.of([accuracy for accuracy in best if accuracy is not None])


def groups(records: Iterable[RunRecord], root: Path, apart: Collection[str] = ()) -> tuple[Repeats, ...]:
    """All of `records`, whose folders are in `root`, with those that repeat each other together.

    In the order in which the first of each comes. A run in `apart` repeats none: its plan is not all that was done.
    """
    found: dict[str, list[RunRecord]] = {}
    for record in records:
        key = record.id if record.id in apart else key_of(record.plan, root / record.id)
        found.setdefault(key, []).append(record)
    return tuple(Repeats(_one_of_each_seed(records)) for records in found.values())


def stored_groups(store: Store, records: Iterable[RunRecord]) -> tuple[Repeats, ...]:
    """The groups of stored runs; one whose learning rate the user changed meanwhile repeats none."""
    listed = tuple(records)
    several = [group for group in groups(listed, store.root) if len(group.runs) > 1]
    changed = {record.id for group in several for record in group.runs if store.history(record.id).lr_changes}
    return groups(listed, store.root, changed)


def repeats_of(store: Store, record: RunRecord) -> Repeats | None:
    """The group of a stored run; None where another one of the same seed stands for it."""
    ours = key_of(record.plan, store.folder(record.id))
    others = [other for other in store.records() if key_of(other.plan, store.folder(other.id)) == ours]
    groups = stored_groups(store, others)
    return next((group for group in groups if any(one.id == record.id for one in group.runs)), None)


def key_of(plan: RunPlan, folder: Path) -> str:
    """The same text for plans that differ in the seed alone, or in what decides nothing that is learned.

    Where the data lie does not count; of a model of the user its code does, of which `folder` has a copy.
    """
    said = plan.to_json()
    config = {name: value for name, value in said["config"].items() if name not in _NOT_LEARNED}
    choice, origin = said["choice"], said.get("origin")
    if plan.own is not None:
        code = own_source.digest(plan.own, folder)
        choice = {**choice, "architecture": f"{plan.own.class_name} {code or plan.own.path}"}
    start = None if origin is None else (origin["run"], origin["step"])
    return json.dumps([choice, plan.dataset, config, start], sort_keys=True)


def check_times(times: int) -> None:
    """Refuses a number of runs that nobody means.

    Raises:
        ExplorerError: It is below 1, or above `MOST`.
    """
    if not 1 <= times <= MOST:
        raise ExplorerError(
            Text(f"A training cannot be repeated {times} times.", f"训练不能重复 {times} 次。"),
            Text(f"It must be from 1 to {MOST}.", f"应为 1 到 {MOST} 之间的整数。"),
        )


def repeat(store: Store, run: str, times: int) -> tuple[RunRecord, ...]:
    """Has `times` new runs of the plan of `run` wait in the queue, with the next seeds that none of its repeats has.

    Raises:
        ExplorerError: There is no such run, `times` is no such number, or a folder cannot be written.
    """
    check_times(times)
    record = store.record(run)
    plan = record.plan
    if plan.own is not None:
        plan = replace(plan, own=own_source.of_run(plan.own, store.folder(run)))
    wanted = free_seeds(record, store.records(), store.root, times)
    return tuple(store.create(seeded(plan, seed), queued=True) for seed in wanted)


def seeded(plan: RunPlan, seed: int) -> RunPlan:
    """The plan with another seed."""
    return replace(plan, config=replace(plan.config, seed=seed % SEEDS))


def free_seeds(record: RunRecord, others: Iterable[RunRecord], root: Path, count: int) -> tuple[int, ...]:
    """The next `count` seeds after that of `record` which none of its repeats among `others` has."""
    ours = key_of(record.plan, root / record.id)
    taken = {other.plan.config.seed for other in others if key_of(other.plan, root / other.id) == ours}
    found: list[int] = []
    seed = record.plan.config.seed
    while len(found) < count:
        seed = (seed + 1) % SEEDS
        if seed not in taken:
            found.append(seed)
    return tuple(found)


def _counts(record: RunRecord) -> bool:
    return record.status is Status.FINISHED and record.test_accuracy is not None


def _one_of_each_seed(records: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    chosen: dict[int, RunRecord] = {}
    for record in sorted(records, key=lambda record: (_counts(record), record.steps, -record.number)):
        chosen[record.plan.config.seed] = record  # the last one stays
    return tuple(sorted(chosen.values(), key=lambda record: record.number))
