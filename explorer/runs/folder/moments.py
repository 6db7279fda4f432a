"""The stored weights of a run, by how many steps were done: checkpoints, and snapshots for looking back. No torch."""

import contextlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.kept import BEST, LAST, PREVIOUS, read_list
from explorer.runs.folder.names import CHECKPOINTS, SNAPSHOTS

FIRST = "first"
_FILE = re.compile(r"step-(\d{1,12})\.safetensors")


@dataclass(frozen=True, slots=True)
class Moment:
    """Stored weights of a run.

    Attributes:
        roles: Which of "last", "previous" and "best" it is; empty for one that was kept for looking back.
    """

    step: int
    path: Path
    roles: tuple[str, ...] = ()


def moments(run_folder: Path) -> tuple[Moment, ...]:
    """First to last. Reads names only."""
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


def nearest(run_folder: Path, step: int) -> Moment | None:
    """The moment after `step` steps, or the nearest that was kept, of two as near the earlier; None where none was."""
    return min(moments(run_folder), key=lambda moment: abs(moment.step - step), default=None)


def choose(run_folder: Path, number: int, which: str = LAST) -> Moment:
    """The moment of run `number` that `which` means: "first", "last", "previous", "best", or a step.

    Raises:
        ExplorerError: There is none; the hint lists those there are.
    """
    there = moments(run_folder)
    for moment in there:
        if which in (*moment.roles, str(moment.step)):
            return moment
    if which == FIRST and there:
        return there[0]
    if which == LAST and there:  # the list is damaged
        return there[-1]
    listed = ", ".join(str(moment.step) for moment in there) or "-"
    raise ExplorerError(
        Text(f"Run {number} has no stored weights {which!r}.", f"运行 {number} 没有保存的权重 {which!r}。"),
        Text(
            f"There are: first, last, best, or one of the steps {listed}.",
            f"可用：first、last、best，或以下某一步：{listed}。",
        ),
    )
