"""Training against other ways to train: `python -m tests.benchmarks.training [--nets NAME ...] [--seconds S]`.

In turns of `--turn` seconds: (a) the lecture's way, a DataLoader that resizes each image and the
lecture's loop; (b) PyTorch Lightning as it comes, with the lecture's DataLoader and with this program's batches;
(c) a bare loop over this program's batches; (d) a run of this program, recorded as always. The last two share a
process and all its settings, precision too; (a) and (b) have one of their own, with what torch does by itself. Images
per second are medians over the turns, by processor time (of all threads) on the CPU and by the clock on a GPU or with
`--wall`.
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
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import torch

from explorer.training import device as devices
from tests.benchmarks import limits, machine, rivals
from tests.benchmarks.rivals import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.rivals import Work

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


class Elsewhere:
    """Contenders in a process of their own, which take their turns when they are told to."""

    def __init__(self, case: Case, args: argparse.Namespace) -> None:
        line = [sys.executable, "-m", "tests.benchmarks.training", "--serve", "--nets", case.architecture]
        line += ["--batch", str(case.batch_size), "--threads", str(args.threads), "--device", args.device]
        line += ["--workers", str(args.workers), "--turn", str(args.turn), "--ways", args.ways or ""]
        line += ["--images", str(args.images)] * bool(args.images) + ["--wall"] * args.wall
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.rates: dict[str, list[float]] = {}

    def take_turns(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        for title, rate in json.loads(self._process.stdout.readline()).items():
            self.rates.setdefault(title, []).append(rate)

    def end(self) -> None:
        self._process.communicate()


def serve(case: Case, args: argparse.Namespace, device: torch.device) -> None:
    """Takes a turn of each foreign way for every line that comes in, and answers with their rates."""
    clock = Clock(device, args.wall or device.type != "cpu")
    answers = sys.stdout
    with silence():
        data = rivals.images(case, args.images or max(40 * case.batch_size, 2048))
        found = started(
            {
                "lecture": lambda: rivals.lecture(case, data, device, args.workers),
                "Lightning": lambda: rivals.lightning(case, data, device, workers=args.workers),
                "Lightning, our batches": lambda: rivals.lightning(case, data, device, workers=0, own_batches=True),
            },
            args,
        )
        for _ in sys.stdin:
            for contender in found:
                contender.take_turn(args.turn, clock)
            answers.write(json.dumps({contender.title: contender.rates[-1] for contender in found}) + "\n")
            answers.flush()
    os._exit(0)  # threads of others need not be waited for


def started(ways: dict[str, Callable[[], Work | None]], args: argparse.Namespace) -> list[Contender]:
    """Those that are wanted and installed, warm."""
    wanted = {name.strip() for name in args.ways.split(",")} if args.ways else set(ways)
    made = {title: make() for title, make in ways.items() if title in wanted}
    found = [Contender(title, work) for title, work in made.items() if work is not None]
    for contender in found:
        counted = 0
        while counted < WARM_UP:
            counted += next(contender.work) is not None
    return found


def compare(case: Case, args: argparse.Namespace, device: torch.device) -> dict[str, float]:
    """Images a second of each way."""
    clock = Clock(device, args.wall or device.type != "cpu")
    elsewhere = Elsewhere(case, args)
    with tempfile.TemporaryDirectory() as root:
        data = rivals.images(case, args.images or max(40 * case.batch_size, 2048))
        mine = rivals.ours(case, data, device, precision=args.precision, speed=args.speed, root=Path(root))
        first = started({"ours": lambda: mine}, args)  # says in which precision
        precision, is_last = mine.precision, rivals.is_channels_last(case, device)

        def bare() -> Work:
            return rivals.bare(case, data, device, precision=precision, channels_last=is_last)

        found = [*first, *started({"bare": bare, "bare again": bare}, args)]
        try:
            rounds = 0
            while rounds * args.turn < args.seconds:
                rounds += 1
                for contender in found:
                    contender.take_turn(args.turn, clock)
                elsewhere.take_turns()
        finally:
            for contender in found:
                contender.work.close()  # type: ignore[attr-defined]
            elsewhere.end()
    foreign = {title: median(rates) for title, rates in elsewhere.rates.items()}
    return {contender.title: contender.typical for contender in found} | foreign


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
    if args.serve:
        found = [case for case in CASES if case.architecture in args.nets]
        serve(reduced(found[0], device, args.batch), args, device)
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
        limits.report(cases, device, devices.precision_for(args.precision, device))


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
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--window", action="store_true", help="what the window costs instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
