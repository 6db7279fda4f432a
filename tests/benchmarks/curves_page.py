"""How long the curves page of the labs takes with 100 runs of 10,000 steps: `python -m tests.benchmarks.curves_page`.

Offscreen, 1650x950, in processor time of the thread. Painting and what the window's thread does for a drawing are
medians of 30; a drawing on the worker is the best of 3; how late a 10 ms tick comes tells what a user would feel while
the smoothing is dragged, if nothing else runs on the machine.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.gui import theme
from explorer.gui.panels.labs import curves_words
from explorer.gui.panels.labs.curves_drawing import QUANTITIES, Drawer, Wish
from explorer.gui.panels.labs.curves_page import CurvesPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.gui.recorded_runs import executor, plan, recorded

RUNS, STEPS = 100, 10_000


def fill(store: Store) -> None:
    for seed in range(RUNS):
        record = store.create(plan(10))
        recorder = store.recorder(record.id)
        for event in recorded(record.id, epochs=10, steps_per_epoch=STEPS // 10, seed=seed, per_event=50):
            recorder.append(event)
        recorder.append(Finished(record.id))
        recorder.close()


def median_ms(act: Callable[[int], object]) -> float:
    def once(turn: int) -> float:
        begun = time.thread_time()
        act(turn)
        return time.thread_time() - begun

    return 1000 * statistics.median(once(turn) for turn in range(30))


def hover(page: CurvesPage, turn: int) -> None:
    chart = page.charts["loss"]
    area = chart.area()
    QTest.mouseMove(chart, QPointF(area.left() + area.width() * (turn + 1) / 32, area.center().y()).toPoint())
    chart.repaint()


def lateness(page: CurvesPage) -> list[float]:
    """How late the ticks come while the smoothing changes for four seconds, in ms, sorted."""
    late, last = [], time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(1000 * (now - last - 0.01))
        last = now

    timer = QTimer(interval=10)
    timer.timeout.connect(tick)
    timer.start()
    for turn in range(130):
        page.controls.smoothing.setValue(30 + turn % 60)
        QTest.qWait(30)
    timer.stop()
    return sorted(late)


def main() -> None:
    _app = QApplication.instance() or QApplication([])
    theme.apply("dark")
    store = Store(Path(tempfile.mkdtemp()))
    fill(store)
    state = AppState(catalogue.find("lenet").default_choice())
    control = RunControl(state, store, execute=executor())
    page = CurvesPage(state, control)
    page.resize(1650, 950)
    page.show()
    page.begin()
    while len(state.runs) < RUNS:
        QTest.qWait(20)
    begun = time.perf_counter()
    page.side.all.click()
    while page.feed.missing:
        QTest.qWait(20)
    print(f"{RUNS} runs read in {time.perf_counter() - begun:.1f} s")
    QTest.qWait(2000)
    late = lateness(page)
    print(f"a tick while smoothing: p50 {late[len(late) // 2]:.1f} ms, p99 {late[len(late) * 99 // 100]:.1f} ms late")
    QTest.qWait(2000)
    measure(page)
    page.close_services()
    control.close()
    store.close()


def measure(page: CurvesPage) -> None:
    chart = page.charts["accuracy"]
    print(f"paint a chart: {median_ms(lambda _: chart.repaint()):.1f} ms")
    print(f"paint with the values of {2 * RUNS} curves: {median_ms(lambda turn: hover(page, turn)):.1f} ms")
    print(f"points of all runs: {median_ms(lambda _: page.feed.runs()):.1f} ms")
    drawn, drawer = page.feed.drawn(as_one=False), Drawer()
    for quantity in QUANTITIES:
        wish = Wish(quantity, page.charts[quantity].area_size(), 1.0)
        times = []
        for _ in range(3):
            begun = time.thread_time()
            drawer.sheets(drawn, page.controls.settings, (wish,), curves_words.curves())
            times.append(1000 * (time.thread_time() - begun))
        print(f"draw {quantity} on the worker: {min(times):.0f} ms, with smoothing {times[0]:.0f} ms")


if __name__ == "__main__":
    main()
