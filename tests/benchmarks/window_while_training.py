"""The window while it trains: what it costs the training, gaps of its event loop, and how often it is refreshed.

    python -m tests.benchmarks.window_while_training [--turns 12] [--seconds 3] [--only lenet]

Trains LeNet (28 px, batch 64, digits) and ResNet-18 (96 px, batch 16, generated shapes) twice at once: as the command
line does it, and with the window open and everything refreshing. The two take turns: one process is stopped while the
other works, so that both meet the machine as it is at that time. The first moments of a turn are not counted. Images
per second are counted at the reports of the training, tests and saving included; the ratio is the median over pairs of
turns that follow each other. It is told by the clock, and without the time in which the training could have gone on
but the system gave its processor to somebody else. The gaps are measured afterwards, in turns of the window alone,
since measuring them wakes it 60 times a second. Needs a system that can stop a process (not Windows).
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
                spans[kind].append(turn(children[kind], seconds))
        facts = {kind: asked(child, spans[kind]) for kind, child in children.items()}
        tell(children["window"], "meter")
        gaps = [turn(children["window"], seconds) for _ in range(max(turns // 2, 1))]
        return {**facts, "gaps": asked(children["window"], gaps)}


def turn(child: subprocess.Popen[str], seconds: float) -> Span:
    """Has a stopped process work for so long; when that was, without the first moments."""
    child.send_signal(signal.SIGCONT)
    time.sleep(SETTLE)
    begin = time.perf_counter()  # the same clock in all processes
    time.sleep(seconds)
    end = time.perf_counter()
    child.send_signal(signal.SIGSTOP)
    return begin, end


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


def tell(child: subprocess.Popen[str], words: str) -> None:
    assert child.stdin is not None
    child.stdin.write(words + "\n")
    child.stdin.flush()


def asked(child: subprocess.Popen[str], spans: list[Span]) -> list[dict[str, float]]:
    """What a stopped process found in these spans of time."""
    assert child.stdout is not None
    child.send_signal(signal.SIGCONT)
    tell(child, json.dumps(spans))
    found: list[dict[str, float]] = json.loads(child.stdout.readline())
    child.send_signal(signal.SIGSTOP)
    return found


def report(name: str, facts: dict[str, list[dict[str, float]]]) -> None:
    pairs = [(shown, alone) for shown, alone in zip(facts["window"], facts["alone"], strict=True) if shown and alone]
    gaps = [found for found in facts["gaps"] if "gap_ms" in found]
    if not pairs or not gaps:
        raise SystemExit(f"{name}: too little was reported in a turn; give them more --seconds.")

    def shown(key: str) -> float:
        return statistics.median(pair[0][key] for pair in pairs)

    def alone(key: str) -> float:
        return statistics.median(pair[1][key] for pair in pairs)

    for key, words in (("rate", "by the clock"), ("rate_when_given", "without waiting for a processor")):
        ratios = sorted(pair[0][key] / pair[1][key] for pair in pairs)
        low, high = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        print(
            f"{name}: {shown(key):.0f} images/s in the window, {alone(key):.0f} without, {words}; "
            f"ratio {statistics.median(ratios):.3f} (half of {len(pairs)} pairs of turns {low:.3f} to {high:.3f})"
        )
    print(
        f"{name}: processor time beside the training {shown('beside_ms'):.0f} ms a second in the window, of which its "
        f"own thread {shown('gui_ms'):.0f}; {alone('beside_ms'):.0f} without"
    )
    print(
        f"{name}: curves drawn {shown('curves'):.1f} times a second, the network looked into {shown('looks'):.1f} times"
    )
    longest = [found["gap_ms"] for found in gaps]
    print(
        f"{name}: longest gap of the event loop {max(longest):.0f} ms (median of {len(gaps)} turns "
        f"{statistics.median(longest):.0f}), 99th percentile "
        f"{statistics.median(found['gap_p99_ms'] for found in gaps):.1f} ms",
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


def alone(name: str) -> None:
    """The run as the command line trains it, everything recorded, with as many torch threads as beside a window."""
    from explorer import paths
    from explorer.runs.curves.history import History
    from explorer.runs.shelf.store import Store
    from explorer.runs.work.execute import Execution
    from explorer.runs.work.runner import Runner

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
    threading.Thread(target=answer, args=(reports,), daemon=True).start()
    while not runner.has_ended:
        time.sleep(0.066)
        for event in runner.drain():
            history.apply(event)


def answer(reports: Reports) -> None:
    """Says when the training has gone on for a while, then what was found in the spans that are asked for."""
    while reports.seconds < WARM_UP:
        time.sleep(0.2)
    print("begun", flush=True)
    for line in sys.stdin:
        print(json.dumps([reports.facts((begin, end)) for begin, end in json.loads(line)]), flush=True)


def in_window(name: str) -> None:
    """The real window, started, with the network's graph, feature maps and curves all refreshing."""
    from tests.benchmarks import watched_window

    watched_window.run(plan_of(name), WARM_UP)


if __name__ == "__main__":
    main()
