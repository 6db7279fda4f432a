"""The real window with a training in it, and notes of what it did when: a process of `window_while_training`."""

import json
import os
import sys
import threading
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.app import create_window
from explorer.gui.services import run_control
from tests.benchmarks.clocked import Reports, Span
from tests.benchmarks.event_loop import GapMeter

BEFORE = 3.0  # seconds between the network and its training


def run(plan: Any, warm_up: float) -> None:
    """Shows the window and trains in it; says when it has for `warm_up` seconds, then does what it is told.

    A line "meter" has the gaps of its event loop measured from then on; a line of spans is answered with what was
    found in them.
    """
    reports = Reports()
    train = run_control.train_here
    run_control.train_here = lambda *given, **options: reports.of(train(*given, **options))
    app, window = create_window([])
    window.resize(1600, 1000)
    window.show()
    watched = Watched(window, plan, reports, warm_up)
    window.state.ready_changed.connect(watched.start)
    app.exec()
    os._exit(0)


class Watched(QObject):
    """Starts the training with the network's graph, feature maps and curves all refreshing, and watches."""

    _meter_wanted = Signal()

    def __init__(self, window: Any, plan: Any, reports: Reports, warm_up: float) -> None:
        super().__init__(window)
        self._window, self._plan, self._reports, self._warm_up = window, plan, reports, warm_up
        self._looks: list[float] = []
        self._drawn: list[float] = []
        self._meter: GapMeter | None = None
        self._wait = QTimer(self, interval=500)
        self._wait.timeout.connect(self._on_wait)
        self._meter_wanted.connect(self._begin_meter)

    def start(self) -> None:
        self._window.state.set_choice(self._plan.choice)
        QTimer.singleShot(int(1000 * BEFORE), self._begin)

    def _begin(self) -> None:
        self._window.findChild(run_control.RunControl).start(self._plan)
        self._wait.start()

    def _on_wait(self) -> None:
        if self._reports.seconds > self._warm_up:
            self._wait.stop()
            self._watch()
            print("begun", flush=True)
            threading.Thread(target=self._listen, daemon=True).start()

    def _watch(self) -> None:
        self._reports.watch_gui()
        self._window.state.insight_changed.connect(lambda: self._looks.append(time.perf_counter()))
        plot = self._window.training.curves.plots[0]
        show = plot.show_curves

        def shown(*given: Any, **options: Any) -> None:
            self._drawn.append(time.perf_counter())
            show(*given, **options)

        plot.show_curves = shown

    def _begin_meter(self) -> None:
        self._meter = GapMeter(self)

    def _listen(self) -> None:
        for line in sys.stdin:
            if line.strip() == "meter":
                self._meter_wanted.emit()
            else:
                print(json.dumps([self._facts(span) for span in json.loads(line)]), flush=True)

    def _facts(self, span: Span) -> dict[str, float]:
        begin, end = span
        facts = self._reports.facts((begin, end))
        if not facts:
            return {}
        for name, moments in (("curves", self._drawn), ("looks", self._looks)):
            facts[name] = sum(begin <= moment <= end for moment in moments) / (end - begin)
        gaps = [] if self._meter is None else sorted(self._meter.between(begin, end))
        if gaps:
            facts["gap_ms"], facts["gap_p99_ms"] = gaps[-1], gaps[int(0.99 * len(gaps))]
        return facts
