"""Walks through the whole window and lists the longest pieces of its event loop.

    python -m tests.benchmarks.whole_window [--walks 2] [--least 5] [--only WORDS] [--why]

Offscreen, in processor time of the window's thread. A piece is what one click does, or what is done between two looks
at the events after it; a user who clicks meanwhile waits for its end. The first walk finds everything unmade, the next
ones everything as it is after an hour of work. `--why` runs a profiler, and tells what the longest pieces consist of;
the times are longer then.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from explorer import catalogue, paths
from explorer.app import create_window
from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail
from explorer.gui.main_window import MainWindow
from explorer.gui.panels.labs.page import PAGES
from explorer.gui.tour.hands import Hands
from explorer.runs.folder.names import EVALUATIONS
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.benchmarks.evaluation_page import answers
from tests.benchmarks.machine import description
from tests.gui.recorded_runs import plan, recorded

RUNS, EPOCHS = 40, 6
NETWORKS = ("lenet_bn", "googlenet", "densenet", "torchvision/resnet152", "torchvision/efficientnet_b7")
TABS = ("layer", "filters", "statistics", "attribution", "maps")
QUIET = 25  # looks at the events in a row that took nothing, of 4 ms each: it is over
IDLE_MS = 0.5

Act = Callable[[], object]
Step = tuple[str, Act] | tuple[str, Act, Act]  # a name, what is done, and what holds when it is over


class Walk:
    """Takes steps one after the other and keeps the longest piece of each.

    Attributes:
        found: For each step what the click took, and the longest piece after it, in ms.
    """

    def __init__(self, *, is_profiled: bool) -> None:
        self.found: dict[str, tuple[float, float]] = {}
        self._is_profiled = is_profiled
        self.profiles: dict[str, tuple[float, cProfile.Profile]] = {}

    def take(self, name: str, act: Act, is_over: Act | None = None) -> None:
        """Without `is_over` it is over as soon as nothing happens any more."""
        click = self._piece(name, act)
        longest, quiet = 0.0, 0
        end = time.monotonic() + (30 if is_over else 8)
        while time.monotonic() < end and not (is_over() if is_over else quiet >= QUIET):
            took = self._piece(name, QApplication.processEvents)
            longest, quiet = max(longest, took), 0 if took > IDLE_MS else quiet + 1
            time.sleep(0.004)
        self.found[name] = (click, longest)

    def _piece(self, name: str, act: Act) -> float:
        profile = cProfile.Profile(time.thread_time) if self._is_profiled else None
        begun = time.thread_time()
        if profile is None:
            act()
        else:
            profile.runcall(act)
        took = 1000 * (time.thread_time() - begun)
        if profile is not None and took > self.profiles.get(name, (0.0, None))[0]:
            self.profiles[name] = (took, profile)
        return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=2)
    parser.add_argument("--least", type=float, default=5.0, help="leave out shorter pieces, in ms")
    parser.add_argument("--only", default="", help="tell only of the steps with this in their names")
    parser.add_argument("--why", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["CNN_EXPLORER_HOME"] = home
        fill(Store(paths.runs()))
        app, window = create_window([])
        window.resize(1440, 900)
        window.show()
        hands = Hands(app, window, Path(home))
        hands.wait("torch", lambda: window.state.is_ready, 180)
        hands.wait("the activations", lambda: window.state.insight, 60)
        hands.rest(3)
        print(description())
        for number in range(args.walks):
            walk = Walk(is_profiled=args.why)
            for step in steps(hands):
                walk.take(*step)
            report(walk, args, "first walk" if number == 0 else f"walk {number + 1}")
        window.close()


def report(walk: Walk, args: argparse.Namespace, title: str) -> None:
    pieces = [(took, name, "click") for name, (took, _) in walk.found.items()]
    pieces += [(took, name, "after it") for name, (_, took) in walk.found.items()]
    print(f"\n{title}: {len(walk.found)} steps, pieces over 10 ms: {sum(took > 10 for took, _, _ in pieces)}")
    for took, name, when in sorted(pieces, reverse=True):
        if took >= args.least and args.only in name:
            print(f"{took:8.1f} ms  {name} ({when})")
    for name, (took, profile) in walk.profiles.items():
        if args.only in name and took >= args.least:
            print(f"\n--- {name}: {took:.1f} ms with the profiler")
            pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(30)
    sys.stdout.flush()


def fill(store: Store) -> None:
    """Runs as they are after some days: all with curves, the newest tested after each epoch."""
    for seed in range(RUNS):
        record = store.create(plan(EPOCHS, "mnist" if seed % 2 else "digits", catalogue.find("lenet").default_choice()))
        recorder = store.recorder(record.id)
        for event in [*recorded(record.id, epochs=EPOCHS, steps_per_epoch=200, seed=seed), Finished(record.id)]:
            recorder.append(event)
        recorder.close()
    tests = store.folder(record.id) / EVALUATIONS
    tests.mkdir(exist_ok=True)
    for epoch in range(1, EPOCHS + 1):
        (tests / f"epoch-{epoch:05d}.npz").write_bytes(answers(epoch).to_bytes())
    store.close()


# -- what a user does ---------------------------------------------------------------------------------------------


def steps(hands: Hands) -> list[Step]:
    window = hands.window
    return [
        *inspecting(hands),
        *training(hands),
        *exploring(hands),
        *labs(hands),
        *comparing(hands),
        *dialogs(hands),
        *appearance(hands),
        *resizing(window),
    ]


def inspecting(hands: Hands) -> list[Step]:
    window, state = hands.window, hands.state
    tabs = [(f"inspector: {name}", lambda name=name: window.inspector.show_tab(name)) for name in TABS]
    return [
        *tabs,
        ("inspector: select a layer", lambda: hands.click_node("Conv2d")),
        ("inspector: select another", lambda: hands.click_node("Linear")),
        *[(f"{name}, of a layer", act) for name, act in tabs],
        ("inspector: enlarge a map", lambda: window.inspector.maps.enlarge(0)),
        ("inspector: all maps", window.inspector.maps.show_all),
        ("inspector: a photograph", lambda: hands.drop(window.inspector.image.well, _photo())),
        ("state: nothing selected", lambda: state.select(None)),
    ]


def _photo() -> Path:
    return paths.resources() / "samples" / "cat.jpg"


def training(hands: Hands) -> list[Step]:
    window = hands.window
    panel, state = window.training, window.state
    times: list[float] = []

    def goes_on() -> bool:
        """Three seconds after the first step."""
        history = state.history(state.training)
        if history is not None and history.step and not times:
            times.append(time.monotonic())
        return bool(times) and time.monotonic() > times[0] + 3

    def select(row: int) -> None:
        panel.runs.view.setCurrentIndex(panel.runs.view.model().index(row, 1))

    return [
        ("dock: the runs", lambda: hands.click("runsTab")),
        ("dock: select a run", lambda: select(3)),
        ("dock: select another", lambda: select(12)),
        ("dock: find runs", lambda: panel.runs.bar.filter.setText("mnist")),
        ("dock: all runs", panel.runs.bar.filter.clear),
        ("dock: the curves", lambda: hands.click("curvesTab")),
        ("dock: more settings", lambda: hands.click("moreButton")),
        ("dock: settings closed", _close_popups),
        ("train: begin, and three seconds", lambda: hands.click("startButton"), goes_on),
        ("train: stop", lambda: hands.click("stopButton"), lambda: state.training is None),
        ("train: is over", lambda: None),
    ]


def exploring(hands: Hands) -> list[Step]:
    window, state, graph = hands.window, hands.state, hands.window.graph
    found: list[Step] = []
    for name in NETWORKS:
        choice = catalogue.find(name).default_choice()
        found.append((f"open: {name}", lambda choice=choice: state.set_choice(choice)))
    found += [(f"graph: {detail}", lambda detail=detail: graph.set_detail(detail)) for detail in Detail]
    found += [(f"graph: colour by {by}", lambda by=by: graph.colour_by(by)) for by in ColourBy]
    return [
        *found,
        ("graph: the table", lambda: graph.show_page("table")),
        ("graph: the graph again", lambda: graph.show_page("graph")),
        ("graph: find", lambda: QTest.keyClicks(hands.find(QWidget, "findLayer"), "conv")),
        ("graph: find nothing", lambda: hands.window.graph.tools.search.clear()),
        ("graph: whole", graph.view.fit),
        ("list: find", lambda: QTest.keyClicks(hands.find(QWidget, "architectureSearch"), "res")),
        ("list: all", lambda: hands.window.findChild(QWidget, "architectureSearch").clear()),
        ("open: lenet", lambda: state.set_choice(catalogue.find("lenet").default_choice())),
        ("header: menu", lambda: _pop_up(window.commands.menu)),
        ("header: menu closed", _close_popups),
    ]


def labs(hands: Hands) -> list[Step]:
    window = hands.window
    pages = [(f"labs: {entry.name}", lambda name=entry.name: window.workspaces.show_lab(name)) for entry in PAGES]
    return [
        ("labs: open", lambda: hands.switch("workspaceSwitch", "labs")),
        *pages,
        *[(f"{name} again", act) for name, act in pages],
        ("labs: explore again", lambda: hands.switch("workspaceSwitch", "explore")),
    ]


def comparing(hands: Hands) -> list[Step]:
    window = hands.window

    def set_side(name: str) -> None:
        compare = window.workspaces.compare
        assert compare is not None
        compare.right.state.set_choice(catalogue.find(name).default_choice())

    return [
        ("compare: open", lambda: hands.switch("workspaceSwitch", "compare")),
        ("compare: with alexnet", lambda: set_side("alexnet")),
        ("compare: with resnet18", lambda: set_side("resnet18")),
        ("compare: explore again", lambda: hands.switch("workspaceSwitch", "explore")),
        ("compare: once more", lambda: hands.switch("workspaceSwitch", "compare")),
        ("compare: explore once more", lambda: hands.switch("workspaceSwitch", "explore")),
    ]


def dialogs(hands: Hands) -> list[Step]:
    window = hands.window
    found: list[Step] = []
    for action in ("app.palette", "app.shortcuts", "app.first_steps", "app.about", "graph.export"):
        found.append((f"dialog: {action}", window.commands[action].trigger))
        if action == "graph.export":
            found += [(f"dialog: export {kind}", lambda kind=kind: _kind(window, kind)) for kind in ("figure", "table")]
        found.append((f"dialog: {action} closed", lambda: _close_dialogs(window)))
    return found


def _kind(window: MainWindow, kind: str) -> None:
    from explorer.gui.dialogs.export import ExportDialog

    dialog = window.findChild(ExportDialog)
    QTest.mouseClick(dialog.kinds.button(kind), Qt.MouseButton.LeftButton)


def appearance(hands: Hands) -> list[Step]:
    return [
        ("theme: light", lambda: hands.click("themeButton")),
        ("theme: dark", lambda: hands.click("themeButton")),
        ("language: the other", lambda: hands.click("languageButton")),
        ("language: back", lambda: hands.click("languageButton")),
    ]


def resizing(window: MainWindow) -> list[Step]:
    sizes = ((1600, 1000), (1280, 800), (1000, 640), (1920, 1080), (1440, 900))
    found: list[Step] = [(f"window: {w}x{h}", lambda w=w, h=h: window.resize(w, h)) for w, h in sizes]
    for name in ("left", "right", "bottom"):
        action = window.commands[f"panel.{name}"]
        found += [(f"panel: {name} away", action.trigger), (f"panel: {name} back", action.trigger)]
    return found


def _pop_up(menu: QMenu) -> None:
    menu.popup(QPoint(200, 100))


def _close_popups() -> None:
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def _close_dialogs(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.close()


if __name__ == "__main__":
    main()
