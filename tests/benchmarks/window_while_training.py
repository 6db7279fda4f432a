"""The window while it trains: gaps of its event loop, and what the window costs the training.

    python -m tests.benchmarks.window_while_training [--rounds 3] [--seconds 20]

Trains LeNet (28 px, batch 64, digits) and ResNet-18 (96 px, batch 16, generated shapes), alternating between the same
run as the command line trains it and with the window open and everything refreshing. Images per second are taken over
`--seconds` seconds, tests and saving included.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

from explorer.launch import ROOT

TRAININGS = {
    "lenet": {"input_shape": (1, 28, 28), "dataset": "digits", "batch_size": 64, "limit": None},
    "resnet18": {"input_shape": (3, 96, 96), "dataset": "shapes", "batch_size": 16, "limit": 1024},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--only", choices=tuple(TRAININGS))
    parser.add_argument("--child", choices=("window", "bare"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        facts = in_window(args.only, args.seconds) if args.child == "window" else bare(args.only, args.seconds)
        print(json.dumps(facts), flush=True)
        return
    from tests.benchmarks import machine

    print(machine.description())
    for name in [args.only] if args.only else TRAININGS:
        report(name, args.rounds, args.seconds)


def report(name: str, rounds: int, seconds: float) -> None:
    results: dict[str, list[dict[str, float]]] = {"bare": [], "window": []}
    for _ in range(rounds):
        for kind, facts in results.items():
            facts.append(measure(kind, name, seconds))

    def median(kind: str, key: str) -> float:
        return statistics.median(facts[key] for facts in results[kind])

    ratios = [
        shown["images_per_second"] / alone["images_per_second"]
        for shown, alone in zip(results["window"], results["bare"], strict=True)
    ]
    print(
        f"{name}: {median('window', 'images_per_second'):.0f} images/s in the window, "
        f"{median('bare', 'images_per_second'):.0f} without; ratio of medians "
        f"{median('window', 'images_per_second') / median('bare', 'images_per_second'):.3f}, "
        f"by round {', '.join(f'{ratio:.3f}' for ratio in ratios)}"
    )
    longest = [facts["longest_gap_ms"] for facts in results["window"]]
    print(
        f"{name}: longest gap of the event loop {max(longest):.0f} ms (by round "
        f"{', '.join(f'{gap:.0f}' for gap in longest)}), 99th percentile {median('window', 'gap_p99_ms'):.1f} ms"
    )


def measure(kind: str, name: str, seconds: float) -> dict[str, float]:
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "CNN_EXPLORER_HOME": tempfile.mkdtemp()}
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    line = [sys.executable, "-m", "tests.benchmarks.window_while_training"]
    line += ["--child", kind, "--only", name, "--seconds", str(seconds)]
    done = subprocess.run(line, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=600)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def plan_of(name: str):
    from explorer import catalogue
    from explorer.runs.plan import RunPlan
    from explorer.training.config import TrainConfig

    training = TRAININGS[name]
    choice = catalogue.find(name).choose(input_shape=training["input_shape"])
    config = TrainConfig(epochs=10_000, batch_size=training["batch_size"], lr=0.01, limit=training["limit"])
    return RunPlan(choice, training["dataset"], None, config)


def bare(name: str, seconds: float) -> dict[str, float]:
    """The run as the command line trains it, everything recorded, with as many torch threads as beside a window."""
    from explorer import paths
    from explorer.runs.execute import Execution
    from explorer.runs.history import History
    from explorer.runs.runner import Runner
    from explorer.runs.store import Store

    store, plan = Store(paths.runs()), plan_of(name)
    record = store.create(plan)
    folder = store.folder(record.id)
    runner = Runner(
        record.id, lambda: Execution(plan, record.id, folder, leave_a_core=True), recorder=store.recorder(record.id)
    )
    history = History(record.id)
    runner.start()

    def follow(duration: float, *, until_started: bool = False) -> None:
        end = time.perf_counter() + duration
        while time.perf_counter() < end and not (until_started and history.images):
            time.sleep(0.066)
            for event in runner.drain():
                history.apply(event)

    follow(120, until_started=True)
    follow(4)  # the window is measured some seconds after the start, too
    begin, images = time.perf_counter(), history.images
    follow(seconds)
    facts = {"images_per_second": (history.images - images) / (time.perf_counter() - begin)}
    runner.stop()
    runner.join()
    return facts


def in_window(name: str, seconds: float) -> dict[str, float]:
    """The real window, started, with the network's graph, feature maps and curves all refreshing."""
    from explorer.app import create_window

    app, window = create_window([])
    window.resize(1600, 1000)
    window.show()
    watched = Watched(window, plan_of(name), seconds)
    window.state.ready_changed.connect(watched.start)
    app.exec()
    return watched.facts


class Watched:
    """Starts a training in the window, lets it settle, and measures it for some seconds."""

    def __init__(self, window: Any, plan: Any, seconds: float) -> None:
        from tests.benchmarks.event_loop import GapMeter

        self.facts: dict[str, float] = {}
        self._window, self._plan, self._seconds = window, plan, seconds
        self._meter = GapMeter(window)

    def start(self) -> None:
        from PySide6.QtCore import QTimer

        from explorer.gui.services.run_control import RunControl

        control = self._window.findChild(RunControl)
        self._window.state.set_choice(self._plan.choice)
        QTimer.singleShot(3000, lambda: control.start(self._plan))
        QTimer.singleShot(8000, self._begin)
        QTimer.singleShot(int(8000 + 1000 * self._seconds), self._end)

    def _begin(self) -> None:
        self._meter.reset()
        self._time, self._images = time.perf_counter(), self._seen()

    def _end(self) -> None:
        from PySide6.QtWidgets import QApplication

        elapsed = time.perf_counter() - self._time
        self.facts["images_per_second"] = (self._seen() - self._images) / elapsed
        self.facts["longest_gap_ms"] = self._meter.longest
        self.facts["gap_p99_ms"] = self._meter.percentile(0.99)
        self._meter.stop()
        self._window.close()
        QApplication.quit()

    def _seen(self) -> int:
        state = self._window.state
        history = state.history(state.training)
        return int(history.images) if history else 0


if __name__ == "__main__":
    main()
