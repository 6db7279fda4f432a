"""Which run is trained next, and putting runs that have ended into the queue again. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError, unwritable
from explorer.runs.folder import place
from explorer.runs.shelf.record import RunRecord, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.runs.shelf.store import Store


def waiting(records: Iterable[RunRecord]) -> tuple[RunRecord, ...]:
    """Those of `records` that wait for their turn, the next one first."""
    queued = (record for record in records if record.status == Status.QUEUED)
    return tuple(sorted(queued, key=lambda record: (record.place or 0, record.number)))


def moved(queue: tuple[RunRecord, ...], run: str, by: int) -> tuple[RunRecord, ...]:
    """`queue` with `run` so many places further back, or with a negative number further forward, within its bounds."""
    here = next((place for place, record in enumerate(queue) if record.id == run), None)
    if here is None:
        return queue
    others = [record for record in queue if record.id != run]
    there = min(max(here + by, 0), len(others))
    return (*others[:there], queue[here], *others[there:])


def has_begun(record: RunRecord) -> bool:
    """The run was trained before, or it was tried."""
    return record.steps > 0 or record.has_ended


def put_back(store: Store, run: str) -> RunRecord:
    """Has a run that ended before its last epoch wait behind all others, to go on when its turn comes.

    One that waits already keeps its place.

    Raises:
        ExplorerError: There is no such run, it is finished or being trained, or its folder cannot be written.
    """
    record = store.record(run)
    if record.status == Status.QUEUED:
        return record
    if not record.can_resume:
        raise ExplorerError(
            Text(f"Run {record.number} is {record.status}.", f"运行 {record.number} {_STATES[record.status]}。"),
            Text("Only a run that can go on waits in the queue.", "只有可以继续的运行才能加入队列。"),
        )
    last = max((other.place or 0 for other in store.records()), default=0)
    try:
        place.write(store.folder(run), last + 1)
    except OSError as error:
        raise unwritable(store.folder(run), error) from error
    return store.record(run)


def take_out(store: Store, run: str) -> RunRecord:
    """Has a run that has begun before wait no more: it is as it was when it was put back.

    Raises:
        ExplorerError: There is no such run, it has not begun yet, or its folder cannot be written.
    """
    record = store.record(run)
    if record.status != Status.QUEUED:
        return record
    if not has_begun(record):
        raise ExplorerError(
            Text(f"Run {record.number} has not begun yet.", f"运行 {record.number} 尚未开始。"),
            Text("Delete it, or let it wait.", "请删除它，或让它继续等待。"),
        )
    try:
        place.leave(store.folder(run))
    except OSError as error:
        raise unwritable(store.folder(run), error) from error
    return store.record(run)


_STATES = {Status.RUNNING: "正在训练", Status.FINISHED: "已经完成"}
