"""A walk through the program with mouse and keyboard, offscreen; each step is checked and a picture of it saved."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from explorer.gui import crash, text, theme
from explorer.gui.tour import steps
from explorer.gui.tour.hands import Hands, StepError, check
from explorer.gui.window import create_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["STEPS", "Hands", "run_tour"]

STEPS: tuple[Callable[[Hands], None], ...] = (
    steps.open_window,
    steps.load_torch,
    steps.pick,
    steps.begin_training,
    steps.end_training,
    steps.drop_image,
    steps.look_inside,
    steps.look_at_labs,
    steps.compare_networks,
    steps.export_graph,
    steps.change_language,
    steps.change_theme,
)


def run_tour(out: Path) -> int:
    """Takes all steps; the exit status is 0 only if each had its effect and no defect showed."""
    out.mkdir(parents=True, exist_ok=True)
    defects: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cnn-explorer-tour-") as home:
        os.environ["CNN_EXPLORER_HOME"] = home  # the tour's runs are not the user's
        reporter = crash.install()
        reporter.reported.connect(defects.append)
        app, window = create_window(())
        text.set_language("en")
        theme.apply("dark")
        window.resize(1440, 900)
        window.show()
        hands = Hands(app, window, out)
        try:
            is_whole = _take_steps(hands, defects)
        finally:
            window.close()
            crash.uninstall()
    return 0 if is_whole else 1


def _take_steps(hands: Hands, defects: list[str]) -> bool:
    for number, step in enumerate(STEPS, start=1):
        begin = time.monotonic()
        summary = (step.__doc__ or "").strip()
        try:
            step(hands)
            check(not defects, "".join(defects))
        except StepError as failure:
            hands.shot(f"failed-{step.__name__}")
            sys.stderr.write(f"{number}/{len(STEPS)} FAILED {summary} {failure}\n")
            return False
        sys.stderr.write(f"{number}/{len(STEPS)} {summary} ({time.monotonic() - begin:.1f} s)\n")
    return True
