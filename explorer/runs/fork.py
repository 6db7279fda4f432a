"""Starting a run from the weights of another: which moments there are, and where their weights lie. No torch.

A fork has its own copy of the weights in its folder, so that it stays repeatable when the other run is deleted.
"""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.kept import BEST, LAST, PREVIOUS, read_list
from explorer.runs.names import CHECKPOINTS, SNAPSHOTS, START
from explorer.runs.plan import Origin, RunPlan
from explorer.runs.record import RunRecord

_FILE = re.compile(r"step-(\d{1,12})\.safetensors")


@dataclass(frozen=True, slots=True)
class Moment:
    """Stored weights of a run that another can start from.

    Attributes:
        roles: Which of "last", "previous" and "best" it is; empty for one that was kept for looking back.
    """

    step: int
    path: Path
    roles: tuple[str, ...] = ()


def moments(run_folder: Path) -> tuple[Moment, ...]:
    """What can be forked, first to last. Reads names only."""
    found: dict[int, Moment] = {}
    for folder in (run_folder / SNAPSHOTS, run_folder / CHECKPOINTS):  # of one moment in both, the checkpoint
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                step = _FILE.fullmatch(path.name)
                if step is not None:
                    found[int(step[1])] = Moment(int(step[1]), path)
    kept = read_list(run_folder / CHECKPOINTS)
    for role, name in ((LAST, kept.last), (PREVIOUS, kept.previous), (BEST, kept.best)):
        kept_at = None if name is None else found.get(int(name.removeprefix("step-")))
        if kept_at is not None:
            found[kept_at.step] = replace(kept_at, roles=(*kept_at.roles, role))
    return tuple(found[step] for step in sorted(found))


def choose(run_folder: Path, number: int, which: str = LAST) -> Moment:
    """The moment that `which` means: "last", "previous", "best", or a step.

    Raises:
        ExplorerError: There is none; the hint lists those there are.
    """
    there = moments(run_folder)
    for moment in there:
        if which in (*moment.roles, str(moment.step)):
            return moment
    if which == LAST and there:  # the list is damaged
        return there[-1]
    listed = ", ".join(str(moment.step) for moment in there) or "-"
    raise ExplorerError(
        Text(f"Run {number} has no stored weights {which!r}.", f"运行 {number} 没有保存的权重 {which!r}。"),
        Text(f"There are: last, best, or one of the steps {listed}.", f"可用：last、best，或以下某一步：{listed}。"),
    )


def origin_of(record: RunRecord, moment: Moment) -> Origin:
    return Origin(record.id, record.number, moment.step)


def check_network(plan: RunPlan, other: RunPlan) -> None:
    """Refuses to start `plan` from weights of `other` where it is plain that they cannot fit.

    Raises:
        ExplorerError: It is another architecture, or tells another number of classes apart.
    """
    ours, theirs = plan.choice, other.choice
    if (ours.architecture, ours.classes) == (theirs.architecture, theirs.classes):
        return
    raise ExplorerError(
        Text(
            f"The weights are of {other.title} with {theirs.classes} classes, not of {plan.title} with {ours.classes}.",
            f"这些权重属于 {other.title}（{theirs.classes} 个类别），不属于 {plan.title}（{ours.classes} 个类别）。",
        ),
        Text("Fork with the network of that run.", "请使用该运行的网络创建分支。"),
    )


def weights_of(origin: Origin, root: Path, others: Iterable[RunRecord]) -> Path:
    """Where the weights that `origin` means lie: in its run, or in another fork of the same moment.

    Raises:
        ExplorerError: They are no longer there.
    """
    for moment in moments(root / origin.run):
        if moment.step == origin.step:
            return moment.path
    for record in others:
        if record.plan.origin == origin and (root / record.id / START).is_file():
            return root / record.id / START
    raise ExplorerError(
        Text(
            f"The weights of run {origin.number} after step {origin.step} are no longer there.",
            f"运行 {origin.number} 第 {origin.step} 步的权重已不存在。",
        ),
        Text("Fork it again from another moment.", "请从其他时刻重新创建分支。"),
    )
