"""`runs queue RUN` and `runs unqueue RUN`: a stopped run waits for its turn to go on, or waits no more."""

import argparse
from typing import Any

from explorer.runs.shelf.queue import put_back, take_out
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store


def queue(store: Store, args: argparse.Namespace) -> dict[str, Any] | str:
    """Puts a run behind those that wait.

    Raises:
        ExplorerError: There is no such run, or it cannot go on.
    """
    return waits(put_back(store, store.find(args.run).id), is_json=args.json)


def unqueue(store: Store, args: argparse.Namespace) -> dict[str, Any] | str:
    """Takes a run out of the queue again.

    Raises:
        ExplorerError: There is no such run, or it has not begun yet.
    """
    record = take_out(store, store.find(args.run).id)
    if args.json:
        return {"run": record.id, "number": record.number, "status": str(record.status)}
    return f"Run {record.number} does not wait; it is {record.status}."


def waits(record: RunRecord, *, is_json: bool) -> dict[str, Any] | str:
    """What is said of a run that waits."""
    if is_json:
        return {"run": record.id, "number": record.number, "place": record.place}
    return f"Run {record.number} waits. To train all that wait: runs work"
