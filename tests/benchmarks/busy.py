"""Whether a device waits for the processor that gives it its work."""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import torch
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

from explorer.training import device as devices
from explorer.training import optimizers, speed
from explorer.training.exact import tuned
from explorer.training.speed import Way
from tests.benchmarks import rivals

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.rivals import Case

WARM_UPS, TRIES, PROFILED = 8, 7, 20  # steps


def measure(case: Case, device: torch.device, precision: str, step: str, seconds: float) -> dict[str, Any]:
    """Of steps taken one after the other, with their batches: milliseconds, and what the device waits for.

    Returns:
        step_ms: From one step to the next. given_ms: What the processor takes to give one to an idle device. busy_ms:
        For how long the device computes in it. waits: Share of the time in which it has nothing to do. gap_ms: The
        longest such time. memory_gb: The most that tensors took. trouble: Why steps are not taken in this way.
    """
    take, taken = _steps(case, device, precision, step)
    wait = devices.waiter(device) or (lambda: None)
    with tuned(device):
        for _ in range(WARM_UPS):
            take()
        wait()
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        given = []
        for _ in range(TRIES):
            wait()
            began = time.perf_counter()
            take()
            given.append(time.perf_counter() - began)
        wait()
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            take()
            count += 1
            if count % 20 == 0:
                wait()
        wait()
        period = (time.perf_counter() - began) / count
        spans = _spans(take, wait, device)
    inside = sum(end - start for start, end in spans) / PROFILED
    gaps = [after[0] - before[1] for before, after in pairwise(spans)]
    return {
        "step_ms": 1000 * period,
        "given_ms": 1000 * median(given),
        "busy_ms": inside / 1000,
        "waits": max(0.0, 1 - inside / 1e6 / period),
        "gap_ms": max(gaps, default=0.0) / 1000,
        "memory_gb": torch.cuda.max_memory_allocated(device) / 2**30 if device.type == "cuda" else None,
        "trouble": speed.trouble_of(taken),
    }


def _steps(case: Case, device: torch.device, precision: str, step: str) -> tuple[Callable[[], object], Any]:
    model = case.model().to(device).train()
    is_last = devices.prefers_channels_last(model, device)
    if is_last:
        model.to(memory_format=torch.channels_last)
    config = case.config(device, precision, step)
    taken = speed.stepper(Way(precision, step), model, optimizers.make(config, model, device), device, config)
    batches = rivals.batches_of(case, rivals.images(case, 40 * case.batch_size), device, channels_last=is_last)

    def endless() -> Any:
        epoch = 0
        while True:
            yield from batches.epoch(epoch)
            epoch += 1

    source = endless()
    return lambda: taken(*next(source)), taken


def _spans(take: Callable[[], object], wait: Callable[[], object], device: torch.device) -> list[tuple[float, float]]:
    """From when to when the device was at work, in microseconds; of the CPU the operations."""
    is_gpu = device.type == "cuda"
    with profile(activities=[ProfilerActivity.CUDA if is_gpu else ProfilerActivity.CPU]) as found:
        for _ in range(PROFILED):
            take()
        wait()
    kind = DeviceType.CUDA if is_gpu else DeviceType.CPU
    ranges = sorted((e.time_range.start, e.time_range.end) for e in found.events() if e.device_type == kind)
    spans: list[tuple[float, float]] = []
    for start, end in ranges:
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans
