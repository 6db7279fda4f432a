"""Training against other ways to train: `python -m tests.benchmarks.training [--nets NAME ...] [--seconds S]`.

In turns of `--turn` seconds, each round beginning with another: (a) the lecture's way, a DataLoader that resizes each
image and the lecture's loop; (b) PyTorch Lightning as it comes, with the lecture's DataLoader and with this program's
batches; (c) a bare loop over this program's batches, twice, which tells how far chance goes; (d) a run of this program,
recorded as always. The last two share a process and all its settings, precision too; (a) and (b) have one each, with
what torch does by itself, and are left out where they do not answer in `--limit` seconds. Images per second are medians
over the turns, by processor time (of all threads) on the CPU and by the clock on a GPU or with `--wall`. A network has
`--seconds` for each way, in three rounds at least, and no more rounds after `--most` seconds on the clock.

With `--keep FILE` each row is kept as soon as it is done, and taken from there the next time.

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
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from explorer.training import device as devices
from tests.benchmarks import limits, machine, rivals
from tests.benchmarks.contenders import Clock, Elsewhere, Here, compete, serve, typical
from tests.benchmarks.rivals import Case

if TYPE_CHECKING:
    from explorer.data.split import Dataset
    from tests.benchmarks.contenders import Contender

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
OWN = ("ours", "bare", "bare again")
FOREIGN = ("lecture", "Lightning", "Lightning with our batches")
LEAST_ROUNDS = 3


def serve_foreign(title: str, case: Case, args: argparse.Namespace, device: torch.device) -> None:
    """A foreign way, in the process that was started for it."""
    with silence():
        data = images_for(case, args)
        if title == "lecture":
            work = rivals.lecture(case, data, device, args.workers)
        else:
            is_mine = title != "Lightning"
            found = rivals.lightning(case, data, device, workers=0 if is_mine else args.workers, own_batches=is_mine)
            work = found  # type: ignore[assignment]
        serve(title, work, clock_for(device, args))
    os._exit(0)  # threads of others need not be waited for


def foreign(title: str, case: Case, number: int, args: argparse.Namespace) -> Elsewhere:
    line = [sys.executable, "-m", "tests.benchmarks.training", "--serve", title, "--case", str(number)]
    line += ["--batch", str(case.batch_size), "--threads", str(args.threads), "--device", args.device]
    line += ["--workers", str(args.workers)]
    line += ["--images", str(args.images)] * bool(args.images) + ["--wall"] * args.wall
    return Elsewhere(title, line, args.limit)


def compare(case: Case, number: int, args: argparse.Namespace, device: torch.device) -> dict[str, float | None]:
    """Images a second of each way; None for one that did not answer."""
    clock, wanted = clock_for(device, args), ways(args)
    with tempfile.TemporaryDirectory() as root, contextlib.ExitStack() as stack:
        afar = [foreign(title, case, number, args) for title in FOREIGN if title in wanted]
        for other in afar:
            stack.callback(other.end)
        data = images_for(case, args)
        mine = rivals.ours(case, data, device, precision=args.precision, speed=args.speed, root=Path(root))
        stack.callback(mine.close)
        found: list[Contender] = [Here("ours", mine, clock)]  # which says in which precision
        precision, is_last = mine.precision, rivals.is_channels_last(case, device)
        for title in OWN[1:]:
            if title in wanted:
                bare = rivals.bare(case, data, device, precision=precision, channels_last=is_last)
                found.append(Here(title, bare, clock))
        for other in afar:
            other.wait_until_warm()
        found += afar
        found = [way for way in found if way.title in wanted and way.trouble is None]
        compete(found, turn=args.turn, seconds=args.seconds, least=LEAST_ROUNDS, most_seconds=args.most)
        rates = {way.title: typical(way) for way in found}
    return {title: rates.get(title) for title in wanted}


def ways(args: argparse.Namespace) -> tuple[str, ...]:
    asked = {name.strip() for name in args.ways.split(",")} if args.ways else {*OWN, *FOREIGN}
    return tuple(title for title in (*OWN, *FOREIGN) if title in asked)


def clock_for(device: torch.device, args: argparse.Namespace) -> Clock:
    return Clock(device, args.wall or device.type != "cpu")


def images_for(case: Case, args: argparse.Namespace) -> Dataset:
    return rivals.images(case, args.images or max(40 * case.batch_size, 2048))


class Kept:
    """Rates of networks that were measured before, in a file of one line of JSON each."""

    def __init__(self, path: Path | None, args: argparse.Namespace) -> None:
        self._path = path
        self._how = [args.threads, args.device, args.precision, args.speed, args.workers, args.images, args.wall]
        self._found: dict[str, dict[str, float | None]] = {}
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                kept = json.loads(line)
                if kept["how"] == self._how:
                    self._found[kept["network"]] = kept["rates"]

    def rates_of(self, case: Case, wanted: tuple[str, ...]) -> dict[str, float | None] | None:
        """None where a way was not measured."""
        rates = self._found.get(self._name(case), {})
        return {title: rates[title] for title in wanted} if set(wanted) <= set(rates) else None

    def add(self, case: Case, rates: dict[str, float | None]) -> None:
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(json.dumps({"network": self._name(case), "how": self._how, "rates": rates}) + "\n")

    def _name(self, case: Case) -> str:
        return f"{case.title}, batch {case.batch_size}"


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
        serve_foreign(args.serve, reduced(CASES[args.case], device, args.batch), args, device)
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{machine.description()}; {devices.describe(str(device)).en}, {args.threads} threads{busy}\n")
    cases, wanted, kept = [], ways(args), Kept(args.keep, args)
    ratios = [title for title in wanted if title != "ours"] if "ours" in wanted else []
    row(["network", "batch", *(f"{title}, images/s" for title in wanted), *(f"ours / {title}" for title in ratios)])
    row(["---", *["---:"] * (1 + len(wanted) + len(ratios))])
    for number, full in enumerate(CASES):
        if args.nets and full.architecture not in args.nets:
            continue
        cases.append(case := reduced(full, device, args.batch))
        rates = kept.rates_of(case, wanted)
        if rates is None:
            rates = compare(case, number, args, device)
            kept.add(case, rates)
        cells = [words(rates[title], ".0f") for title in wanted]
        cells += [words(share(rates["ours"], rates[title]), ".3f") for title in ratios]
        row([case.title, str(case.batch_size), *cells])
    if not args.no_bounds:
        limits.report(cases, device, devices.precision_for(args.precision, device))


def reduced(case: Case, device: torch.device, batch: int | None) -> Case:
    """`case` with a batch size that the device gets through in seconds."""
    size = batch or (min(case.batch_size, CPU_BATCH[case.side]) if device.type == "cpu" else case.batch_size)
    every = case.every if device.type == "cpu" else 20
    return Case(case.title, case.architecture, case.side, size, case.channels, case.source, case.settings, every)


def share(mine: float | None, other: float | None) -> float | None:
    return None if mine is None or other is None else mine / other


def words(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nets", nargs="*", metavar="NAME", help="architectures; without, all of the lectures'")
    parser.add_argument("--seconds", type=float, default=8.0, help="counted, for each way of each network (8)")
    parser.add_argument("--turn", type=float, default=0.5, help="seconds of a turn (0.5)")
    parser.add_argument("--most", type=float, default=120.0, help="seconds on the clock for all rounds (120)")
    parser.add_argument("--limit", type=float, default=180.0, help="seconds for a turn of a process (180)")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keeps each row, and takes from there what it has")
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
    parser.add_argument("--serve", metavar="WAY", help=argparse.SUPPRESS)
    parser.add_argument("--case", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--window", action="store_true", help="what the window costs instead")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
