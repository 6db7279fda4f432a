"""Aligning and comparing graphs: `python -m tests.benchmarks.compare [NAME,NAME[,NAME...] ...] [--repeat N]`.

For each group of networks the number of layers, and how long it takes to align the largest pair and to compare all with
the first, sentences included: medians of processor time in ms. What the window does of this runs on a worker.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

from explorer.graph import shipped
from explorer.graph.compare.align import align
from explorer.graph.compare.stages import compare
from explorer.graph.model import LayerGraph
from tests.benchmarks.machine import description

AIM_MS = 200
GROUPS = (
    "lenet,alexnet",
    "resnet18,resnet18_preact",
    "vgg11,nin",
    "googlenet,torchvision/inception_v3",
    "torchvision/densenet201,torchvision/resnet152",
    "torchvision/densenet201,torchvision/efficientnet_b7",
    "torchvision/densenet201,torchvision/resnet152,torchvision/inception_v3,torchvision/efficientnet_b7",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", default=GROUPS, metavar="NAME,NAME")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    print(description())
    print(f"\n{'':<70} {'layers':>18} {'align':>7} {'compare':>8}   aim {AIM_MS}")
    for group in args.groups:
        graphs = [_graph(name) for name in group.split(",")]
        of_all = _ms(lambda graphs=graphs: compare(graphs), args.repeat)  # type: ignore[misc]
        largest = max(graphs[1:], key=lambda graph: len(graph.nodes))
        of_one = _ms(lambda graphs=graphs, other=largest: align(graphs[0], other), args.repeat)  # type: ignore[misc]
        counts = "/".join(str(len(graph.nodes)) for graph in graphs)
        print(f"{group.replace('torchvision/', ''):<70} {counts:>18} {of_one:>7.1f} {of_all:>8.1f}")


def _graph(name: str) -> LayerGraph:
    graph = shipped.load(name)
    if graph is None:
        raise SystemExit(f"There is no graph of {name!r}.")
    return graph


def _ms(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        work()
        times.append((time.process_time() - begin) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
