"""What the runner of the window runs, and what is ready when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.state import Level
from explorer.runs.shelf import fork

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.gui.state import AppState
    from explorer.runs.curves.history import History
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.recorder import Recorder
    from explorer.runs.shelf.store import Store
    from explorer.runs.work.runner import Work


class Execute(Protocol):
    """Makes what a runner runs; called on the run's thread."""

    def __call__(self, plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Work: ...


def train_here(plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Work:
    from explorer.runs.work.execute import Execution  # imports torch, if nothing has until now

    return Execution(plan, run, folder, resume=resume, leave_a_core=True)


def check_origin(plan: RunPlan, store: Store) -> None:
    """Has a fork checked before a run is made of it; not on the GUI thread.

    Raises:
        ExplorerError: The weights that it starts from are gone, or do not fit its network.
    """
    if plan.origin is not None:
        weights = fork.weights_of(plan.origin, store.root, store.records())
        if plan.own is None:  # the code of a user's model runs only where it is trained
            from explorer.runs.work import fork_fit  # imports torch

            fork_fit.check(plan, weights)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read and written on the other thread before a run can begin."""

    record: RunRecord
    history: History
    recorder: Recorder
    is_resumed: bool


def tell(state: AppState, error: BaseException) -> None:
    """Tells what could not be done with the runs; raises what is a defect."""
    if isinstance(error, ExplorerError):
        state.refuse(error)
    elif isinstance(error, OSError):
        state.notice(
            Text(f"The runs folder could not be used: {error}.", f"无法使用运行文件夹：{error}。"),
            Text("Check its permissions and the free space.", "请检查其权限和剩余空间。"),
            Level.ERROR,
        )
    else:
        raise error
