"""How long the graph panel takes, in processor time of the whole process: `python -m tests.benchmarks.graph_view`.

Picking: from a shipped graph that is read from its file to the painted first view, for every known architecture. The
rest is measured on one large graph with every operation in sight (EfficientNet-B7 unless another name is given).
Offscreen, 1400x900.
"""

import gc
import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.graph import shipped
from explorer.graph.layout import layout
from explorer.graph.picture import Picture
from explorer.graph.views import Detail, open_blocks
from explorer.gui import theme
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import AppState
from explorer.gui.widgets.graph_colouring import ColourBy, Colouring
from explorer.gui.widgets.graph_sheet import Sheet
from tests.benchmarks.machine import description


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
    picking(app, panel)
    large(app, panel, sys.argv[1] if len(sys.argv) > 1 else "torchvision/efficientnet_b7")
    panel.close_services()


def cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def tell(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    middle, high = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
    print(f"{name:<34} least {ordered[0]:6.1f}   median {middle:6.1f}   p95 {high:6.1f}   most {ordered[-1]:6.1f} ms")


def finish(app: QApplication, panel: GraphPanel) -> None:
    while panel.opening.is_busy:
        time.sleep(0.0005)
        app.processEvents()
    app.processEvents()


def picking(app: QApplication, panel: GraphPanel) -> None:
    def pick(name: str) -> None:
        panel._state.set_graph(shipped.load(name))
        finish(app, panel)

    pick("lenet")  # the first painting of a process loads fonts
    tell("pick to painted, all shipped", [cpu_ms(lambda n=name: pick(n)) for name in catalogue.cards()])


def large(app: QApplication, panel: GraphPanel, name: str) -> None:
    graph, view = shipped.load(name), panel.view
    assert graph is not None
    panel._state.set_graph(graph)
    finish(app, panel)
    opened = open_blocks(graph, Detail.OPERATIONS)
    pictures = []
    tell("layout of every operation", [cpu_ms(lambda: pictures.append(layout(graph, opened))) for _ in range(7)])
    whole = pictures[0]
    print(f"{name}: {len(whole.boxes)} boxes, {len(whole.frames)} frames, {len(whole.wires)} wires")

    def build() -> None:
        view.begin(Sheet(graph, Colouring(graph, ColourBy.TYPE)))
        view.draw(whole)

    panel.opening.set_detail(Detail.OPERATIONS)
    finish(app, panel)
    tell("scene taken down and built", [cpu_ms(build) for _ in range(9)])

    def after(change: Callable[[], object]) -> float:
        return cpu_ms(lambda: (change(), app.processEvents()))

    view.fit()
    app.processEvents()
    tell("whole graph repainted", [cpu_ms(view.viewport().repaint) for _ in range(20)])
    for zoom in (1.0, 0.35, 0.1):
        view.set_zoom(zoom)
        view.look_at(QPointF(whole.width / 2, whole.height / 3))
        app.processEvents()
        tell(f"moved by 7 pixels at {zoom:.0%}", [after(lambda: view.scroll_by(0, 7)) for _ in range(60)])
    view.set_zoom(1.0)
    steps = [1 / 1.08] * 60 + [1.08] * 60
    zoomed = [after(lambda by=step: view.set_zoom(view.zoom * by, QPointF(600, 400))) for step in steps]
    tell("one step of zoom, 100 % to 1 %", zoomed)
    opening(app, panel, whole, opened)


def opening(app: QApplication, panel: GraphPanel, whole: Picture, opened: frozenset[int]) -> None:
    graph = panel.view.graph_scene.sheet.graph
    panel.view.show_top()
    app.processEvents()
    toggled = [index for index in graph.child_blocks[graph.child_blocks[0][0]] if graph.child_blocks[index]][1]
    both = [layout(graph, opened - {toggled}), whole]

    def draw(picture: Picture) -> None:
        panel._on_drawn(picture, toggled)
        app.processEvents()

    tell("open or close, without layout", [cpu_ms(lambda p=both[i % 2]: draw(p)) for i in range(20)])


if __name__ == "__main__":
    main()
