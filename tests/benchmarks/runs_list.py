"""How long a list of many runs takes: read from the folders, from the index, and shown in the runs table.

`python -m tests.benchmarks.runs_list [--runs 1000] [--json FILE]`
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from explorer.runs.folder import journal
from explorer.runs.folder.about import About
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.benchmarks.machine import description
from tests.runs.recorded import PLAN, whole_run

REPEATS = 8  # with the two that are not counted an even number: what comes goes again


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        _make(root, args.runs)
        found: dict[str, Any] = {"machine": description(), "runs": args.runs, "ms": {**_store(root), **_table(root)}}
    for name, value in found["ms"].items():
        sys.stdout.write(f"{name:44} {value:9.2f} ms\n")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


def _make(root: Path, count: int) -> None:
    """Folders as a training leaves them, without weights; every third has a name and tags."""
    for number in range(1, count + 1):
        run = f"20260101T000000Z-lenet-{number:08x}"
        folder = root / run
        folder.mkdir(parents=True)
        config = replace(PLAN.config, epochs=1 + number % 20, lr=0.001 * (1 + number % 7))
        head = {"number": number, "created": f"2026-01-{1 + number % 28:02d}T00:00:00+00:00"}
        (folder / "plan.json").write_text(json.dumps({**replace(PLAN, config=config).to_json(), **head}))
        events = [*whole_run(run), Finished(run)]
        (folder / "events.jsonl").write_text("".join(journal.encode(event) + "\n" for event in events))
        if number % 3 == 0:
            said = About.of(f"try {number}", "a note", ("baseline",) if number % 2 else ("good",))
            (folder / "about.json").write_text(json.dumps(said.to_json()))


def _store(root: Path) -> dict[str, float]:
    begin = time.perf_counter()
    store = Store(root)
    store.records()
    made = time.perf_counter() - begin
    warm = _median(store.records)
    glance = _median(store.glance)
    cold = []
    for _ in range(REPEATS):
        store.close()
        begin = time.perf_counter()
        store = Store(root)
        store.records()
        cold.append(time.perf_counter() - begin)
    store.close()
    return {
        "list, index lost (reads every run anew)": 1000 * made,
        "list, first of a process": 1000 * statistics.median(cold),
        "list, again": warm,
        "glance whether anything changed": glance,
    }


def _table(root: Path) -> dict[str, float]:
    """What the window does with the list on its own thread, painting included; each has 10 ms of its time."""
    store = Store(root)
    records = store.records()
    store.close()
    shown = _Shown(records)
    return {f"table: {name}": _median(work, clock=time.thread_time) for name, work in shown.cases().items()}


class _Shown:
    """A runs table on the screen; every call of a case changes something, and back."""

    def __init__(self, records: tuple[RunRecord, ...]) -> None:
        from PySide6.QtWidgets import QApplication

        from explorer.gui import theme
        from explorer.gui.panels.training.run_columns import COLUMNS
        from explorer.gui.panels.training.run_table import RunTable
        from explorer.gui.panels.training.run_view import RunView

        self._app = QApplication.instance() or QApplication([])
        theme.apply("dark")
        self._records, self._middle, self._turns = records, len(records) // 2, 0
        self._places = {column.key: place for place, column in enumerate(COLUMNS)}
        self.table = RunTable()
        self.view = RunView(self.table)
        self.view.resize(1000, 400)
        self.view.show()
        self._show(records)

    def cases(self) -> dict[str, Callable[[], None]]:
        return {
            "the same again": lambda: self._show(self._records),
            "one run changes": self._change,
            "one run comes or goes": lambda: self._show(self._records[1:] if self._turn() else self._records),
            "all come or go": lambda: self._show(() if self._turn() else self._records),
            "sorted by number": lambda: self._sort("number"),
            "sorted by name": lambda: self._sort("name"),
            "filtered by words and numbers": self._find,
        }

    def _turn(self) -> bool:
        self._turns += 1
        return self._turns % 2 == 1

    def _show(self, records: tuple[RunRecord, ...]) -> None:
        self.table.show_records(records, paused=frozenset())
        self._app.processEvents()

    def _change(self) -> None:
        self._turn()
        changed = replace(self._records[self._middle], steps=self._turns)
        self._show((*self._records[: self._middle], changed, *self._records[self._middle + 1 :]))

    def _sort(self, key: str) -> None:
        from PySide6.QtCore import Qt

        self.table.sort(self._places[key], Qt.SortOrder(int(self._turn())))
        self._app.processEvents()

    def _find(self) -> None:
        self.table.find("try acc>0.5 tag:good" if self._turn() else "")
        self._app.processEvents()


def _median(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Milliseconds by `clock`, after two turns that are not counted."""
    times = []
    for _ in range(REPEATS + 2):
        begin = clock()
        work()
        times.append(clock() - begin)
    return 1000 * statistics.median(times[2:])


if __name__ == "__main__":
    main()
