"""The one training loop: a generator of events, in which every `yield` is a step boundary.

Whoever iterates it may look at the model, save it, wait, or close the generator there, and nowhere else.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.training import device as devices
from explorer.training import failures, optimizers
from explorer.training.averaging import Average
from explorer.training.events import EndedEarly, EpochEnded, Event, Started, Steps, Testing
from explorer.training.graphs import GraphStepper
from explorer.training.metrics import Part, Pending, Totals, measure
from explorer.training.pace import Pace
from explorer.training.patience import Patience
from explorer.training.speed import Way
from explorer.training.stepper import Step, Stepper, set_lr

REPORT_SECONDS = 0.05


class BatchSource(Protocol):
    """What the loop learns from: `data.batches.Batches`, or a stand-in."""

    image_count: int

    def __len__(self) -> int:
        """Batches of an epoch."""

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches `start` and following of `epoch`: images (N, C, H, W), labels (N,), on the model's device."""


class Answers(Protocol):
    """Takes what the model answers to the test images: `evaluation.collect.Collector`."""

    def clear(self) -> None:
        """A test begins."""

    def add(self, output: Any, labels: Tensor) -> None:
        """The output for the next images of the test, and their labels (N,), still on the device."""

    def complete(self) -> None:
        """The test is over: the answers to all of its images were added."""


@dataclass(slots=True)
class Position:
    """How far a training is; true at every `yield`.

    Attributes:
        epoch: The epoch under way, from 0.
        batch: Its batches that are done; all of them before and during its test.
        step: Steps done in all.
        totals: Of the epoch under way.
        factor: What the learning rates of the schedule are multiplied by; may be changed at any `yield`.
        patience: Whether the tests still get better.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    totals: Totals = field(default_factory=Totals)
    factor: float = 1.0
    patience: Patience = field(default_factory=Patience)

    def to_json(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "batch": self.batch,
            "step": self.step,
            "totals": self.totals.to_json(),
            "factor": self.factor,
            "patience": self.patience.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Position":
        patience = Patience(**data.get("patience", {}))
        totals = Totals(**data["totals"])
        return cls(data["epoch"], data["batch"], data["step"], totals, data.get("factor", 1.0), patience)


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that takes part in a training; model, optimizer and batches are on `device`.

    Attributes:
        stepper: Takes the steps; None for the plain one.
        way: How it does; part of what resumes.
        schedule: The learning rate of each step (from 0) before `Position.factor`; None for what the optimizer has.
        average: Of the weights; what is tested is its model then.
        resting: Modules that stay in evaluation mode, as batch normalisations of frozen parts; not what is in them.
        patience: Epochs without a better test after which the training ends; 0 for never.
        pace: When to report; None for the usual.
        answers: Takes the answers of each test, in the order of its images; None where nobody wants them.
    """

    run: str
    model: nn.Module
    optimizer: Optimizer
    train: BatchSource
    test: BatchSource
    device: torch.device
    precision: str = "fp32"
    stepper: Step | None = None
    way: Way | None = None
    schedule: Callable[[int], float] | None = None
    average: Average | None = None
    resting: tuple[nn.Module, ...] = ()
    patience: int = 0
    answers: Answers | None = None
    pace: Pace | None = None

    @property
    def lr(self) -> float:
        return optimizers.rate_of(self.optimizer.param_groups[0])

    @property
    def tested(self) -> nn.Module:
        """The model whose weights are tested and kept."""
        return self.model if self.average is None else self.average.model

    def begin_training(self) -> None:
        """Puts the model into training mode, but for what rests."""
        self.model.train()
        for module in self.resting:
            module.training = False


def train(
    setup: Setup, position: Position, *, epochs: int, report_seconds: float = REPORT_SECONDS
) -> Generator[Event, None, None]:
    """Trains from `position`, which is kept up to date, to the end of the last epoch.

    Losses are read from the device at each report only, so that no step waits for it.

    Raises:
        ExplorerError: The loss is not a finite number; the weights are not to be kept then.
    """
    params = sum(weight.numel() for weight in setup.model.parameters())
    pace = setup.pace or Pace(report_seconds, devices.waiter(setup.device))
    yield Started(
        run=setup.run,
        epochs=epochs,
        steps_per_epoch=len(setup.train),
        train_images=setup.train.image_count,
        test_images=setup.test.image_count,
        device=str(setup.device),
        precision=setup.precision,
        epoch=position.epoch,
        step=position.step,
        params=params,
        speed=None if setup.way is None else setup.way.words,
    )
    while position.epoch < epochs and not position.patience.is_over(setup.patience):
        yield from _learn(setup, position, pace)
        tested = yield from _test(setup, position, pace)
        ended = _epoch_ended(setup.run, position, tested)
        position.patience.take(ended)
        position.epoch, position.batch, position.totals = position.epoch + 1, 0, Totals()
        yield ended
    if position.epoch < epochs:
        yield _ended_early(setup, position)


def _learn(setup: Setup, position: Position, pace: Pace) -> Generator[Event, None, None]:
    setup.begin_training()
    take_step = setup.stepper or Stepper(setup.model, setup.optimizer, setup.device, setup.precision)
    pending, average = Pending(), setup.average
    lr: float | None = None
    pace.begin()
    for step, (images, labels) in enumerate(setup.train.epoch(position.epoch, position.batch), start=position.step):
        if setup.schedule is not None and lr != (wanted := setup.schedule(step) * position.factor):
            set_lr(setup.optimizer, lr := wanted)
        try:
            loss, logits = take_step(images, labels)
        except failures.PeerLost:
            _enter(position, pending.take(), pace.seconds)  # this step was not taken, those before were
            raise
        if average is not None:
            average.update(step)
        pending.add(loss, logits, labels)
        if pace.is_due():
            yield from _report(setup, position, pending, pace)
            pace.begin()  # time spent by others during the yield does not count
    if pending:
        yield from _report(setup, position, pending, pace)


def _report(setup: Setup, position: Position, pending: Pending, pace: Pace) -> Generator[Event, None, None]:
    here = pending.take()
    try:
        part, seconds = pace.gather(here), pace.seconds
    except failures.PeerLost:
        _enter(position, here, pace.seconds)
        raise
    for index, loss in enumerate(part.losses):
        if not math.isfinite(loss):  # no yield first: the weights are past saving
            raise failures.Diverged(position.step + index + 1, setup.lr)
    _enter(position, part, seconds)
    yield Steps(
        run=setup.run,
        step=position.step,
        epoch=position.epoch,
        losses=part.losses,
        accuracies=part.accuracies,
        images=part.images,
        seconds=seconds,
        lr=setup.lr,
    )


def _enter(position: Position, part: Part, seconds: float) -> None:
    position.step += len(part.losses)
    position.batch += len(part.losses)
    position.totals.add(part, seconds)


def _test(setup: Setup, position: Position, pace: Pace) -> Generator[Event, None, Totals]:
    pace.align(setup.tested)
    setup.tested.eval()
    totals, pending = Totals(), Pending()
    answers = setup.answers
    if answers is not None:
        answers.clear()
    yield Testing(setup.run, position.epoch, 0.0)
    pace.begin(is_testing=True)
    for done, (images, labels) in enumerate(setup.test.epoch(0), start=1):
        # Entered for each batch: a mode left on during a yield would hold for whoever iterates.
        with torch.inference_mode(), devices.autocast(setup.device, setup.precision):
            output = _answer(setup, images)
            pending.add(*measure(output, labels), labels)
            if answers is not None:
                answers.add(output, labels)
        if pace.is_due():
            with torch.inference_mode():
                totals.add(pace.gather(pending.take()), pace.seconds)
            yield Testing(setup.run, position.epoch, done / len(setup.test))
            pace.begin(is_testing=True)
    with torch.inference_mode():
        totals.add(pace.gather(pending.take()), pace.seconds)
    if answers is not None:
        answers.complete()
    setup.begin_training()
    if not math.isfinite(totals.mean_loss):
        raise failures.Diverged(position.step, setup.lr)
    return totals


def _answer(setup: Setup, images: Tensor) -> Any:
    """What the tested model answers; where a recording of the steps has left no memory for that, without one."""
    try:
        return setup.tested(images)
    except RuntimeError as error:
        step = setup.stepper
        if not (failures.is_out_of_memory(error) and isinstance(step, GraphStepper) and step.make_room(error)):
            raise
    return setup.tested(images)


def _epoch_ended(run: str, position: Position, tested: Totals) -> EpochEnded:
    learned = position.totals
    return EpochEnded(
        run=run,
        epoch=position.epoch,
        step=position.step,
        train_loss=learned.mean_loss,
        train_accuracy=learned.accuracy,
        test_loss=tested.mean_loss,
        test_accuracy=tested.accuracy,
        images=learned.images,
        seconds=learned.seconds,
        test_seconds=tested.seconds,
    )


def _ended_early(setup: Setup, position: Position) -> EndedEarly:
    epoch, best = position.epoch - 1, position.patience.best_epoch
    return EndedEarly(setup.run, position.step, epoch, best, position.patience.words(setup.patience))
