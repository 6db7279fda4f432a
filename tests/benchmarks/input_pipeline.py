"""Batches as this program makes them against the lecture's way: `python -m tests.benchmarks.input_pipeline`.

The lecture resizes each image by Pillow and makes it a tensor, in a DataLoader (with `--workers` processes beside: by
the clock then). Ours are slices of one tensor of bytes, resized and normalised as whole batches; once more with the
images kept in their size from the second epoch on. Images per second of processor time, medians of alternating turns.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import time
from statistics import median
from typing import TYPE_CHECKING

import torch

from explorer.data.batches import Batches
from explorer.training import memory
from tests.benchmarks import machine, rivals
from tests.benchmarks.rivals import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.data.split import Dataset

CASES = (
    Case("28, grey", "lenet", 28, 256),
    Case("96 from 28, grey", "resnet18", 96, 64),
    Case("96 from 32, colour", "cifar_resnet", 96, 64, channels=3, source=32),
    Case("224 from 28, grey", "alexnet", 224, 128),
)
AIMS = {28: 10.0, 96: 4.0, 224: 1.4}
AIM_KEPT = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.4, help="of a turn (0.4)")
    parser.add_argument("--images", type=int, default=2048)
    parser.add_argument("--workers", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    memory.keep_freed()  # as a run does
    print(f"{machine.description()}, load {os.getloadavg()[0]:.1f}; images/s, one thread\n")
    print("| side | batch | lecture | ours | ratio (aim) | ours, kept | ratio (aim) |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for case in CASES:
        lecture, ours, kept = compare(case, args)
        cells = [case.title, str(case.batch_size), f"{lecture:.0f}", f"{ours:.0f}"]
        cells.append(f"{ours / lecture:.1f} ({AIMS[case.side]:g})")
        is_resized = case.source != case.side
        aim = f" ({AIM_KEPT:g})" if case.side == 96 else ""
        cells += [f"{kept:.0f}", f"{kept / lecture:.1f}{aim}"] if is_resized else ["", ""]
        print(f"| {' | '.join(cells)} |", flush=True)


def compare(case: Case, args: argparse.Namespace) -> list[float]:
    """Images a second: the lecture's way, ours, ours with resized images kept."""
    data = rivals.images(case, args.images)
    clock = time.process_time if not args.workers else time.perf_counter
    loader = rivals.loader(case, data, args.workers)
    sources = [endless(lambda epoch: iter(loader))]
    for budget in (0, 1 << 40):
        batches = batches_of(case, data, budget)
        sources.append(endless(batches.epoch))
        for _ in batches.epoch(0):  # keeps the images where that is wanted
            pass
    rates: list[list[float]] = [[] for _ in sources]
    for _ in range(args.turns):
        for source, found in zip(sources, rates, strict=True):
            began, images = clock(), 0
            while clock() - began < args.seconds:
                images += next(source)
            found.append(images / (clock() - began))
    return [median(found) for found in rates]


def batches_of(case: Case, data: Dataset, budget: int) -> Batches:
    mean, std = data.normalisation(case.channels)
    shape = case.choice.input_shape
    options = {"batch_size": case.batch_size, "input_shape": shape, "mean": mean, "std": std, "device": "cpu"}
    return Batches(data.train, **options, seed=0, shuffle=True, channels_last=True, cache_budget=budget)


def endless(epoch) -> Iterator[int]:
    """Images of batch after batch."""
    number = 0
    while True:
        for images, _ in epoch(number):
            yield len(images)
        number += 1


if __name__ == "__main__":
    main()
