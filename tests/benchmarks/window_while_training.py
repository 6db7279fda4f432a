"""The window while it trains: what it costs the training, gaps of its event loop, and how often it is refreshed.

    python -m tests.benchmarks.window_while_training [--turns 12] [--seconds 3] [--only lenet]

Trains LeNet (28 px, batch 64, digits) and ResNet-18 (96 px, batch 16, generated shapes) twice at once: as the command
line does it, and with the window open and everything refreshing. The two take turns: one process is stopped while the
other works, so that both meet the machine as it is at that time. The first moments of a turn are not counted. Images
per second are counted at the reports of the training, tests and saving included; the ratio is the median over pairs of
turns that follow each other. It is told by the clock, and without the time in which the training could have gone on
but the system gave its processor to somebody else. Needs a system that can stop a process (not Windows).
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from explorer.launch import ROOT
from tests.benchmarks.clocked import Reports, Span

TRAININGS = {
    "lenet": {"input_shape": (1, 28, 28), "dataset": "digits", "batch_size": 64, "limit": None},
    "resnet18": {"input_shape": (3, 96, 96), "dataset": "shapes", "batch_size": 16, "limit": 1024},
}
KINDS = ("alone", "window")
SETTLE = 0.6  # seconds at the beginning of a turn that are not counted: caches are cold, timers are late
WARM_UP = 5.0  # seconds of training before the first turn
LIMIT = 180.0  # seconds a process may take to begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=12, help="of each of the two (12)")
    parser.add_argument("--seconds", type=float, default=3.0, help="that count of a turn (3)")
    parser.add_argument("--only", choices=tuple(TRAININGS))
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        in_window(args.only) if args.child == "window" else alone(args.only)
        return
    from tests.benchmarks import machine

    print(machine.description(), flush=True)
    for name in [args.only] if args.only else TRAININGS:
        report(name, measure(name, args.turns, args.seconds))


# -- the two take turns ---------------------------------------------------------------------------------------------


def measure(name: str, turns: int, seconds: float) -> dict[str, list[dict[str, float]]]:
    """For each kind the facts of its turns."""
    with tempfile.TemporaryDirectory() as home, started(name, home) as children:
        spans: dict[str, list[Span]] = {kind: [] for kind in KINDS}
        for number in range(turns):
            for kind in KINDS if number % 2 == 0 else KINDS[::-1]:
                children[kind].send_signal(signal.SIGCONT)
                time.sleep(SETTLE)
                begin = time.perf_counter()  # the same clock in all processes
                time.sleep(seconds)
                spans[kind].append((begin, time.perf_counter()))
                children[kind].send_signal(signal.SIGSTOP)
        return {kind: asked(child, spans[kind]) for kind, child in children.items()}


@contextmanager
def started(name: str, home: str) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The two processes, stopped, each some seconds after the beginning of its training; both end afterwards."""
    children: dict[str, subprocess.Popen[str]] = {}
    try:
        for kind in KINDS:
            children[kind] = child = start(kind, name, f"{home}/{kind}")
            give_up = threading.Timer(LIMIT, child.kill)
            give_up.start()
            assert child.stdout is not None
            word = child.stdout.readline()
            give_up.cancel()
            if word.strip() != "begun":
                raise SystemExit(f"{name} did not begin to train ({kind}).")
            child.send_signal(signal.SIGSTOP)
        yield children
    finally:
        for child in children.values():
            child.kill()  # a stopped one, too
            child.wait()


def start(kind: str, name: str, home: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "CNN_EXPLORER_HOME": home}
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    line = [sys.executable, "-m", "tests.benchmarks.window_while_training", "--child", kind, "--only", name]
    return subprocess.Popen(line, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def asked(child: subprocess.Popen[str], spans: list[Span]) -> list[dict[str, float]]:
    """What it found in these spans of time; it ends then."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.send_signal(signal.SIGCONT)
    child.stdin.write(json.dumps(spans) + "\n")
    child.stdin.flush()
    found: list[dict[str, float]] = json.loads(child.stdout.readline())
    return found


def report(name: str, facts: dict[str, list[dict[str, float]]]) -> None:
    def middle(kind: str, key: str) -> float:
        return statistics.median(turn[key] for turn in facts[kind])

    def ratios(key: str) -> list[float]:
        return sorted(shown[key] / alone[key] for shown, alone in zip(facts["window"], facts["alone"], strict=True))

    for key, words in (("rate", "by the clock"), ("rate_when_given", "without waiting for a processor")):
        found = ratios(key)
        low, high = found[len(found) // 4], found[-1 - len(found) // 4]
        print(
            f"{name}: {middle('window', key):.0f} images/s in the window, {middle('alone', key):.0f} without, {words}; "
            f"ratio {statistics.median(found):.3f} (half of the turns {low:.3f} to {high:.3f})"
        )
    print(
        f"{name}: processor time beside the training {middle('window', 'beside_ms'):.0f} ms a second in the window, of "
        f"which its own thread {middle('window', 'gui_ms'):.0f}; {middle('alone', 'beside_ms'):.0f} without"
    )
    print(
        f"{name}: curves drawn {middle('window', 'curves'):.1f} times a second, the network looked into "
        f"{middle('window', 'looks'):.1f} times"
    )
    longest = [turn["gap_ms"] for turn in facts["window"]]
    print(
        f"{name}: longest gap of the event loop {max(longest):.0f} ms (median of the turns "
        f"{statistics.median(longest):.0f}), 99th percentile {middle('window', 'gap_p99_ms'):.1f} ms",
        flush=True,
    )


# -- in the processes that train ------------------------------------------------------------------------------------


def plan_of(name: str):
    from explorer import catalogue
    from explorer.runs.plan import RunPlan
    from explorer.training.config import TrainConfig

    training = TRAININGS[name]
    choice = catalogue.find(name).choose(input_shape=training["input_shape"])
    config = TrainConfig(epochs=10_000, batch_size=training["batch_size"], lr=0.01, limit=training["limit"])
    return RunPlan(choice, training["dataset"], None, config)


def say(words: str) -> None:
    print(words, flush=True)


def spans_wanted() -> list[Span]:
    """Waits until they are asked for."""
    return [(begin, end) for begin, end in json.loads(sys.stdin.readline())]


def alone(name: str) -> None:
    """The run as the command line trains it, everything recorded, with as many torch threads as beside a window."""
    from explorer import paths
    from explorer.runs.execute import Execution
    from explorer.runs.history import History
    from explorer.runs.runner import Runner
    from explorer.runs.store import Store

    store, plan = Store(paths.runs()), plan_of(name)
    record = store.create(plan)
    folder, reports = store.folder(record.id), Reports()
    runner = Runner(
        record.id,
        lambda: reports.of(Execution(plan, record.id, folder, leave_a_core=True)),
        recorder=store.recorder(record.id),
    )
    history = History(record.id)
    runner.start()
    wanted: list[list[Span]] = []
    threading.Thread(target=lambda: wanted.append(spans_wanted()), daemon=True).start()
    has_begun = False
    while not wanted and not runner.has_ended:
        time.sleep(0.066)
        for event in runner.drain():
            history.apply(event)
        if not has_begun and reports.seconds > WARM_UP:
            has_begun = True
            say("begun")
    say(json.dumps([reports.facts(span) for span in wanted[0]]))
    os._exit(0)


def in_window(name: str) -> None:
    """The real window, started, with the network's graph, feature maps and curves all refreshing."""
    from explorer.app import create_window
    from explorer.gui.services import run_control

    reports = Reports()
    train = run_control.train_here
    run_control.train_here = lambda *given, **options: reports.of(train(*given, **options))
    app, window = create_window([])
    window.resize(1600, 1000)
    window.show()
    watched = Watched(window, plan_of(name), reports)
    window.state.ready_changed.connect(watched.start)
    app.exec()
    os._exit(0)


class Watched:
    """Starts a training in the window, and notes what the window does beside it."""

    def __init__(self, window: Any, plan: Any, reports: Reports) -> None:
        self._window, self._plan, self._reports = window, plan, reports
        self._looks: list[float] = []
        self._drawn: list[float] = []

    def start(self) -> None:
        from PySide6.QtCore import QTimer

        self._window.state.set_choice(self._plan.choice)
        self._window.state.insight_changed.connect(lambda: self._looks.append(time.perf_counter()))
        QTimer.singleShot(3000, self._begin)

    def _begin(self) -> None:
        from PySide6.QtCore import QTimer

        from explorer.gui.services.run_control import RunControl
        from tests.benchmarks.event_loop import GapMeter

        self._window.findChild(RunControl).start(self._plan)
        self._meter = GapMeter(self._window)
        self._wait = QTimer(self._window, interval=500)
        self._wait.timeout.connect(self._on_wait)
        self._wait.start()

    def _on_wait(self) -> None:
        if self._reports.seconds > WARM_UP:
            self._wait.stop()
            self._watch_curves()
            self._reports.watch_gui()
            say("begun")
            threading.Thread(target=self._answer, daemon=True).start()

    def _watch_curves(self) -> None:
        plot = self._window.training.curves.plots[0]
        show = plot.show_curves

        def shown(*given: Any, **options: Any) -> None:
            self._drawn.append(time.perf_counter())
            show(*given, **options)

        plot.show_curves = shown

    def _answer(self) -> None:
        spans = spans_wanted()
        say(json.dumps([self._facts(span) for span in spans]))

    def _facts(self, span: Span) -> dict[str, float]:
        begin, end = span
        gaps = self._meter.between(begin, end)
        seconds = end - begin
        return {
            **self._reports.facts(span),
            "gap_ms": max(gaps),
            "gap_p99_ms": sorted(gaps)[int(0.99 * len(gaps))],
            "curves": sum(begin <= moment <= end for moment in self._drawn) / seconds,
            "looks": sum(begin <= moment <= end for moment in self._looks) / seconds,
        }


if __name__ == "__main__":
    main()
