"""How long the graph panel takes, in processor time of the whole process: `python -m tests.benchmarks.graph_view`.

Every line is the best of several passes for each network, or of several tries, so that what else runs on the machine
tells less; beside it stands what is aimed at. Offscreen, 1400x900, animations off.

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
from tests.benchmarks.machine import description

PASSES = 5
TOGGLED = 8  # blocks of each network


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
    print(f"a million additions in Python now: {additions():.0f} ms")
    print(f"\n{'':<44} {'median':>7} {'p95':>7} {'most':>7} {'aim':>12}")
    layouts()
    picking(app, panel)
    toggling(app, panel)
    moving(app, panel, sys.argv[1] if len(sys.argv) > 1 else "torchvision/swin_v2_s")
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


def tell(name: str, times: dict[str, float], aim: str) -> None:
    """One line; `times` by what they belong to, the slowest of which is named."""
    ordered = sorted(times.values())
    middle, high = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    slowest = max(times, key=times.__getitem__)
    print(f"{name:<44} {middle:7.1f} {high:7.1f} {ordered[-1]:7.1f} {aim:>12}   {slowest}")


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


def layouts() -> None:
    collapsed: dict[str, float] = {}
    whole: dict[str, float] = {}
    again: dict[str, float] = {}
    for name, graph in every():
        coarse, fine = (open_blocks(graph, detail) for detail in (Detail.BLOCKS, Detail.OPERATIONS))
        collapsed[name] = best(lambda g=graph, o=coarse: layout(g, o, fold_repeats=True, join_layers=True))
        whole[name] = best(lambda g=graph, o=fine: layout(g, o))
        layouter, less = Layouter(graph), fine - {max(fine)}
        both = [(lambda: layouter.picture(fine)), (lambda: layouter.picture(less))]  # noqa: B023 - used at once
        again[name] = min(max(cpu_ms(work) for work in both) for _ in range(PASSES))
    tell("layout, collapsed (blocks), 92 networks", collapsed, "<= 10")
    tell("layout, every operation", whole, "<= 30")
    tell("layout, every operation, a block toggled", again, "")


def picking(app: QApplication, panel: GraphPanel) -> None:
    def pick(name: str) -> None:
        panel._state.set_graph(shipped.load(name))
        finish(app, panel)

    pick("lenet")  # the first painting of a process loads fonts
    times = {name: min(cpu_ms(lambda n=name: pick(n)) for _ in range(PASSES)) for name in catalogue.cards()}
    tell("pick to painted, 92 networks", times, "<= 20")


def toggling(app: QApplication, panel: GraphPanel) -> None:
    def toggle(block: int) -> None:
        panel.opening.toggle(("block", block))
        finish(app, panel)

    times: dict[str, float] = {}
    for name, graph in every():
        panel._state.set_graph(graph)
        finish(app, panel)
        closed = [box.target[1] for box in panel.view.graph_scene.picture.boxes if box.target[0] == "block"]
        for block in closed[:: max(len(closed) // TOGGLED, 1)]:
            pairs = [(cpu_ms(lambda b=block: toggle(b)), cpu_ms(lambda b=block: toggle(b))) for _ in range(3)]
            for change, way in enumerate(("opened", "closed")):
                times[f"{name} {graph.blocks[block].path} {way}"] = min(pair[change] for pair in pairs)
    tell("open or close a block of the first view", times, "<= 16")


def moving(app: QApplication, panel: GraphPanel, name: str) -> None:
    graph, view = shipped.load(name), panel.view
    assert graph is not None
    panel._state.set_graph(graph)
    panel.opening.set_detail(Detail.OPERATIONS)
    finish(app, panel)
    view.show_top()
    app.processEvents()
    whole = view.graph_scene.picture
    print(f"{name}: {len(whole.boxes)} boxes, {len(whole.frames)} frames, {len(whole.wires)} wires")
    inner = [index for index in panel.opening.open_blocks if index and not graph.child_blocks[index]]

    def after(change: Callable[[], object]) -> float:
        def work() -> None:
            change()
            finish(app, panel)

        return cpu_ms(work)

    def tries(change: Callable[[], object], count: int) -> dict[str, float]:
        return {str(number): min(after(change) for _ in range(2)) for number in range(count)}

    chosen = ("block", inner[len(inner) // 2])
    tell("open or close one among all that are open", tries(lambda: panel.opening.toggle(chosen), 8), "<= 16")
    view.reveal(chosen)
    app.processEvents()
    tell("the same where it is seen", tries(lambda: panel.opening.toggle(chosen), 8), "<= 16")
    view.fit()
    app.processEvents()
    tell("whole graph repainted (fit)", tries(view.viewport().repaint, 20), "<= 16")
    for zoom in (1.0, 0.35, 0.1):
        view.set_zoom(zoom)
        view.look_at(QPointF(whole.width / 2, whole.height / 3))
        app.processEvents()
        tell(f"moved by 7 pixels at {zoom:.0%}", tries(lambda: view.scroll_by(0, 7), 40), "<= 2")
    view.set_zoom(1.0)
    zoomed = {
        f"at {view.zoom:.2f}": after(lambda by=step: view.set_zoom(view.zoom * by, QPointF(600, 400)))
        for step in [1 / 1.08] * 60 + [1.08] * 60
    }
    tell("one step of zoom, 100 % to 1 % and back", zoomed, "p95 <= 10")


if __name__ == "__main__":
    main()
