"""What the page of evaluations takes of the window: `python -m tests.benchmarks.evaluation_page [--json FILE]`.

Offscreen, 1600x900, in processor time of that thread, with a made-up run of ten classes and 10,000 test images. A slice
is what is done between two looks at the events; each has 10 ms of its time.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.evaluation.scores import Evaluation
from explorer.gui import theme
from explorer.gui.panels.labs import LabsPanel
from explorer.gui.panels.labs.evaluation_page import EvaluationPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.folder.names import EVALUATIONS
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.benchmarks.machine import description
from tests.gui.recorded_runs import executor, plan, recorded

IMAGES, CLASSES, EPOCHS, REPEATS = 10_000, 10, 6, 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    _app = QApplication.instance() or QApplication([])
    theme.apply("dark")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "runs")
        fill(store)
        state = AppState(catalogue.find("lenet").default_choice())
        control = RunControl(state, store, execute=executor())
        panel = LabsPanel(state, control)
        panel.resize(1600, 900)
        panel.show()
        panel.begin()
        QTest.qWait(1500)
        found = {"machine": description(), "ms": measure(panel)}
        panel.close_services()
        control.close()
        store.close()
    for name, value in found["ms"].items():
        sys.stdout.write(f"{name:44} {value:9.2f} ms\n")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


def fill(store: Store) -> None:
    record = store.create(plan(EPOCHS, dataset="mnist"))
    recorder = store.recorder(record.id)
    for event in [*recorded(record.id, epochs=EPOCHS), Finished(record.id)]:
        recorder.append(event)
    recorder.close()
    tests = store.folder(record.id) / EVALUATIONS
    tests.mkdir(exist_ok=True)
    for epoch in range(1, EPOCHS + 1):
        (tests / f"epoch-{epoch:05d}.npz").write_bytes(answers(epoch).to_bytes())


def answers(seed: int) -> Evaluation:
    """Nine of ten are right."""
    numbers = np.random.default_rng(seed)
    labels = numbers.integers(0, CLASSES, IMAGES)
    first = np.where(numbers.random(IMAGES) < 0.9, labels, numbers.integers(0, CLASSES, IMAGES))
    best = (first[:, None] + np.arange(5)) % CLASSES
    shares = np.sort(numbers.dirichlet(np.full(5, 0.3), IMAGES).astype(np.float32))[:, ::-1]
    losses = numbers.exponential(0.3, IMAGES).astype(np.float32)
    return Evaluation(labels, best, np.ascontiguousarray(shares), losses, tuple("0123456789"))


def measure(panel: LabsPanel) -> dict[str, float]:
    found: dict[str, float] = {"open: make and show": spent(lambda: panel.show_page("evaluation"))}
    page = panel.page("evaluation")
    assert isinstance(page, EvaluationPage)
    found["open: longest slice after that"] = longest_slice(lambda: not page.is_busy)
    epochs = page.first.epochs
    chosen, followed = [], []
    for turn in range(REPEATS):
        candidate = epochs[turn % len(epochs)]
        chosen.append(spent(lambda candidate=candidate: page.first.choose(candidate)))  # type: ignore[misc]
        followed.append(longest_slice(lambda: not page.is_busy))
    found["another epoch: choose"] = statistics.median(chosen)
    found["another epoch: longest slice after that"] = statistics.median(followed)
    body = page.body
    walls = {"matrix": body.matrix.matrix, "images": body.images.wall, "classes": body.classes.table}
    body.verticalScrollBar().setValue(body.verticalScrollBar().maximum() // 2)
    QTest.qWait(300)
    for name, view in walls.items():
        found[f"paint: {name}"] = statistics.median(spent(view.viewport().repaint) for _ in range(REPEATS))
    return found


def spent(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return 1000 * (time.thread_time() - begun)


def longest_slice(is_over: Callable[[], bool]) -> float:
    """Until it is over and a while after."""
    longest, quiet = 0.0, 0
    while quiet < 40:
        longest = max(longest, spent(QApplication.processEvents))
        quiet = quiet + 1 if is_over() else 0
        time.sleep(0.005)
    return longest


if __name__ == "__main__":
    main()
