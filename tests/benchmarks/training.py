"""Training against other ways to train: `python -m tests.benchmarks.training [--nets NAME ...] [--seconds S]`.

In one process, in turns of `--turn` seconds: (a) the lecture's way, a DataLoader that resizes each image and the
lecture's loop; (b) PyTorch Lightning as it comes, with the lecture's DataLoader and with this program's batches;
(c) a bare loop over this program's batches; (d) a run of this program, recorded as always. Images per second are
medians over the turns, by processor time (of all threads) on the CPU and by the clock on a GPU or with `--wall`.
Then what bounds each network: the shares of a step, and the arithmetic and memory traffic of a step against what the
device can do. `--window` measures instead what the window costs: see `tests.benchmarks.window_while_training`.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import argparse
import contextlib
import io
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import torch

from explorer.training import device as devices
from tests.benchmarks import limits, machine, rivals
from tests.benchmarks.rivals import Case, Work

CASES = (
    Case("LeNet, 28", "lenet", 28, 64, every=8),
    Case("LeNet, 28, batch 256", "lenet", 28, 256, every=2),
    Case("AlexNet, 224", "alexnet", 224, 128),
    Case("VGG-11 ratio 4, 224", "vgg11", 224, 128, settings=(("ratio", 4),)),
    Case("NiN, 224", "nin", 224, 128),
    Case("GoogLeNet, 96", "googlenet", 96, 128),
    Case("ResNet-18, 96", "resnet18", 96, 128),
    Case("DenseNet, 96", "densenet", 96, 128),
    Case("CIFAR-10 ResNet, 96", "cifar_resnet", 96, 64, channels=3, source=32),
)
CPU_BATCH = {28: 256, 96: 32, 224: 16}  # at most, by side: a step is to take seconds, not minutes
WARM_UP = 3  # values of each way that are not timed


@dataclass
class Contender:
    """One way, and how fast it was in each of its turns."""

    title: str
    work: Work
    rates: list[float] = field(default_factory=list)

    def take_turn(self, seconds: float, clock: Clock) -> None:
        """Works until `seconds` have been counted; at least one piece of work that counts."""
        images, spent = 0, 0.0
        while not images or spent < seconds:
            began = clock.read()
            done = next(self.work)
            if done is not None:
                spent += clock.read() - began
                images += done
        self.rates.append(images / spent)

    @property
    def typical(self) -> float:
        return median(self.rates)


@dataclass(frozen=True)
class Clock:
    """Processor time of the process, or the time on the clock once the device has done what it was given."""

    device: torch.device
    is_wall: bool

    def read(self) -> float:
        if not self.is_wall:
            return time.process_time()
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()


def contenders(case: Case, args: argparse.Namespace, device: torch.device, root: Path) -> list[Contender]:
    data = rivals.images(case, args.images or max(40 * case.batch_size, 2048))
    precision = devices.precision_for(args.precision, device)
    is_last = rivals.is_channels_last(case, device)
    flags = {"precision": precision, "speed": args.speed, "root": root}
    ways: dict[str, Work | None] = {
        "bare": rivals.bare(case, data, device, precision=precision, channels_last=is_last),
        "ours": rivals.ours(case, data, device, **flags),
        "lecture": rivals.lecture(case, data, device, args.workers),
        "Lightning": rivals.lightning(case, data, device, workers=args.workers),
        "Lightning, our batches": rivals.lightning(case, data, device, workers=0, own_batches=True),
        "bare again": rivals.bare(case, data, device, precision=precision, channels_last=is_last),
    }
    wanted = {name.strip() for name in args.ways.split(",")} if args.ways else set(ways)
    found = [Contender(title, work) for title, work in ways.items() if work is not None and title in wanted]
    for contender in found:
        counted = 0
        while counted < WARM_UP:
            counted += next(contender.work) is not None
    return found


def compare(case: Case, args: argparse.Namespace, device: torch.device) -> dict[str, float]:
    """Images a second of each way."""
    clock = Clock(device, args.wall or device.type != "cpu")
    with tempfile.TemporaryDirectory() as root, silence():
        found = contenders(case, args, device, Path(root))
        try:
            while len(found[0].rates) * args.turn < args.seconds:
                for contender in found:
                    contender.take_turn(args.turn, clock)
        finally:
            for contender in found:
                contender.work.close()  # type: ignore[attr-defined]
    return {contender.title: contender.typical for contender in found}


@contextlib.contextmanager
def silence():
    """Progress bars go nowhere."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def main() -> None:
    args = arguments()
    if args.window:
        from tests.benchmarks import window_while_training

        sys.argv = [sys.argv[0]]
        window_while_training.main()
        return
    torch.set_num_threads(args.threads)
    device = devices.pick(args.device)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{machine.description()}; {devices.describe(str(device)).en}, {args.threads} threads{busy}\n")
    chosen = [case for case in CASES if not args.nets or case.architecture in args.nets]
    cases = [reduced(case, device, args.batch) for case in chosen]
    is_first = True
    for case in cases:
        rates = compare(case, args, device)
        if is_first:
            row(["network", "batch", *(f"{title}, images/s" for title in rates), *(f"ours / {t}" for t in rates)])
            row(["---", *["---:"] * (1 + 2 * len(rates))])
            is_first = False
        mine = rates.get("ours", float("nan"))
        cells = [f"{rate:.0f}" for rate in rates.values()] + [f"{mine / rate:.3f}" for rate in rates.values()]
        row([case.title, str(case.batch_size), *cells])
    if not args.no_bounds:
        limits.report(cases, device, devices.precision_for(args.precision, device), args.workers)


def reduced(case: Case, device: torch.device, batch: int | None) -> Case:
    """`case` with a batch size that the device gets through in seconds."""
    size = batch or (min(case.batch_size, CPU_BATCH[case.side]) if device.type == "cpu" else case.batch_size)
    every = case.every if device.type == "cpu" else 20
    return Case(case.title, case.architecture, case.side, size, case.channels, case.source, case.settings, every)


def row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nets", nargs="*", metavar="NAME", help="architectures; without, all of the lectures'")
    parser.add_argument("--seconds", type=float, default=8.0, help="for each way of each network (8)")
    parser.add_argument("--turn", type=float, default=0.5, help="seconds of a turn (0.5)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto", help="of this program's run and the bare loop")
    parser.add_argument("--speed", default="auto", help="how this program's run is sped up")
    parser.add_argument("--batch", type=int, help="instead of the lecture's (on the CPU: at most 32 at 96, 16 at 224)")
    parser.add_argument("--images", type=int, help="training images, all noise")
    parser.add_argument("--workers", type=int, default=0, help="of the lecture's DataLoader")
    parser.add_argument("--ways", help="only these, with commas between, e.g. bare,ours")
    parser.add_argument("--wall", action="store_true", help="by the clock on the CPU too")
    parser.add_argument("--no-bounds", action="store_true", help="without what bounds each network")
    parser.add_argument("--window", action="store_true", help="what the window costs instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
