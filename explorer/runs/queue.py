"""Which run is trained next. No torch."""

from collections.abc import Iterable

from explorer.runs.record import RunRecord, Status


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
