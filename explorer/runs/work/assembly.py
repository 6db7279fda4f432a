"""From a plan to what trains: the data, the model with its optimizer, and the batches."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from explorer.bilingual import Text
from explorer.data import datasets
from explorer.data.batches import Batches
from explorer.data.cards import FOLDER_PREFIX
from explorer.errors import ExplorerError
from explorer.graph.user_model import loading
from explorer.training import device as devices
from explorer.training import initialise, optimizers, speed
from explorer.training.averaging import Average
from explorer.training.events import Event, Preparing
from explorer.training.freezing import freeze
from explorer.training.loop import REPORT_SECONDS, Setup
from explorer.training.schedules import rates

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from torch import nn

    from explorer.data.split import Dataset, Split
    from explorer.runs.plan import RunPlan
    from explorer.training.speed import Way

LOADING = Text("Loading the data", "正在加载数据")
TEST_NUMBERS = 1 << 20  # numbers in a test batch: small enough to answer at once, large enough to be quick
ROOMY = 30 << 30  # bytes of a GPU in which 16 times as many numbers fit with the maps of any layer
GIVE_UP_SECONDS = 5.0  # so long loading may take to notice that it is cancelled

Result = TypeVar("Result")


def load(plan: RunPlan, run: str, *, were_there: bool = False) -> Generator[Event, None, Dataset]:
    """The data of `plan`, loaded on a thread beside, so that it can be followed and left.

    Args:
        were_there: The data lay where the plan says when it was made or trained; they may lie there no more.

    Raises:
        ExplorerError: It cannot be had, or has more classes than the network tells apart.
    """

    def work(report: Callable[[Text, float | None], None], is_cancelled: Callable[[], bool]) -> Dataset:
        return datasets.load(
            plan.dataset,
            plan.data_dir,
            limit=plan.config.limit,
            size=max(plan.choice.input_shape[1:]),
            progress=report,
            is_cancelled=is_cancelled,
        )

    yield Preparing(run, LOADING)
    if were_there:
        _check_place(plan)
    dataset = yield from _beside(run, work)
    count, has = len(dataset.classes), plan.choice.classes
    if count > has and plan.own is None:  # which says only when it runs how many it tells apart
        raise ExplorerError(
            Text(
                f"{dataset.name} has {count} classes, but the network tells {has} apart.",
                f"{dataset.name} 有 {count} 个类别，而网络只区分 {has} 个。",
            ),
            Text(f"Set the network's classes to {count}.", f"请把网络的类别数设为 {count}。"),
        )
    return dataset


def _check_place(plan: RunPlan) -> None:
    """Says what to do with a run whose data lie elsewhere, or that was brought here from another machine.

    Raises:
        ExplorerError: The folder of its plan is not there.
    """
    is_folder = plan.dataset.startswith(FOLDER_PREFIX)
    named = plan.dataset.removeprefix(FOLDER_PREFIX) if is_folder else plan.data_dir
    if named is None or Path(named).expanduser().exists():
        return
    field = "dataset" if is_folder else "data_dir"
    raise ExplorerError(
        Text(f"The data of the run are not in {named} any more.", f"该运行的数据已不在 {named} 中。"),
        Text(
            f'Put them back, or change "{field}" in the plan.json of the run to where they are.',
            f'请将其放回原处，或把该运行的 plan.json 中的 "{field}" 改为数据现在的位置。',
        ),
    )


@dataclass(frozen=True, slots=True)
class Saved:
    """What a run goes on from: weights to train, their average if there is one, state of the optimizer.

    `way` is how it took its steps; None for a run of a version that did not keep it.
    """

    weights: dict[str, torch.Tensor]
    averaged: dict[str, torch.Tensor] | None
    optimizer: dict[str, Any]
    way: speed.Way | None = None


def model_of(plan: RunPlan) -> nn.Module:
    """The model of `plan` on the CPU, with its start weights."""
    return initialise.build(plan.choice, seed=plan.config.seed, initialisation=plan.config.initialisation)


def assemble(
    plan: RunPlan,
    run: str,
    model: nn.Module,
    dataset: Dataset,
    device: torch.device,
    saved: Saved | None = None,
    *,
    alone: bool = True,
) -> Setup:
    """Everything that takes part in the training of `plan`; `model` is moved to `device`.

    Args:
        alone: No other processes train with this one.

    Raises:
        ExplorerError: A part to be frozen does not exist, or the images do not fit the network.
    """
    config = plan.config
    if plan.own is not None:
        loading.check_outputs(model, plan.own, plan.choice.input_shape, dataset.name, len(dataset.classes))
    is_last = devices.prefers_channels_last(model, device)
    if saved is not None:
        model.load_state_dict(saved.weights)
    model.to(device)
    if is_last:
        model.to(memory_format=torch.channels_last)
    resting = freeze(model, config.freeze)
    way = _way(plan, model, device, saved, is_last=is_last, alone=alone)
    average = Average(model, config.ema_decay) if config.ema_decay else None
    optimizer = optimizers.make(config, model, device)
    if saved is not None:
        optimizers.load_state(optimizer, saved.optimizer)
        if average is not None and saved.averaged is not None:
            average.model.load_state_dict(saved.averaged)
    train, test = _batches(plan, dataset, device, is_last=is_last)
    return Setup(
        run=run,
        model=model,
        optimizer=optimizer,
        train=train,
        test=test,
        device=device,
        precision=way.precision,
        stepper=speed.stepper(way, model, optimizer, device, config),
        way=way,
        schedule=rates(config, len(train)),
        average=average,
        resting=resting,
        patience=config.patience,
    )


def _way(
    plan: RunPlan, model: nn.Module, device: torch.device, saved: Saved | None, *, is_last: bool, alone: bool
) -> Way:
    """How steps are computed: as before, where the run goes on."""
    if saved is not None:
        return saved.way or speed.before_ways(plan.config, device)
    shape, is_own = plan.choice.input_shape, plan.own is not None
    return speed.decide(plan.config, model, device, shape, channels_last=is_last, alone=alone, own=is_own)


def _batches(plan: RunPlan, dataset: Dataset, device: torch.device, *, is_last: bool) -> tuple[Batches, Batches]:
    config = plan.config
    train = _batches_of(plan, dataset, dataset.train, config.batch_size, device, is_train=True, is_last=is_last)
    return train, test_batches(plan, dataset, device, is_last=is_last)


def test_batches(plan: RunPlan, dataset: Dataset, device: torch.device, *, is_last: bool) -> Batches:
    """The test images of `dataset` in their order, as the network of `plan` takes them."""
    size = test_batch_size(plan, device)
    return _batches_of(plan, dataset, dataset.test, size, device, is_train=False, is_last=is_last)


def test_batch_size(plan: RunPlan, device: torch.device) -> int:
    """Images of a test batch; on a GPU with little memory no more than in a training batch, which is known to fit."""
    channels, height, width = plan.choice.input_shape
    numbers = TEST_NUMBERS * (1 if device.type == "cpu" else 16)
    size = min(max(numbers // (channels * height * width), 16), 1024)
    return size if device.type == "cpu" or _is_roomy(device) else min(size, plan.config.batch_size)


def _is_roomy(device: torch.device) -> bool:
    # All of it, not what is free: the last digits of the losses of a test follow from the size of its batches.
    return device.type == "cuda" and torch.cuda.get_device_properties(device).total_memory >= ROOMY


def _batches_of(
    plan: RunPlan, dataset: Dataset, split: Split, size: int, device: torch.device, *, is_train: bool, is_last: bool
) -> Batches:
    config, shape = plan.config, plan.choice.input_shape
    mean, std = dataset.normalisation(shape[0])
    return Batches(
        split,
        batch_size=size,
        input_shape=shape,
        mean=mean,
        std=std,
        device=device,
        seed=config.seed,
        shuffle=is_train,
        augment=is_train and config.augment,
        mirror=dataset.is_photos,
        channels_last=is_last,
    )


def _beside(
    run: str, work: Callable[[Callable[[Text, float | None], None], Callable[[], bool]], Result]
) -> Generator[Event, None, Result]:
    """The result of `work(report, is_cancelled)`, run on a thread beside, so that it can be followed and left."""
    reports: queue.SimpleQueue[Preparing] = queue.SimpleQueue()
    is_over, is_cancelled = threading.Event(), threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def main() -> None:
        try:
            results.append(work(lambda what, part: reports.put(Preparing(run, what, part)), is_cancelled.is_set))
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            errors.append(error)
        finally:
            is_over.set()

    thread = threading.Thread(target=main, name=f"load {run}", daemon=True)
    thread.start()
    latest = Preparing(run, LOADING)
    try:
        while not is_over.wait(REPORT_SECONDS):
            while not reports.empty():
                latest = reports.get()
            yield latest
    finally:
        is_cancelled.set()
        thread.join(GIVE_UP_SECONDS)
    if errors:
        raise errors[0]
    return results[0]
