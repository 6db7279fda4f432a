"""What the runner of the window runs, and what is ready when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.runs.history import History
    from explorer.runs.plan import RunPlan
    from explorer.runs.record import RunRecord
    from explorer.runs.recorder import Recorder
    from explorer.runs.runner import Work


class Execute(Protocol):
    """Makes what a runner runs; called on the run's thread."""

    def __call__(self, plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Work: ...


def train_here(plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Work:
    from explorer.runs.execute import Execution  # imports torch, if nothing has until now

    return Execution(plan, run, folder, resume=resume, leave_a_core=True)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read and written on the other thread before a run can begin."""

    record: RunRecord
    history: History
    recorder: Recorder
    is_resumed: bool
