"""Which training is offered again when the window is opened anew."""

from datetime import UTC, datetime

import pytest
from PySide6.QtTest import QSignalSpy

from explorer.gui.services.left_off import LeftOff
from explorer.gui.state import AppState
from explorer.runs.shelf.record import RunRecord, Status
from tests.gui.recorded_runs import plan


def _record(number: int, status: Status) -> RunRecord:
    return RunRecord(f"run-{number}", number, plan(), status, datetime(2026, 1, number, tzinfo=UTC), epochs_done=2)


OLD = _record(1, Status.INTERRUPTED)


@pytest.mark.parametrize(
    ("newest", "left", "told", "is_offered", "told_then"),
    [
        (Status.STOPPED, "run-2", "", True, ""),  # by closing the window
        (Status.STOPPED, "", "", False, ""),  # by the user
        (Status.FINISHED, "run-2", "", False, ""),  # it came to its end as the window closed
        (Status.INTERRUPTED, "run-2", "", True, "run-2"),  # a crash of the window
        (Status.INTERRUPTED, "", "", True, "run-2"),  # a crash elsewhere
        (Status.INTERRUPTED, "", "run-2", False, "run-2"),  # a crash that was told of
        (Status.INTERRUPTED, "run-2", "run-2", True, "run-2"),  # it went on, and a crash broke it off once more
        (Status.QUEUED, "run-2", "", True, ""),  # it was from the queue, and waits there
        (Status.RUNNING, "run-2", "", False, ""),  # another process went on with it
    ],
)
def test_a_run_that_was_broken_off_is_found_once(
    state: AppState, newest: Status, left: str, told: str, is_offered: bool, told_then: str
) -> None:
    service = LeftOff(state, left, told)
    found = QSignalSpy(service.found)
    state.set_runs((_record(2, newest), OLD))
    assert found.count() == 0  # it could not go on before torch has been loaded
    state.set_ready()
    assert [found.at(at)[0].id for at in range(found.count())] == (["run-2"] if is_offered else [])
    assert (service.left, service.told) == ("", told_then)
    state.set_runs((_record(3, Status.INTERRUPTED), OLD))
    assert found.count() == int(is_offered)


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ((_record(3, Status.QUEUED), _record(4, Status.QUEUED)), ""),  # they wait behind it
        ((_record(3, Status.FINISHED),), "run-1"),  # an older one that went on in the window
    ],
)
def test_a_crash_is_told_of_whichever_runs_there_are_beside(
    state: AppState, others: tuple[RunRecord, ...], left: str
) -> None:
    service = LeftOff(state, left, "")
    found = QSignalSpy(service.found)
    state.set_runs((*others, OLD))
    state.set_ready()
    assert [found.at(at)[0].id for at in range(found.count())] == ["run-1"]


def test_what_trains_when_the_window_closes_is_remembered(state: AppState) -> None:
    service = LeftOff(state, "", "")
    state.set_training("run-7")
    assert service.left == "run-7"
