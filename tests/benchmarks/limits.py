"""What bounds a training step: the shares of its parts, and its arithmetic and memory traffic against the device's.

The rates of the device are measured: a product of large matrices in the precision of the run, and a copy of a large
block (which counts twice: read and written). The arithmetic of a step is three times the forward pass's; its traffic is
what every operation of a step reads and writes, as if nothing stayed in a cache, which is an upper bound. What a step
takes beyond its images, found from steps with half as many, is what it costs to get the work to the device.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from explorer.training import device as devices
from explorer.training import optimizers
from tests.benchmarks import rivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.benchmarks.rivals import Case

PARTS = ("input", "forward", "backward", "optimizer")
_SIDE, _BLOCK = 1536, 1 << 26  # of the matrices; bytes of the block
_GPU_TIMES = 6  # as large on a GPU


@dataclass(frozen=True)
class Rates:
    """Floating point operations and bytes a second."""

    flops: float
    bytes: float


def report(cases: list[Case], device: torch.device, precision: str) -> None:
    """Prints, for each network, the shares of a step and how near it comes to the limits of the device."""
    rates = rates_of(device, precision)
    print(f"\nLimits: {rates.flops / 1e9:.0f} GFLOP/s in {precision}, {rates.bytes / 1e9:.1f} GB/s\n")
    print(f"| network | ms a step | {' | '.join(PARTS)} | fixed | of the FLOPs limit | of the bytes limit | bound by |")
    print(f"|---|--:|{'--:|' * (len(PARTS) + 4)}", flush=True)
    for case in cases:
        whole = parts_of(case, device, precision)
        half = parts_of(replace(case, batch_size=max(case.batch_size // 2, 2)), device, precision)
        step, smaller = sum(whole.values()), sum(half.values())
        fixed = min(max(2 * smaller - step, 0.0) / step, 1.0)
        flops, traffic = work_of(case, device, precision)
        used = {"arithmetic": flops / rates.flops / step, "memory": traffic / rates.bytes / step}
        shares = [whole[part] / step for part in PARTS]
        cells = [f"{step * 1000:.1f}", *(f"{share:.0%}" for share in (*shares, fixed))]
        cells += [f"{used['arithmetic']:.0%}", f"{min(used['memory'], 9.99):.0%}"]
        bounds = {"input": shares[0], "getting work to the device": fixed, **used}
        bounds["memory"] = min(bounds["memory"], 1.0)
        print(f"| {case.title} | {' | '.join(cells)} | {max(bounds, key=lambda name: bounds[name])} |", flush=True)


def rates_of(device: torch.device, precision: str) -> Rates:
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    times = _GPU_TIMES if device.type == "cuda" else 1
    side = _SIDE * times
    one, other = (torch.randn(side, side, device=device, dtype=kind) for _ in range(2))
    block = torch.ones(_BLOCK * times, dtype=torch.uint8, device=device)
    there = torch.empty_like(block)
    product = _seconds(lambda: torch.mm(one, other), device)
    return Rates(2 * side**3 / product, 2 * block.numel() / _seconds(lambda: there.copy_(block), device))


def parts_of(case: Case, device: torch.device, precision: str, repeat: int = 5) -> dict[str, float]:
    """Seconds of the parts of a plain step."""
    data = rivals.images(case, max(4 * case.batch_size, 64))
    model, context = _prepared(case, device, precision)
    optimizer = optimizers.make(case.config(device, precision, "plain"), model, device)
    is_last = devices.prefers_channels_last(model, device)
    batches = rivals.batches_of(case, data, device, channels_last=is_last)
    found: dict[str, list[float]] = {part: [] for part in PARTS}

    @contextmanager
    def timed(part: str) -> Iterator[None]:
        begin = _now(device)
        yield
        found[part].append(_now(device) - begin)

    source = _endless(batches)
    for _ in range(repeat + 2):
        with timed("input"):
            x, y = next(source)
        with timed("forward"), context():
            loss = cross_entropy(model(x).float(), y)
        with timed("backward"):
            optimizer.zero_grad()
            loss.backward()
        with timed("optimizer"):
            optimizer.step()
    return {part: median(times[2:]) for part, times in found.items()}


def work_of(case: Case, device: torch.device, precision: str) -> tuple[float, float]:
    """Floating point operations and bytes of a step."""
    model, context = _prepared(case, device, precision)
    optimizer = optimizers.make(case.config(device, precision, "plain"), model, device)
    flops = 3 * 2 * devices.multiply_adds(model, case.choice.input_shape) * case.batch_size
    x = torch.zeros((case.batch_size, *case.choice.input_shape), device=device)
    if devices.prefers_channels_last(model, device):
        x = x.contiguous(memory_format=torch.channels_last)
    y = torch.zeros(case.batch_size, dtype=torch.int64, device=device)
    with Traffic() as traffic:
        with context():
            loss = cross_entropy(model(x).float(), y)
        loss.backward()
        optimizer.step()
    return flops, float(traffic.bytes)


class Traffic(TorchDispatchMode):
    """Counts the bytes of the tensors that operations take and give, but for views."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given = {id(leaf): leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)}
        starts = {leaf.untyped_storage().data_ptr() for leaf in given.values()}
        made = [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
        is_view = bool(made) and all(leaf.untyped_storage().data_ptr() in starts for leaf in made)
        if not is_view or func.__name__.split(".")[0].endswith("_"):
            self.bytes += sum(leaf.numel() * leaf.itemsize for leaf in (*given.values(), *made))
        return result


def _prepared(case: Case, device: torch.device, precision: str) -> tuple[nn.Module, Callable[[], Any]]:
    model = case.model().to(device).train()
    if devices.prefers_channels_last(model, device):
        model.to(memory_format=torch.channels_last)
    if precision == "bf16":
        return model, lambda: torch.autocast(device.type, torch.bfloat16)
    return model, nullcontext


def _endless(batches: Any) -> Iterator[tuple[Tensor, Tensor]]:
    epoch = 0
    while True:
        yield from batches.epoch(epoch)
        epoch += 1


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        return time.perf_counter()
    return time.process_time()


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    times = []
    for _ in range(6):
        begin = _now(device)
        work()
        times.append(_now(device) - begin)
    return min(times[1:])  # a limit: what others on the machine took is not to count
