"""`runs work`: trains the runs that wait, one after the other."""

import subprocess
import sys
from typing import Any

from explorer.errors import ExplorerError
from explorer.paths import child_environment
from explorer.runs.shelf.queue import waiting
from explorer.runs.shelf.record import RunRecord, Status
from explorer.runs.shelf.store import Store


def work(store: Store, *, is_json: bool) -> dict[str, Any] | str | int:
    """Trains until nothing waits, also what is added meanwhile; one that fails does not hold up the others.

    A stop asked for by Ctrl-C, a signal or the window ends it; what waits goes on waiting.
    """
    trained: dict[str, Status] = {}
    while queue := [record for record in waiting(store.records()) if record.id not in trained]:
        record = queue[0]
        print(
            f"Run {record.number} ({record.plan.title} on {record.plan.dataset}), {len(queue)} waiting", file=sys.stderr
        )
        trained[record.id], exit_status = train(store, record)
        if exit_status is not None:
            return exit_status
        if trained[record.id] == Status.STOPPED:
            break
    if is_json:
        return {"trained": [{"run": run, "status": str(status)} for run, status in trained.items()]}
    return "\n".join(f"{run}: {status}" for run, status in trained.items()) or "Nothing waits."


def train(store: Store, record: RunRecord) -> tuple[Status, int | None]:
    """Trains one that waits; how it stands with it then, and the exit status where a signal other than Ctrl-C ended it.

    Why it failed, or could not begin, is said on standard error.
    """
    try:
        exit_status = _train(store, record)
    except ExplorerError as error:  # somebody else took it, or its folder is damaged
        print(f"{error.message} {error.hint or ''}".strip(), file=sys.stderr)
        return store.record(record.id).status, None
    ended = store.record(record.id)
    if ended.message is not None:
        print(f"{ended.message} {ended.hint or ''}".strip(), file=sys.stderr)
    return ended.status, exit_status


def _train(store: Store, record: RunRecord) -> int | None:
    """Trains one run to its end; the exit status where a signal other than Ctrl-C ended it."""
    if record.plan.own is not None:  # the code of the user has a process of its own
        command = [sys.executable, "-m", "explorer", "train", "--resume", record.id, "--runs-dir", str(store.root)]
        subprocess.run(command, stdout=sys.stderr, env=child_environment(), check=False)
        return None
    from explorer.commands.train import follow

    _, exit_status = follow(store, record, is_resumed=True)
    return exit_status
