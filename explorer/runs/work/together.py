"""One run in several processes: the first keeps the run and tells how it goes, the others help."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import ExplorerError
from explorer.runs.plan import RunPlan
from explorer.runs.work.execute import Execution
from explorer.training import parallel
from explorer.training.failures import Diverged, PeerLost
from explorer.training.loop import REPORT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.training.parallel import Team
    from explorer.training.world import World

FAILED = 1


@dataclass(frozen=True, slots=True)
class Task:
    """What the first process tells the others to train; its values count, not theirs."""

    plan: dict[str, Any] = field(default_factory=dict)
    run: str = ""
    folder: Path = Path()
    resume: bool = False


def lead(world: World, plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Execution:
    """What the first process runs; the others have to call `help_out`."""
    team = parallel.join(world, REPORT_SECONDS)
    team.hand_out(Task(plan.to_json(), run, folder, resume))
    return _execution(plan, run, folder, resume=resume, team=team)


def help_out(world: World, begin: Callable[[], None]) -> int:
    """Trains with the first process until that one stops; calls `begin` when that has begun. The exit status."""
    with contextlib.suppress(PeerLost):  # the first process tells
        team = parallel.join(world, REPORT_SECONDS)
        try:
            task = team.hand_out(Task())
            begin()
            plan = RunPlan.from_json(task.plan)
            for _ in _execution(plan, task.run, task.folder, resume=task.resume, team=team).events():
                pass
        except PeerLost:
            raise
        except Diverged:
            return 0  # for everybody at the same step: the first process tells
        except ExplorerError as error:
            sys.stderr.write(f"cnn-explorer: process {world.rank}: {error}\n")
            return FAILED
    return 0


def _execution(plan: RunPlan, run: str, folder: Path, *, resume: bool, team: Team) -> Execution:
    if plan.own is None:
        return Execution(plan, run, folder, resume=resume, team=team)
    from explorer.runs.work.own_execution import OwnExecution

    return OwnExecution(plan, run, folder, resume=resume, team=team)
