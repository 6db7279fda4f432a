"""Starting a run from the weights of another: which ones fit, and where they lie. No torch.

A fork has its own copy of the weights in its folder, so that it stays repeatable when the other run is deleted.
"""

from collections.abc import Iterable
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.moments import Moment, moments
from explorer.runs.folder.names import START
from explorer.runs.plan import Origin, RunPlan
from explorer.runs.shelf.record import RunRecord


def origin_of(record: RunRecord, moment: Moment) -> Origin:
    """What a plan says that starts from `moment` of the run `record`."""
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
