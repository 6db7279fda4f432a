"""Weights kept along a run: when, how many, and what happens to the rest."""

import itertools
import shutil
from pathlib import Path

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.runs.folder import snapshots
from explorer.runs.folder.checkpoint import Snapshot, read_moment
from explorer.runs.folder.snapshots import Snapshots, moments


def snapshot(step: int, numbers: int = 256) -> Snapshot:
    return Snapshot({"weight": torch.full((numbers,), float(step))}, 0, step, ("a", "b"), (0.5,), (0.25,))


def run_through(folder: Path, steps: int, **arguments: float) -> list[int]:
    keeper = Snapshots(folder, size=1024, **arguments)  # type: ignore[arg-type]
    for step in range(steps + 1):
        if keeper.is_due(step):
            keeper.keep(snapshot(step))
    return [moment.step for moment in moments(folder)]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the disk is, the time for writing is there."""
    monkeypatch.setattr(snapshots, "ALLOWANCE", 1e9)


@pytest.mark.usefixtures("unhurried")
def test_snapshots_are_dense_at_the_beginning(tmp_path: Path) -> None:
    assert run_through(tmp_path, 100, ratio=2) == [0, 1, 2, 4, 8, 16, 32, 64]


@pytest.mark.usefixtures("unhurried")
def test_what_was_kept_can_be_read(tmp_path: Path) -> None:
    run_through(tmp_path, 4, ratio=2)
    found = read_moment(moments(tmp_path)[-1].path)
    assert (found.step, found.classes, found.mean) == (4, ("a", "b"), (0.5,))
    assert found.weights["weight"][0] == 4


@pytest.mark.usefixtures("unhurried")
def test_the_budget_holds_and_first_and_last_stay(tmp_path: Path) -> None:
    keeper = Snapshots(tmp_path, size=1024, ratio=1.1, budget=8_000)
    kept: list[int] = []
    for step in range(2000):
        if keeper.is_due(step):
            keeper.keep(snapshot(step))
            kept.append(step)
    left = [moment.step for moment in moments(tmp_path)]
    assert sum(moment.path.stat().st_size for moment in moments(tmp_path)) <= 8_000
    assert (left[0], left[-1]) == (0, kept[-1])
    ratios = [after / before for before, after in itertools.pairwise(left[1:])]
    assert max(ratios) < 40  # none of the ages is left out


@pytest.mark.usefixtures("unhurried")
def test_a_run_that_resumes_goes_on_with_the_schedule(tmp_path: Path) -> None:
    run_through(tmp_path, 10, ratio=2)
    keeper = Snapshots(tmp_path, size=1024, ratio=2)
    assert not keeper.is_due(15)
    assert keeper.is_due(16)


def test_files_of_others_are_no_moments(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "notes.txt").write_text("mine")
    (tmp_path / "snapshots" / ".step-00000001.safetensors.ab.tmp").write_text("half")
    assert moments(tmp_path) == ()
    assert moments(tmp_path / "missing") == ()


def test_a_damaged_moment_is_refused(tmp_path: Path) -> None:
    run_through(tmp_path, 1)
    path = moments(tmp_path)[0].path
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ExplorerError, match="damaged"):
        read_moment(path)


def test_a_large_network_waits_until_the_time_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("explorer.runs.folder.snapshots.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(snapshots, "_free", lambda _: 1e12)
    keeper = Snapshots(tmp_path, size=515_000_000)
    assert not keeper.is_due(10)
    clock[0] += 300
    assert keeper.is_due(10)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(("budget", "left"), [(900, []), (2_000, [0]), (2_600, [0, 93])])
def test_the_budget_holds_for_large_networks_too(tmp_path: Path, budget: int, left: list[int]) -> None:
    """One snapshot takes 1,024 bytes and what is said of it."""
    assert run_through(tmp_path, 100, budget=budget) == left
    assert sum(moment.path.stat().st_size for moment in moments(tmp_path)) <= budget


def test_room_stays_for_the_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    keeper = Snapshots(tmp_path, size=1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=12 * 1024 - 1))
    assert not keeper.is_due(0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=12 * 1024))
    assert keeper.is_due(0)
    keeper.keep(snapshot(0))
    assert keeper.give_up()
    assert not moments(tmp_path)
    assert not keeper.give_up()
