"""How long the graph panel takes, in processor time of the whole process: `python -m tests.benchmarks.graph_view`.

Every figure is the best of several tries for each network or place, in rounds some time apart, so that what else runs
on the machine tells less; beside it stands what is aimed at. Offscreen, 1400x900, animations off.

- Layout: of the first view of every known network, and with every operation in sight.
- Pick to painted: from a shipped graph that is read from its file to the painted first view.
- Open or close: each of some blocks of the first view, and one among 1,500 open ones: layout, scene and painting.
- Moving about: one large graph with every operation in sight (Swin v2 S unless another name is given).
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.graph import shipped
from explorer.graph.layout import Layouter, layout
from explorer.graph.model import LayerGraph
from explorer.graph.views import Detail, open_blocks
from explorer.gui import theme
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.graph.view import GraphView
from tests.benchmarks.machine import description

ROUNDS = 4  # through everything
PASSES = 3  # in each round
TOGGLED = 8  # blocks of each network

Times = dict[str, dict[str, float]]  # the best of each line, by what it belongs to
AIMS = {
    "layout, collapsed (blocks), 92 networks": "<= 10",
    "layout, every operation": "<= 30",
    "layout, every operation, a block toggled": "",
    "pick to painted, 92 networks": "<= 20",
    "open or close a block of the first view": "<= 16",
    "open or close one among all that are open": "<= 16",
    "the same where it is seen": "<= 16",
    "whole graph repainted (fit)": "<= 16",
    "moved by 7 pixels at 100%": "<= 2",
    "moved by 7 pixels at 35%": "<= 2",
    "moved by 7 pixels at 10%": "<= 2",
    "one step of zoom, 100 % to 1 % and back": "p95 <= 10",
}


def main() -> None:
    app = QApplication([])
    theme.apply("dark")
    panel = GraphPanel(AppState(catalogue.find("lenet").default_choice()))
    panel.view.motion.duration_ms = 0
    panel.resize(1400, 900)
    panel.show()
    gc.collect()
    gc.disable()
    print(description())
    times: Times = {line: {} for line in AIMS}
    speeds = []
    for _ in range(ROUNDS):
        speeds.append(additions())
        layouts(times)
        picking(app, panel, times)
        toggling(app, panel, times)
        moving(app, panel, sys.argv[1] if len(sys.argv) > 1 else "torchvision/swin_v2_s", times)
    speeds.append(additions())
    print("a million additions in Python, between the rounds: " + ", ".join(f"{speed:.0f}" for speed in speeds) + " ms")
    print(f"\n{'':<44} {'median':>7} {'p95':>7} {'most':>7} {'aim':>12}")
    for line in AIMS:
        tell(line, times[line])
    panel.close_services()


def cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def best(work: Callable[[], object], passes: int = PASSES) -> float:
    return min(cpu_ms(work) for _ in range(passes))


def additions() -> float:
    def add() -> None:
        total = 0
        for number in range(1_000_000):
            total += number

    return best(add, 9)


def note(times: Times, line: str, name: str, took: float) -> None:
    """Keeps the best of what has been measured for `name`."""
    times[line][name] = min(took, times[line].get(name, took))


def tell(line: str, times: dict[str, float]) -> None:
    """One line, with the slowest of what it is about."""
    ordered = sorted(times.values())
    middle, high = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    slowest = max(times, key=times.__getitem__)
    print(f"{line:<44} {middle:7.1f} {high:7.1f} {ordered[-1]:7.1f} {AIMS[line]:>12}   {slowest}")


def finish(app: QApplication, panel: GraphPanel) -> None:
    while panel.opening.is_busy:
        time.sleep(0.004)  # rarely: asking costs processor time too
        app.processEvents()
    app.processEvents()


def every() -> Iterator[tuple[str, LayerGraph]]:
    for name in catalogue.cards():
        graph = shipped.load(name)
        assert graph is not None
        yield name, graph


def layouts(times: Times) -> None:
    for name, graph in every():
        coarse, fine = (open_blocks(graph, detail) for detail in (Detail.BLOCKS, Detail.OPERATIONS))
        for _ in range(PASSES):
            took = cpu_ms(lambda g=graph, o=coarse: layout(g, o, fold_repeats=True, join_layers=True))
            note(times, "layout, collapsed (blocks), 92 networks", name, took)
            note(times, "layout, every operation", name, cpu_ms(lambda g=graph, o=fine: layout(g, o)))
        layouter, less = Layouter(graph), fine - {max(fine)}
        both = [(lambda: layouter.picture(fine)), (lambda: layouter.picture(less))]  # noqa: B023 - used at once
        for _ in range(PASSES):
            note(times, "layout, every operation, a block toggled", name, max(cpu_ms(work) for work in both))


def picking(app: QApplication, panel: GraphPanel, times: Times) -> None:
    def pick(name: str) -> None:
        panel._state.set_graph(shipped.load(name))
        finish(app, panel)

    pick("lenet")  # the first painting of a process loads fonts
    for name in catalogue.cards():
        for _ in range(PASSES):
            note(times, "pick to painted, 92 networks", name, cpu_ms(lambda n=name: pick(n)))


def toggling(app: QApplication, panel: GraphPanel, times: Times) -> None:
    def toggle(block: int) -> None:
        panel.opening.toggle(("block", block))
        finish(app, panel)

    for name, graph in every():
        panel._state.set_graph(graph)
        panel.opening.set_detail(Detail.BLOCKS)
        finish(app, panel)
        closed = [box.target[1] for box in panel.view.graph_scene.picture.boxes if box.target[0] == "block"]
        for block in closed[:: max(len(closed) // TOGGLED, 1)]:
            for way in ("opened", "closed") * PASSES:
                which = f"{name} {graph.blocks[block].path} {way}"
                note(times, "open or close a block of the first view", which, cpu_ms(lambda b=block: toggle(b)))


def moving(app: QApplication, panel: GraphPanel, name: str, times: Times) -> None:
    graph, view = shipped.load(name), panel.view
    assert graph is not None
    panel._state.set_graph(graph)
    panel.opening.set_detail(Detail.OPERATIONS)
    finish(app, panel)
    view.show_top()
    whole = view.graph_scene.picture
    inner = [index for index in panel.opening.open_blocks if index and not graph.child_blocks[index]]

    def after(change: Callable[[], object]) -> float:
        def work() -> None:
            change()
            finish(app, panel)

        return cpu_ms(work)

    def tries(line: str, change: Callable[[], object], count: int) -> None:
        """What is done over and over; each place in the row counts as one thing that is measured."""
        after(change)  # with what was left to do of the change before
        after(change)
        for number in range(count):
            note(times, line, f"in {name}, {len(whole.boxes)} boxes, try {number}", after(change))

    chosen = ("block", inner[len(inner) // 2])
    tries("open or close one among all that are open", lambda: panel.opening.toggle(chosen), 8)
    view.reveal(chosen)
    tries("the same where it is seen", lambda: panel.opening.toggle(chosen), 8)
    view.fit()
    tries("whole graph repainted (fit)", view.viewport().repaint, 20)
    for zoom in (1.0, 0.35, 0.1):
        view.set_zoom(zoom)
        view.look_at(QPointF(whole.width / 2, whole.height / 3))
        tries(f"moved by 7 pixels at {zoom:.0%}", lambda: view.scroll_by(0, 7), 40)
    view.set_zoom(1.0)
    zooming(view, after, times)


def zooming(view: GraphView, after: Callable[[Callable[[], object]], float], times: Times) -> None:
    for step in [1 / 1.08] * 60 + [1.08] * 60:
        at = f"at {view.zoom:.2f}"
        took = after(lambda by=step: view.set_zoom(view.zoom * by, QPointF(600, 400)))
        note(times, "one step of zoom, 100 % to 1 % and back", at, took)


if __name__ == "__main__":
    main()
