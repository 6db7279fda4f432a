"""From a plan to events: loads the data, builds the model, trains, saves. Runs on the thread that iterates it."""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch

from explorer.bilingual import Text
from explorer.data import datasets
from explorer.data.batches import Batches
from explorer.data.split import Dataset
from explorer.errors import ExplorerError
from explorer.runs.checkpoint import Checkpoints, Snapshot, copy_weights
from explorer.runs.plan import RunPlan
from explorer.training import device as devices
from explorer.training import failures, initialise, optimizers
from explorer.training.events import EpochEnded, Event, Preparing, Warned
from explorer.training.loop import REPORT_SECONDS, Position, Setup, train
from explorer.training.random_state import RandomState

LOADING = Text("Loading the data", "正在加载数据")
BUILDING = Text("Building the network", "正在构建网络")
TEST_NUMBERS = 1 << 20  # numbers in a test batch: small enough to answer at once, large enough to be quick
GIVE_UP_SECONDS = 5.0  # so long loading may take to notice that it is cancelled

Result = TypeVar("Result")

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Schedule:
    """When to save: about every minute and at the ends of epochs, but for no more than a two-hundredth of the time.

    `since` is the moment the last save ended, by the monotonic clock; `cost` what it took.
    """

    every_seconds: float = 60.0
    least_seconds: float = 2.0
    share: float = 0.005
    since: float = 0.0
    cost: float = 0.0

    def is_due(self, *, is_epoch_end: bool) -> bool:
        least = self.least_seconds if is_epoch_end else self.every_seconds
        return time.monotonic() - self.since >= max(least, self.cost / self.share)


class Execution:
    """One training of `plan`, writing its checkpoints below `folder`; with `resume` it goes on from them.

    All methods are called from one thread. Closing the generator of `events` saves the last step.

    Args:
        leave_a_core: Torch takes one thread less than the machine has cores, for a window beside it.
    """

    def __init__(
        self, plan: RunPlan, run: str, folder: Path, *, resume: bool = False, leave_a_core: bool = False
    ) -> None:
        self._plan, self._run, self._folder = plan, run, folder
        self._is_resumed, self._leaves_a_core = resume, leave_a_core
        self._setup: Setup | None = None
        self._position = Position()
        self._dataset: Dataset | None = None
        self._random: RandomState | None = None
        self._checkpoints: Checkpoints | None = None
        self._schedule = Schedule()
        self._has_warned = False

    def snapshot(self) -> Snapshot | None:
        """A copy of the weights, between two events; None before the model is built. Changes nothing."""
        if self._setup is None or self._dataset is None:
            return None
        mean, std = self._dataset.normalisation(self._plan.choice.input_shape[0])
        weights = copy_weights(self._setup.model)
        return Snapshot(weights, self._position.epoch, self._position.step, self._dataset.classes, mean, std)

    def events(self) -> Generator[Event, None, None]:
        """Trains; see `training.events` for the order. The ending is left to whoever iterates.

        Raises:
            ExplorerError: The training cannot go on; the message says what to change.
        """
        if self._leaves_a_core:
            devices.leave_a_core()
        device = devices.pick(self._plan.config.device)
        try:
            yield from self._prepare(device)
            yield from self._train()
        except (RuntimeError, MemoryError, ValueError) as error:
            known = failures.explain(error, batch_size=self._plan.config.batch_size, device=device)
            if known is None:
                raise
            raise known from None
        finally:
            devices.free_cache(device)

    # -- before the first step --------------------------------------------------------------------------------------

    def _prepare(self, device: torch.device) -> Generator[Event, None, None]:
        self._dataset = yield from self._load()
        self._check_classes(self._dataset)
        yield Preparing(self._run, BUILDING)
        config, choice = self._plan.config, self._plan.choice
        model = initialise.build(choice, seed=config.seed, initialisation=config.initialisation)
        is_last = devices.prefers_channels_last(model, device)
        self._checkpoints = Checkpoints(self._folder)
        saved = self._checkpoints.load(model) if self._is_resumed else None
        if saved is not None:
            model.load_state_dict(saved[0])
        model.to(device)
        if is_last:
            model.to(memory_format=torch.channels_last)
        optimizer = optimizers.make(config, model, device)
        self._random = RandomState(config.seed, device)
        if saved is not None:
            self._position = Position.from_json(saved[1]["position"])
            self._random.restore(saved[1]["random"])
            optimizer.load_state_dict(saved[1]["optimizer"])
        precision = devices.precision_for(config.precision, device)
        train_batches, test_batches = self._batches(self._dataset, device, is_last)
        self._setup = Setup(self._run, model, optimizer, train_batches, test_batches, device, precision)

    def _load(self) -> Generator[Event, None, Dataset]:
        plan = self._plan

        def load(report: Callable[[Text, float | None], None], is_cancelled: Callable[[], bool]) -> Dataset:
            return datasets.load(
                plan.dataset,
                plan.data_dir,
                limit=plan.config.limit,
                seed=plan.config.seed,
                size=max(plan.choice.input_shape[1:]),
                progress=report,
                is_cancelled=is_cancelled,
            )

        yield Preparing(self._run, LOADING)
        return (yield from _beside(self._run, load))

    def _check_classes(self, dataset: Dataset) -> None:
        count, has = len(dataset.classes), self._plan.choice.classes
        if count > has:
            raise ExplorerError(
                Text(
                    f"{dataset.name} has {count} classes, but the network tells {has} apart.",
                    f"{dataset.name} 有 {count} 个类别，而网络只区分 {has} 个。",
                ),
                Text(f"Set the network's classes to {count}.", f"请把网络的类别数设为 {count}。"),
            )

    def _batches(self, dataset: Dataset, device: torch.device, is_last: bool) -> tuple[Batches, Batches]:
        config, shape = self._plan.config, self._plan.choice.input_shape
        mean, std = dataset.normalisation(shape[0])
        numbers = TEST_NUMBERS * (1 if device.type == "cpu" else 16)
        test_size = min(max(numbers // (shape[0] * shape[1] * shape[2]), 16), 1024)
        train_batches, test_batches = (
            Batches(
                split,
                batch_size=size,
                input_shape=shape,
                mean=mean,
                std=std,
                device=device,
                seed=config.seed,
                shuffle=is_train,
                channels_last=is_last,
            )
            for split, size, is_train in (
                (dataset.train, config.batch_size, True),
                (dataset.test, test_size, False),
            )
        )
        return train_batches, test_batches

    # -- training ---------------------------------------------------------------------------------------------------

    def _train(self) -> Generator[Event, None, None]:
        assert self._setup is not None
        assert self._checkpoints is not None
        self._schedule.since = time.monotonic()
        inner = train(self._setup, self._position, epochs=self._plan.config.epochs, report_seconds=REPORT_SECONDS)
        try:
            while (event := self._next(inner)) is not None:
                is_epoch_end = isinstance(event, EpochEnded)
                if isinstance(event, EpochEnded):
                    self._offer_best(event)
                yield event
                if self._schedule.is_due(is_epoch_end=is_epoch_end):
                    yield from self._save_or_warn()
        except GeneratorExit:
            self._save_at_last()
            raise
        except BaseException:
            # The weights of this moment are not to be trusted; the best of earlier ones may not have been written yet.
            with contextlib.suppress(OSError):
                self._checkpoints.save_best()
            raise
        self._save_at_last()

    def _next(self, inner: Generator[Event, None, None]) -> Event | None:
        assert self._random is not None
        with self._random:  # what others draw between two events is not the run's business, nor the other way round
            return next(inner, None)

    def _offer_best(self, event: EpochEnded) -> None:
        assert self._checkpoints is not None
        best = self._checkpoints.best_accuracy
        if best is None or event.test_accuracy > best:
            snapshot = self.snapshot()
            assert snapshot is not None
            self._checkpoints.offer_best(snapshot, event.test_accuracy)

    def _save_or_warn(self) -> Generator[Event, None, None]:
        try:
            self._save()
        except OSError as error:
            self._schedule.since = time.monotonic()
            if not self._has_warned:
                self._has_warned = True
                _logger.warning("run %s: %s", self._run, error)
                yield Warned(
                    self._run,
                    Text(
                        f"The weights could not be saved: {error.strerror or error}.",
                        f"权重未能保存：{error.strerror or error}。",
                    ),
                    Text(
                        "Training goes on; make room on the disk before it ends.",
                        "训练继续进行；请在结束前腾出磁盘空间。",
                    ),
                )

    def _save_at_last(self) -> None:
        try:
            self._save()
        except OSError as error:
            raise ExplorerError(
                Text(
                    f"The last steps could not be saved: {error.strerror or error}.",
                    f"最后几步未能保存：{error.strerror or error}。",
                ),
                Text("What was saved before is kept; make room on the disk.", "此前保存的内容仍在；请腾出磁盘空间。"),
            ) from error

    def _save(self) -> None:
        assert self._setup is not None
        assert self._checkpoints is not None
        assert self._random is not None
        snapshot = self.snapshot()
        assert snapshot is not None
        state: dict[str, Any] = {
            "position": self._position.to_json(),
            "optimizer": self._setup.optimizer.state_dict(),
            "random": self._random.to_saved(),
        }
        began = time.monotonic()
        self._checkpoints.save(snapshot, state)
        self._schedule.since = time.monotonic()
        self._schedule.cost = self._schedule.since - began


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
