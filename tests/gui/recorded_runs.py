"""Made-up trainings for tests of the window: events as a real loop yields them, without torch."""

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.gui.services.run_work import Execute
from explorer.runs.curves.history import History
from explorer.runs.plan import RunPlan
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded, Event, Finished, LearningRateChanged, Preparing, Started, Steps

LENET = Choice("lenet", (1, 28, 28), 10, {})


def plan(epochs: int = 4, dataset: str = "digits", choice: Choice = LENET) -> RunPlan:
    return RunPlan(choice, dataset, None, TrainConfig(epochs=epochs))


def recorded(
    run: str, *, epochs: int = 4, steps_per_epoch: int = 40, per_event: int = 8, slowness: float = 1.0, seed: int = 0
) -> Iterator[Event]:
    """The events of a training that goes well, without its ending; `slowness` stretches the learning."""
    numbers = np.random.default_rng(seed)
    total = epochs * steps_per_epoch
    progress = np.arange(1, total + 1) / total
    losses = (
        0.12 + 2.2 * np.exp(-6 * progress / slowness) + numbers.normal(0, 0.09, total) * (0.3 + np.exp(-3 * progress))
    )
    accuracies = np.clip(1 - np.maximum(losses, 0) / 2.5 + numbers.normal(0, 0.03, total), 0, 1)
    losses = np.maximum(losses, 0.01)
    yield Preparing(run, Text("Loading the data", "正在加载数据"), 0.5)
    yield Started(run, epochs, steps_per_epoch, steps_per_epoch * 64, 360, "CPU", "fp32", params=61706)
    for epoch in range(epochs):
        first = epoch * steps_per_epoch
        for start in range(first, first + steps_per_epoch, per_event):
            stop = min(start + per_event, first + steps_per_epoch)
            done = slice(start, stop)
            yield Steps(run, stop, epoch, tuple(losses[done]), tuple(accuracies[done]), 64 * (stop - start), 0.05, 0.1)
        end = slice(first, first + steps_per_epoch)
        loss, accuracy = float(losses[end].mean()), float(accuracies[end].mean())
        yield EpochEnded(
            run, epoch, end.stop, loss, accuracy, loss * 1.06, accuracy * 0.985, 64 * steps_per_epoch, 0.4, 0.1
        )  # fmt: skip


def history(run: str, *, is_ended: bool = True, upto: float = 1.0, **shape: Any) -> History:
    """The history of such a training, or of its first part."""
    events = list(recorded(run, **shape))
    found = History(run)
    for event in events[: max(int(len(events) * upto), 1)]:
        found.apply(event)
    if is_ended:
        found.apply(Finished(run))
    return found


class Replay:
    """A stand-in for an execution: yields recorded events, `pause` seconds apart; its snapshots are step numbers."""

    def __init__(self, run: str, *, pause: float = 0.0, fail: Exception | None = None, **shape: Any) -> None:
        self._run = run
        self._events = recorded(run, **shape)
        self._pause, self._fail = pause, fail
        self._step: int | None = None

    def events(self) -> Generator[Event, None, None]:
        for event in self._events:
            if isinstance(event, Steps):
                self._step = event.step
                time.sleep(self._pause)
                if self._fail is not None:
                    raise self._fail
            yield event

    def snapshot(self) -> Any:
        return self._step

    def rest(self) -> None:
        """It has no place to save."""

    def before_saving(self, call: Callable[[], None]) -> None:
        """It saves nothing."""

    def set_lr(self, lr: float) -> LearningRateChanged | None:
        return None if self._step is None else LearningRateChanged(self._run, self._step, lr, 1.0)


def wait_until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    """Longer than pytest-qt's own: the first run of a session imports TensorBoard's writer."""
    qtbot.waitUntil(holds, timeout=60_000)


def executor(asked: list[tuple[str, bool]] | None = None, **options: Any) -> Execute:
    """Replays instead of training; enters in `asked` which runs were to be trained, and whether resumed."""

    def execute(plan: RunPlan, run: str, folder: Path, *, resume: bool) -> Replay:
        if asked is not None:
            asked.append((run, resume))
        return Replay(run, epochs=plan.config.epochs, **options)

    return execute
