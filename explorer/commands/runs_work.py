"""`runs work`: trains the runs that wait, one after the other."""

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from explorer.commands.stop_signals import StopSignals
from explorer.errors import ExplorerError
from explorer.paths import child_environment
from explorer.runs.shelf.queue import waiting
from explorer.runs.shelf.record import RunRecord, Status
from explorer.runs.shelf.store import Store
from explorer.training.events import Stopped


def work(store: Store, *, is_json: bool) -> dict[str, Any] | str | int:
    """Trains until nothing waits, also what is added meanwhile; one that fails does not hold up the others.

    A stop asked for by Ctrl-C, a signal or the window ends it; what waits goes on waiting. The run that it was at comes
    first the next time, unless it was stopped from the window.
    """
    trained: dict[str, Status] = {}
    while queue := [record for record in waiting(store.records()) if record.id not in trained]:
        record = queue[0]
        print(
            f"Run {record.number} ({record.plan.title} on {record.plan.dataset}), {len(queue)} waiting", file=sys.stderr
        )
        end = train(store, record)
        trained[record.id] = end.status
        if end.exit_status is not None:
            return end.exit_status
        if end.is_last:
            break
    if is_json:
        return {"trained": [{"run": run, "status": str(status)} for run, status in trained.items()]}
    return "\n".join(f"{run}: {status}" for run, status in trained.items()) or "Nothing waits."


@dataclass(frozen=True, slots=True)
class End:
    """How it stands with a run that was worked on.

    Attributes:
        is_last: Somebody wants no more: it was stopped, or who works on the queue is to end.
        exit_status: Where a signal other than Ctrl-C said so.
    """

    status: Status
    is_last: bool = False
    exit_status: int | None = None


def train(store: Store, record: RunRecord) -> End:
    """Trains one that waits. Why it failed, could not begin, or waits on, is said on standard error."""
    try:
        is_last, exit_status = _train(store, record)
    except ExplorerError as error:  # somebody else took it, or its folder is damaged
        print(f"{error.message} {error.hint or ''}".strip(), file=sys.stderr)
        return End(store.record(record.id).status)
    ended = store.record(record.id)
    if ended.message is not None:
        print(f"{ended.message} {ended.hint or ''}".strip(), file=sys.stderr)
    if ended.status == Status.QUEUED:
        print(f"Run {ended.number} waits on, before all others: `runs work` goes on with it.", file=sys.stderr)
    return End(ended.status, is_last, exit_status)


def _train(store: Store, record: RunRecord) -> tuple[bool, int | None]:
    """Trains one run to its end; whether it is to be the last, and the exit status, where a signal sets one."""
    if record.plan.own is not None:  # the code of the user has a process of its own
        command = [sys.executable, "-m", "explorer", "train", "--resume", record.id, "--runs-dir", str(store.root)]
        process = subprocess.Popen(command, stdout=sys.stderr, env=child_environment())
        with StopSignals(process.terminate, hears_ctrl_c=False) as signals:  # that reaches the process by itself
            process.wait()
        is_stopped = store.record(record.id).status == Status.STOPPED
        return is_stopped or signals.received is not None, signals.exit_status
    from explorer.commands.train import follow

    history, exit_status = follow(store, record, is_resumed=True)
    return isinstance(history.ending, Stopped), exit_status
