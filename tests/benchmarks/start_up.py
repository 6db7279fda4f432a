"""From the start of the process to a usable list, to torch being ready; the longest stall on the way; idle memory.

    python -m tests.benchmarks.start_up [--runs 5]

Each run is a fresh process with warm files and compiled modules, as at a user's second start, on the screen there is or
offscreen. Prints medians and the machine.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child()
        return
    from tests.benchmarks import machine

    results = [measure() for _ in range(args.runs + 1)][1:]  # the first warms the files
    print(machine.description())
    for key in results[0]:
        values = [result[key] for result in results]
        middle, least, most = statistics.median(values), min(values), max(values)
        print(f"{key:36} median {middle:8.0f}   min {least:8.0f}   max {most:8.0f}")


def measure() -> dict[str, float]:
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile the whole program first
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    line = [sys.executable, "-m", "tests.benchmarks.start_up", "--child"]
    environment["STARTED"] = str(time.time())  # the system knows a process's birth only to the second
    done = subprocess.run(line, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=180)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def child() -> None:
    """One start; what is imported before the window is painted is what the program itself imports."""
    os.environ["CNN_EXPLORER_HOME"] = tempfile.mkdtemp()
    from explorer.app import create_window

    app, window = create_window([])
    facts: dict[str, float] = {}
    window.painted.connect(lambda: begin(window, facts))
    window.show()
    assert "torch" not in sys.modules, "torch was imported before the window was shown"
    status = app.exec()
    print(json.dumps(facts), flush=True)
    from explorer.gui import ending

    ending.leave(status)


def begin(window: Any, facts: dict[str, float]) -> None:
    """The window is on the screen: what is in it? Then waits for torch, and for things to calm down."""
    painted, spent = time.time(), time.thread_time()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QAbstractItemView, QApplication

    from tests.benchmarks.event_loop import GapMeter
    from tests.benchmarks.machine import resident_mb

    born = float(os.environ["STARTED"])
    facts["list and graph painted, ms"] = (painted - born) * 1000
    facts["processor time for that, ms"] = spent * 1000  # of the window's thread
    facts["rows in the list"] = window.findChild(QAbstractItemView, "architectureList").model().rowCount()
    facts["layers in the graph"] = len(window.state.graph.nodes) if window.state.graph else 0
    meter = GapMeter(window)

    def on_ready() -> None:
        facts["torch ready, ms"] = (time.time() - born) * 1000
        QTimer.singleShot(6000, end)

    def end() -> None:
        facts["longest stall of the window, ms"] = meter.longest
        facts["stalls over 100 ms"] = sum(gap > 100 for gap in meter.gaps)
        facts["resident memory when idle, MB"] = resident_mb()
        window.close()
        QApplication.quit()

    window.state.ready_changed.connect(on_ready)


if __name__ == "__main__":
    main()
