"""One run in several processes: the first keeps the run and tells how it goes, the others help."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.runs.execute import Execution
from explorer.runs.plan import RunPlan
from explorer.training import parallel
from explorer.training.failures import PeerLost
from explorer.training.loop import REPORT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.training.world import World

FAILED = 1


def lead(world: World, plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Execution:
    """What the first process runs; the others have to call `help_out`."""
    team = parallel.join(world, REPORT_SECONDS)
    team.hand_out((plan.to_json(), run, folder, resume))
    return Execution(plan, run, folder, resume=resume, team=team)


def help_out(world: World) -> int:
    """Trains with the first process until that one stops; the exit status."""
    with contextlib.suppress(PeerLost):  # the first process tells
        team = parallel.join(world, REPORT_SECONDS)
        try:
            plan, run, folder, resume = team.hand_out(None)
            for _ in Execution(RunPlan.from_json(plan), run, folder, resume=resume, team=team).events():
                pass
        except PeerLost:
            raise
        except ExplorerError as error:
            sys.stderr.write(f"cnn-explorer: process {world.rank}: {error}\n")
            return FAILED
    return 0
