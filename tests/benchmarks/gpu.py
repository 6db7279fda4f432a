"""Every figure that a GPU is to be judged by, in one go: `python -m tests.benchmarks.gpu [--minutes 8.5] [--out FILE]`.

Made for a machine that is there for a few minutes only: it needs no window, keeps to its time, prints each row as soon
as it is known, and goes on where one of them fails. In this order:

1. what the device can do: floating point operations and bytes a second, measured;
2. exact mode: runs that were stopped and resumed have the bits of those that were not, with plain and recorded steps;
3. for each network: images a second of a run of this program as it chooses its steps, with plain and with recorded
   ones, of a bare loop with the same flags (twice: chance), of the lecture's loop and of PyTorch Lightning; shares of
   what the device can do; how long the processor takes to give the device a step, how long that computes, what share of
   the time it waits, and the most memory.

`--preset` instead trains the CIFAR-10 ResNet "as we would today" on `--data` and tells when it was over 90 %: a folder
with CIFAR-10's own files, or with its images in class folders below `train` and `test`.
`--tiny --device cpu` rehearses all of it where there is no GPU.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # as the program does

import tempfile

# Images that were read once are kept there.
os.environ.setdefault("CNN_EXPLORER_HOME", os.path.join(tempfile.gettempdir(), "cnn-explorer-benchmark"))

import argparse
import contextlib
import json
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from explorer import catalogue
from explorer.data import datasets, files
from explorer.data.cards import FOLDER_PREFIX
from explorer.runs.plan import RunPlan
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.training import device as devices
from explorer.training import presets
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded, Started
from tests.benchmarks import busy, limits, machine, rivals, training
from tests.benchmarks.contenders import Clock, Here, compete, typical
from tests.runs.digest import digest
from tests.runs.trainings import advance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.contenders import Contender
    from tests.benchmarks.rivals import Case

OWN = ("chosen", "plain", "graphs", "bare", "bare again")
IMAGES_AIM = 20_000  # images a second of the CIFAR-10 ResNet at 96 px, on one H200
SHARE_AIM = 0.95  # of the bare loop
ACCURACY_AIM, SECONDS_AIM = 0.90, 228  # of the preset
STOP_AT = 7  # steps after which a run is stopped


class Told:
    """Prints rows, and keeps them in a file as lines of JSON."""

    def __init__(self, path: Path | None, minutes: float) -> None:
        self._path, self._end = path, time.monotonic() + 60 * minutes

    @property
    def seconds_left(self) -> float:
        return self._end - time.monotonic()

    def row(self, what: str, **values: Any) -> None:
        words = "  ".join(f"{name} {_words(value)}" for name, value in values.items())
        print(f"{what}: {words}", flush=True)
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(json.dumps({"what": what, **values}, default=str) + "\n")

    @contextlib.contextmanager
    def section(self, title: str) -> Iterator[None]:
        """Where it fails, the others are told all the same."""
        began = time.monotonic()
        try:
            yield
        except Exception:  # noqa: BLE001 - the machine is not there for long
            print(f"{title} FAILED after {time.monotonic() - began:.0f} s\n{traceback.format_exc()}", flush=True)
            self.row("failed", section=title)
        else:
            print(f"  ({title}: {time.monotonic() - began:.0f} s)", flush=True)


def _words(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return "-" if value is None else str(value)


# -- exact mode -----------------------------------------------------------------------------------------------------


def exact(told: Told, device: torch.device, *, is_tiny: bool) -> None:
    settings = {"epochs": 2, "limit": 320 if is_tiny else 1280, "batch_size": 32, "exact": True, "augment": True,
                "ema_decay": 0.9, "clip_norm": 1.0, "schedule": "one-cycle", "device": str(device)}  # fmt: skip
    usual, execute.REPORT_SECONDS = execute.REPORT_SECONDS, 1e-9  # so that it can be stopped after any step
    try:
        for name in ("lenet_bn",) if is_tiny else ("lenet_bn", "resnet18", "cifar_resnet"):
            for speed in ("plain", "graphs"):
                for optimizer in ("sgd", "adamw"):
                    config = TrainConfig(**settings, optimizer=optimizer, speed=speed, lr=0.002)
                    told.row("exact", network=name, steps=speed, optimizer=optimizer, **_resumed(name, config))
    finally:
        execute.REPORT_SECONDS = usual


def _resumed(name: str, config: TrainConfig) -> dict[str, Any]:
    """Whether a run that was stopped has the bits of one that was not, and whether one that is begun again has."""
    plan = RunPlan(catalogue.find(name).default_choice(), "digits", None, config)
    with tempfile.TemporaryDirectory() as root:
        bits = []
        for number in range(2):
            whole = Execution(plan, "r", Path(root, str(number)))
            list(whole.events())
            bits.append(_bits(whole))
        advance(Execution(plan, "r", Path(root, "stopped")), STOP_AT)
        second = Execution(plan, "r", Path(root, "stopped"), resume=True)
        list(second.events())
        return {"resumed_equal": _bits(second) == bits[0], "again_equal": bits[1] == bits[0]}


def _bits(execution: Execution) -> str:
    snapshot = execution.snapshot()
    assert snapshot is not None
    return digest(snapshot.weights)


# -- networks -------------------------------------------------------------------------------------------------------


def network(told: Told, number: int, device: torch.device, rates: limits.Rates, args: argparse.Namespace) -> None:
    case = _tiny(training.CASES[number]) if args.tiny else training.reduced(training.CASES[number], device, None)
    found, precision, chosen = _race(case, number, device, args)
    flops, traffic = limits.work_of(case, device, precision)
    mine, bare = found["chosen"], found["bare"]
    assert mine is not None
    steps = mine / case.batch_size
    told.row(
        "network", title=case.title, batch=case.batch_size, precision=precision, chosen=chosen,
        **{f"{title} images/s": rate for title, rate in found.items()},
        **{f"chosen / {title}": training.share(mine, rate) for title, rate in found.items() if title != "chosen"},
        flops_share=flops * steps / rates.flops, bytes_share=traffic * steps / rates.bytes,
        aim=f"{SHARE_AIM} of bare: {_verdict(training.share(mine, bare), SHARE_AIM)}",
    )  # fmt: skip
    if case.architecture == "cifar_resnet":
        told.row("aim", network=case.title, images_a_second=mine, aim=IMAGES_AIM, met=_verdict(mine, IMAGES_AIM))
    for step in ("plain", "graphs"):
        told.row("step", title=case.title, steps=step, **busy.measure(case, device, precision, step, args.turn))


def _race(
    case: Case, number: int, device: torch.device, args: argparse.Namespace
) -> tuple[dict[str, float | None], str, str]:
    """Images a second of each way, in which precision, and how the run chose to take its steps."""
    clock = Clock(device, is_wall=True)
    foreign = training.FOREIGN if args.foreign and not args.tiny else ()
    options = training.arguments(["--device", str(device), "--limit", "90"])
    with contextlib.ExitStack() as stack:
        root = stack.enter_context(tempfile.TemporaryDirectory())
        afar = [training.foreign(title, case, number, options) for title in foreign]
        for other in afar:
            stack.callback(other.end)
        data = rivals.images(case, _image_count(case, device))
        for other in afar:  # what they do to get warm is not to disturb the trial by which a run chooses
            other.wait_until_warm()
        found: list[Contender] = []
        precision = chosen = ""
        for title, speed in (("chosen", "auto"), ("plain", "plain"), ("graphs", "graphs")):
            mine = rivals.ours(case, data, device, precision="auto", speed=speed, root=Path(root, title))
            stack.callback(mine.close)
            found.append(Here(title, mine, clock))
            precision, chosen = (mine.precision, mine.speed) if title == "chosen" else (precision, chosen)
        is_last = rivals.is_channels_last(case, device)
        for title in OWN[3:]:
            bare = rivals.bare(case, data, device, precision=precision, channels_last=is_last)
            found.append(Here(title, bare, clock))
        found += [other for other in afar if other.trouble is None]
        compete(found, turn=args.turn, seconds=args.seconds, least=3, most_seconds=8 * args.seconds)
        found_rates = {way.title: typical(way) for way in found}
    return {title: found_rates.get(title) for title in (*OWN, *foreign)}, precision, chosen


def _image_count(case: Case, device: torch.device) -> int:
    """So many that an epoch has several reports: what comes before its first is not counted."""
    if device.type == "cpu":
        return 1024
    return 600_000 if case.side == 28 else 20_000


def _tiny(case: Case) -> Case:
    return replace(case, side=min(case.side, 96) if case.architecture != "alexnet" else 224, batch_size=4, every=1)


def _verdict(value: float | None, aim: float) -> str:
    return "unknown" if value is None else "yes" if value >= aim else "NO"


# -- preset ---------------------------------------------------------------------------------------------------------


def preset(told: Told, device: torch.device, args: argparse.Namespace) -> None:
    """The CIFAR-10 ResNet as one would train it today: seconds until its test accuracy is over the aim."""
    dataset, folder = _images_of(args)
    base = catalogue.find("cifar_resnet").default_choice()
    config, choice, _ = presets.preset_for(base, args.preset, dataset=dataset, images=320 if args.tiny else 50_000)
    config = replace(config, device=str(device), **({"epochs": 1, "limit": 320} if args.tiny else {}))
    plan = RunPlan(choice, dataset, folder, config).decided()
    began = learning = time.monotonic()
    reached = None
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for event in stack.enter_context(contextlib.closing(Execution(plan, "preset", root).events())):
            if told.seconds_left < 0:
                told.row("broken off", after_s=time.monotonic() - learning)
                break
            if isinstance(event, Started):
                learning = time.monotonic()
                told.row("preset", before_the_first_step_s=learning - began, speed=event.speed, seed=config.seed)
            elif isinstance(event, EpochEnded):
                now = time.monotonic() - learning
                reached = now if reached is None and event.test_accuracy >= ACCURACY_AIM else reached
                told.row("epoch", number=event.epoch + 1, seconds=now, test_accuracy=event.test_accuracy,
                         images_a_second=event.images / max(event.seconds, 1e-9))  # fmt: skip
    told.row("aim", accuracy=ACCURACY_AIM, reached_after_s=reached, aim_s=SECONDS_AIM)


def _images_of(args: argparse.Namespace) -> tuple[str, str | None]:
    """The name of the data set, and where its own files are; images that lie in class folders are named by these."""
    if args.tiny:
        return "digits", None
    if args.data is None or files.is_there(datasets.find("cifar10"), Path(args.data)):
        return "cifar10", args.data
    return f"{FOLDER_PREFIX}{Path(args.data).absolute()}", None


# -- all of it ------------------------------------------------------------------------------------------------------


def main(argv: list[str] | None = None) -> None:
    args = arguments(argv)
    told = Told(args.out, args.minutes)
    device = devices.pick(args.device)
    print(f"{machine.description()}; {devices.describe(str(device)).en}", flush=True)
    if args.preset:
        with told.section("preset"):
            preset(told, device, args)
        return
    rates = limits.rates_of(device, devices.precision_for("auto", device))
    told.row("device", name=devices.describe(str(device)).en, tflops=rates.flops / 1e12, gb_a_second=rates.bytes / 1e9)
    with told.section("exact mode"):
        exact(told, device, is_tiny=args.tiny)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True  # of the bare loop too
    longest = 0.0
    for number in _order(args.nets):
        if told.seconds_left < longest:
            told.row("left out", network=training.CASES[number].title, seconds_left=told.seconds_left)
            continue
        began = time.monotonic()
        with told.section(training.CASES[number].title):
            network(told, number, device, rates, args)
        devices.free_cache(device)
        longest = max(longest, time.monotonic() - began)


def _order(nets: list[str] | None) -> list[int]:
    """The networks with aims of their own first."""
    first = ("cifar_resnet", "lenet", "resnet18")
    names = [case.architecture for case in training.CASES]
    wanted = [number for number, name in enumerate(names) if not nets or name in nets]
    return sorted(wanted, key=lambda number: first.index(names[number]) if names[number] in first else len(first))


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--minutes", type=float, default=8.5, help="after which no more is begun (8.5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="counted, for each way of each network (2)")
    parser.add_argument("--turn", type=float, default=0.4, help="seconds of a turn (0.4)")
    parser.add_argument("--nets", nargs="*", metavar="NAME", help="architectures; without, all of the lectures'")
    parser.add_argument("--no-foreign", dest="foreign", action="store_false", help="without the lecture and Lightning")
    parser.add_argument("--preset", nargs="?", const="today", choices=tuple(presets.PRESETS), help="this instead")
    parser.add_argument("--data", metavar="FOLDER", help="with CIFAR-10, for --preset")
    parser.add_argument("--out", type=Path, metavar="FILE", help="all rows, as lines of JSON")
    parser.add_argument("--tiny", action="store_true", help="a rehearsal: small batches, few images")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
