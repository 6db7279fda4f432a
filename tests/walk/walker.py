"""Takes one step after the other inside the running program, and writes each down before it is taken."""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import IO

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from explorer.gui.main_window import MainWindow
from tests.walk.kinds import KINDS
from tests.walk.props import Props
from tests.walk.stage import Stage
from tests.walk.steps import Step

AREAS = (
    "", "EvaluationPage", "DataPage", "ComparePanel", "RunsView", "InspectorPanel", "CurvesPage", "SignalsPage",
    "RatePage", "TrainingPanel", "GraphPanel",
)  # fmt: skip
BEGINNINGS = (
    [],
    [Step("train", "", {"network": "lenet", "data": "digits", "epochs": "1"}), Step("wait", "", {"ms": 6000})],
    [Step("train", "", {"network": "lenet_bn", "data": "shapes", "epochs": "30"}), Step("wait", "", {"ms": 3000})],
)
PAUSES_MS = (0, 0, 0, 5, 20, 60)
SLOW_S = 1.0
MENU_STEPS = 6  # so long a menu may stay open


class Walker(QObject):
    """A walk through `window`.

    Each step is begun by a timer of its own: a step that opens a menu or dialog may not return before that is closed.

    Args:
        log: Takes a line of JSON for each step.
        given: Steps to take; without, steps are thought of from `seed`.
        count: How many steps; then the window is closed.
    """

    def __init__(
        self,
        window: MainWindow,
        props: Props,
        log: IO[str],
        *,
        seed: int,
        count: int,
        given: Sequence[Step] | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._stage = Stage(window, AREAS[seed % len(AREAS)])
        self._props, self._log = props, log
        self._seed, self._count, self._given, self._beat = seed, count, given, beat
        self._number = self._wait_ms = 0
        self._is_over = False

    def begin(self) -> None:
        self._next(0)

    def stop(self) -> None:
        """Takes no more steps but the last, which closes the window."""
        self._count = 0
        self._given = None

    def end(self) -> None:
        """Takes no step any more: the window has been closed."""
        self._is_over = True

    def _next(self, ms: int) -> None:
        if not self._is_over:
            QTimer.singleShot(ms, self, self._take)

    def _take(self) -> None:
        if self._is_over:
            return
        self._number += 1
        rng = random.Random(f"{self._seed}:{self._number}")
        self._next(self._wait_ms or rng.choice(PAUSES_MS))  # first: a defect of the walk itself must not end it
        self._wait_ms = 0
        step = self._think(rng)
        if step is None:
            return
        self._write(asdict(step))
        self._wait_ms = step.how["ms"] if step.name == "wait" else 0
        begun = time.monotonic()
        KINDS[step.name].take(step, self._stage, self._props)
        took = time.monotonic() - begun
        if took > SLOW_S and QApplication.activePopupWidget() is None:
            self._write({"slow": round(took, 2), "name": step.name})
        self._beat()

    def _write(self, facts: dict[str, object]) -> None:
        self._log.write(json.dumps(facts) + "\n")
        self._log.flush()

    def _think(self, rng: random.Random) -> Step | None:
        if self._given is not None:
            return self._given[self._number - 1] if self._number <= len(self._given) else self._last(rng)
        if self._number > self._count:
            return self._last(rng)
        beginning = BEGINNINGS[self._seed // 2 % len(BEGINNINGS)]  # torch is there before every second walk
        if self._number <= len(beginning):
            return beginning[self._number - 1]
        if QApplication.activeModalWidget() is not None and rng.random() < 0.06:
            return Step("key", "", {"key": "Escape", "keys": "", "times": 1})
        if QApplication.activePopupWidget() is not None and rng.random() < 1 / MENU_STEPS:
            return Step("key", "", {"key": "Escape", "keys": "", "times": 3})
        for _ in range(5):
            name = rng.choices(list(KINDS), [kind.weight for kind in KINDS.values()])[0]
            step = KINDS[name].think(rng, self._stage, self._props)
            if step is not None:
                return step
        return None

    def _last(self, rng: random.Random) -> Step | None:
        """Closes the window; what stands before it first."""
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            if self._number % 2:
                return Step("key", "", {"key": "Escape", "keys": "", "times": 1})
            widget = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            widget.close()
            return None
        return KINDS["end"].think(rng, self._stage, self._props)
