"""Weights of moments along a run, for looking back in time: dense at the beginning, where most happens.

`snapshots/step-N.safetensors` below the folder of the run, written whole or not at all. They are of no use to a
resume, so they are thinned out, or left out, rather than fill the disk.
"""

from __future__ import annotations

import contextlib
import math
import re
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.runs.folder.names import SNAPSHOTS as FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.runs.folder.checkpoint import Snapshot

RATIO = 1.5  # of the steps of two neighbouring snapshots
BUDGET = 1 << 30  # bytes for all snapshots of a run
SHARE = 0.01  # of the time of the run that writing them may take,
ALLOWANCE = 0.25  # after so many seconds, which small networks never use up
SPARE = 12  # snapshots for which room stays on the disk: the checkpoints, with what the optimizer keeps, come first
SPEED = 200e6  # bytes a second that a disk is trusted with, before it has been measured
_NAME = re.compile(r"step-(\d{1,12})\.safetensors")


@dataclass(frozen=True, slots=True)
class Moment:
    """A stored moment of a run: after `step` steps."""

    step: int
    path: Path


def moments(run_folder: Path) -> tuple[Moment, ...]:
    """The snapshots of a run, first to last. Reads names only."""
    found = []
    with contextlib.suppress(OSError):
        for path in (run_folder / FOLDER).iterdir():
            name = _NAME.fullmatch(path.name)
            if name is not None:
                found.append(Moment(int(name[1]), path))
    return tuple(sorted(found, key=lambda moment: moment.step))


class Snapshots:
    """Keeps the snapshots of one run, for the one process that trains it.

    Args:
        size: Bytes of one snapshot.
        budget: Bytes for all of them. Where it does not suffice, those go that are closest to their neighbours; the
            first stays longest, since the latest weights are a checkpoint too.
    """

    def __init__(self, run_folder: Path, *, size: int, ratio: float = RATIO, budget: int = BUDGET) -> None:
        self._folder = run_folder / FOLDER
        self._ratio, self._budget, self._size = ratio, budget, size
        self._cost, self._spent, self._began = size / SPEED, 0.0, time.monotonic()
        kept = moments(run_folder)
        self._next = _after(kept[-1].step, ratio) if kept else 0

    def is_due(self, step: int) -> bool:
        """Whether a snapshot after so many steps is wanted, and time and room for it are there."""
        least = 2 if self._next else 1  # with the first one
        if step < self._next or least * self._size > self._budget:
            return False
        has_time = self._spent + self._cost <= ALLOWANCE + SHARE * (time.monotonic() - self._began)
        return has_time and _free(self._folder.parent) >= SPARE * self._size

    def give_up(self) -> bool:
        """Removes all snapshots, for something that is worth more; False where there are none."""
        kept = moments(self._folder.parent)
        for moment in kept:
            with contextlib.suppress(OSError):
                moment.path.unlink()
        return bool(kept)

    def keep(self, snapshot: Snapshot) -> None:
        """Writes `snapshot` down, and removes others where there are too many.

        Raises:
            OSError: The disk is full, or the like; the others are as they were.
        """
        self._next = _after(snapshot.step, self._ratio)
        path = self._folder / f"step-{snapshot.step:08d}.safetensors"
        if path.exists():
            return
        from explorer.runs.folder.checkpoint import write_moment  # imports torch

        began = time.monotonic()
        write_moment(path, snapshot)
        self._cost = time.monotonic() - began
        self._spent += self._cost
        self._thin_out()

    def _thin_out(self) -> None:
        kept = list(moments(self._folder.parent))
        sizes = {moment.step: _size(moment.path) for moment in kept}
        while len(kept) > 1 and sum(sizes[moment.step] for moment in kept) > self._budget:
            gone = kept.pop(_closest([moment.step for moment in kept]))
            with contextlib.suppress(OSError):
                gone.path.unlink()


def _closest(steps: list[int]) -> int:
    """Index of the inner one whose neighbours are nearest to each other, on a logarithmic scale; of two, the second."""
    if len(steps) < 3:
        return 1
    gaps = [math.log((after + 1) / (before + 1)) for before, after in zip(steps, steps[2:], strict=False)]
    return 1 + gaps.index(min(gaps))


def _after(step: int, ratio: float) -> int:
    return max(step + 1, math.ceil(step * ratio))


def _free(folder: Path) -> float:
    """Bytes that can still be written there; without end where nobody can tell."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return math.inf


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
