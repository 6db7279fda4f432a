"""Layer graphs against what one would take instead: `python -m tests.benchmarks.graph [NAME ...] [--zoo] [--cpu]`.

In one process, in turns, from the constructor on: this program's trace with costs, and its layout of the blocks and of
every operation; the table of torchinfo; the drawing of torchview with graphviz's `dot`. All on tensors without content
(the fastest that the others can do), or with `--cpu` the way they run by default, with weights and a real pass. Times
are medians of processor time, memory is the most that was resident over what was before, of a run that is not timed.
Prints a table in Markdown, and over all its rows the medians, 95th percentiles and largest values, and how many times
as long the others take. `--capture` instead: what following a real pass adds to it. What is not installed is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import nn

from explorer import catalogue
from explorer.graph import lazymeta, trace
from explorer.graph.layout import layout
from explorer.graph.views import Detail, open_blocks
from tests.benchmarks.machine import description, resident_mb

if TYPE_CHECKING:
    from explorer.catalogue import Choice
    from explorer.graph.model import LayerGraph

LARGE = ("resnet152", "densenet201", "inception_v3", "efficientnet_b7", "vit_b_16", "swin_t")
BELOW_ROW = 100  # levels that the peers go down: all
Work = Callable[[], float]  # gives its own time in ms


@dataclass
class Contender:
    """One way to get something; `work` gives its processor time in ms, or raises `TooLongError`."""

    title: str
    work: Work
    times: list[float] = field(default_factory=list)
    is_too_long: bool = False

    def measure_time(self) -> None:
        if not self.is_too_long:
            spent = self._run()
            if spent is not None:
                self.times.append(spent)

    def _run(self) -> float | None:
        gc.collect()
        gc.disable()
        try:
            return self.work()
        except TooLongError:
            self.is_too_long = True
            return None
        finally:
            gc.enable()

    @property
    def typical(self) -> float:
        """The median; of what took too long, infinity."""
        return float("inf") if self.is_too_long or not self.times else median(self.times)

    def written(self, limit: float) -> str:
        return f"> {limit * 1000:.0f}" if self.is_too_long or not self.times else f"{self.typical:.1f}"


def summarise(figures: list[dict[str, float]], memory: dict[tuple[str, str], float]) -> None:
    """Of each contender the median, the 95th percentile and the largest; and the ratios of what one would take."""
    print(f"\nOver {len(figures)} networks, ms of processor time; MB are the largest:\n")
    print_row(["", "median", "95 %", "largest", "MB"])
    print_row(["---", *["---:"] * 4])
    for row in figures:
        row["cold: trace + layout"] = row["trace"] + row["layout, blocks"]
        if "dot" in row:
            row["torchview + dot"] = row["torchview"] + row["dot"]
    for title in figures[0]:
        values = sorted(row[title] for row in figures)
        most = max((size for (_, name), size in memory.items() if name == title), default=None)
        cells = [values[len(values) // 2], values[int(0.95 * (len(values) - 1))], values[-1]]
        print_row([title, *(f"{value:.1f}" for value in cells), "" if most is None else f"{most:.0f}"])
    for ours, other in (
        ("trace", "torchinfo"),
        ("cold: trace + layout", "torchview"),
        ("cold: trace + layout", "torchview + dot"),
    ):
        if other in figures[0]:
            ratios = [row[other] / row[ours] for row in figures]
            print(
                f"\n{other} takes {median(ratios):.1f} times as long as {ours} (median of the ratios; "
                f"{min(ratios):.1f} to {max(ratios):.1f})",
                flush=True,
            )


def compare_captures(names: list[str], repeat: int) -> None:
    """Seconds of a plain pass of one image, and how many times that a followed one takes, and one that keeps all."""
    from explorer.inspection.capture import LIMIT_BYTES, Keeper

    print_row(["network", "nodes", "plain pass, ms", "followed, times", "all outputs kept, times"])
    print_row(["---", *["---:"] * 4])
    ratios: list[tuple[float, float]] = []
    for name in names:
        choice = catalogue.find(name).default_choice()
        model, images = catalogue.build(choice).eval(), torch.randn(1, *choice.input_shape)
        seen: list[str] = []
        works: list[Callable[[], object]] = [
            lambda model=model, images=images: model(images),
            lambda model=model, images=images: trace.run(model, images, lambda *_: None),
            lambda model=model, images=images: trace.run(model, images, Keeper(LIMIT_BYTES)),
        ]
        times: list[list[float]] = [[], [], []]
        with torch.no_grad():
            trace.run(model, images, lambda path, _, seen=seen: seen.append(path))
            for _ in range(max(repeat, 3) * 3):
                for work, spent in zip(works, times, strict=True):
                    spent.append(timed(work))
        plain, followed, kept = (median(spent) for spent in times)
        ratios.append((followed / plain, kept / plain))
        print_row([choice.architecture, str(len(seen)), f"{plain:.2f}", f"{ratios[-1][0]:.2f}", f"{ratios[-1][1]:.2f}"])
    print(f"\nmedian {median(r[0] for r in ratios):.2f} followed, {median(r[1] for r in ratios):.2f} kept")


class TooLongError(Exception):
    """It was given up."""


def peak_mb(work: Callable[[], object]) -> float:
    """The most resident memory of `work` over what was there before, in a process forked off for it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        base = resident_mb()
        with contextlib.suppress(TooLongError):
            work()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        os.write(writer, f"{max(most - base, 0):.1f}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        answer = told.read()
    os.waitpid(child, 0)
    return float(answer)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="architectures; without any, the lecture networks and six large ones")
    parser.add_argument("--zoo", action="store_true", help="all 80 models of torchvision")
    parser.add_argument("--capture", action="store_true", help="what following a real pass adds to it")
    parser.add_argument("--alone", action="store_true", help="without the others")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--cpu", action="store_true", help="the others with weights and a real pass")
    parser.add_argument("--dot-limit", type=float, default=60.0, help="seconds after which dot is ended")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    warnings.simplefilter("ignore")  # the peers' own
    catalogue.load_all()
    lectures = [name for name, card in catalogue.cards().items() if card.family == catalogue.LECTURE]
    zoo = [name for name, card in catalogue.cards().items() if card.family == catalogue.ZOO]
    names = args.names or (zoo if args.zoo else [*lectures, *(f"torchvision/{name}" for name in LARGE)])
    if args.capture:
        compare_captures(names, args.repeat)
        return
    peers = [name for name in ("torchinfo", "torchview") if importlib.util.find_spec(name) and not args.alone]
    for missing in {"torchinfo", "torchview"} - set(peers) if not args.alone else ():
        print(f"{missing} is not installed: left out (pip install '.[bench]').", file=sys.stderr)
    has_dot = shutil.which("dot") is not None
    if not has_dot:
        print("graphviz's dot is not installed: left out.", file=sys.stderr)
    print(f"{description()}; median of {args.repeat}, others on {'cpu' if args.cpu else 'meta'}\n")
    for contender in contenders_of(catalogue.find("lenet").default_choice(), args, peers, has_dot):
        contender.measure_time()  # warms everything up
    choices = [catalogue.find(name).default_choice() for name in names]
    memory = {  # before the process has grown
        (choice.architecture, contender.title): peak_mb(contender.work)
        for choice in choices
        for contender in contenders_of(choice, args, peers, False)
        if "layout" not in contender.title
    }
    figures: list[dict[str, float]] = []
    for number, choice in enumerate(choices):
        contenders = contenders_of(choice, args, peers, has_dot)
        cells = compare(choice, contenders, args, memory)
        if number == 0:
            print_row(list(cells))
            print_row(["---"] + ["---:"] * (len(cells) - 1))
        print_row(list(cells.values()))
        figures.append({contender.title: contender.typical for contender in contenders})
    summarise(figures, memory)


def print_row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def compare(
    choice: Choice, contenders: list[Contender], args: argparse.Namespace, memory: dict[tuple[str, str], float]
) -> dict[str, str]:
    """One row of the table, by its heads."""
    for _ in range(args.repeat):
        for contender in contenders:
            contender.measure_time()
    graph = trace.graph_of(choice)
    edges = sum(1 for _ in graph.edges())
    cells = {"network": choice.architecture.split("/")[-1], "nodes / edges": f"{len(graph.nodes)} / {edges}"}
    for contender in contenders:
        cells[f"{contender.title}, ms"] = contender.written(args.dot_limit)
        if (choice.architecture, contender.title) in memory:
            cells[f"{contender.title}, MB"] = f"{memory[choice.architecture, contender.title]:.0f}"
    return cells


def contenders_of(choice: Choice, args: argparse.Namespace, peers: list[str], has_dot: bool) -> list[Contender]:
    found = [
        Contender("trace", lambda: timed(lambda: trace.graph_of(choice))),
        Contender("layout, blocks", layout_of(choice, Detail.BLOCKS)),
        Contender("layout, all", layout_of(choice, Detail.OPERATIONS)),
    ]
    if "torchinfo" in peers:
        found.append(Contender("torchinfo", lambda: timed(lambda: torchinfo_table(choice, args.cpu))))
    if "torchview" in peers:
        found.append(Contender("torchview", lambda: timed(lambda: torchview_graph(choice, args.cpu))))
        if has_dot:
            found.append(Contender("dot", dot_of(choice, args.dot_limit)))
    return found


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def layout_of(choice: Choice, detail: Detail) -> Work:
    graphs: list[LayerGraph] = []

    def work() -> float:
        if not graphs:
            graphs.append(trace.graph_of(choice))
        opened = open_blocks(graphs[0], detail)
        return timed(lambda: layout(graphs[0], opened))

    return work


def build(choice: Choice, has_weights: bool) -> nn.Module:
    """The model as a user of the others builds it; on meta this program's way, for torch's own fails with some."""
    if has_weights:
        return catalogue.build(choice)
    return lazymeta.build_on_meta(lambda: catalogue.build(choice))


def images(choice: Choice, has_weights: bool) -> torch.Tensor:
    return torch.zeros((1, *choice.input_shape), device="cpu" if has_weights else "meta")


def torchinfo_table(choice: Choice, has_weights: bool) -> str:
    import torchinfo

    device = "cpu" if has_weights else "meta"
    size = tuple(images(choice, has_weights).shape)
    return str(
        torchinfo.summary(build(choice, has_weights), size, depth=BELOW_ROW, device=device, verbose=0, mode="eval")
    )


def torchview_graph(choice: Choice, has_weights: bool) -> Any:
    import torchview

    device = "cpu" if has_weights else "meta"
    model = build(choice, has_weights).eval()
    with torch.no_grad():
        drawn = torchview.draw_graph(
            model, images(choice, has_weights), depth=BELOW_ROW, device=device, expand_nested=True, mode="eval"
        )
    return drawn.visual_graph


def dot_of(choice: Choice, limit: float) -> Work:
    """Draws what torchview makes of the network as SVG; counts the processor time of `dot` alone."""
    sources: list[bytes] = []

    def work() -> float:
        if not sources:
            sources.append(torchview_graph(choice, False).source.encode())
        before = _children_ms()
        try:
            subprocess.run(["dot", "-Tsvg"], input=sources[0], capture_output=True, check=True, timeout=limit)
        except subprocess.TimeoutExpired as error:
            raise TooLongError from error
        return _children_ms() - before

    return work


def _children_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


if __name__ == "__main__":
    main()
