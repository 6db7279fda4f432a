"""Events of a small run, and stand-ins for what trains."""

import time
from collections.abc import Callable, Generator, Iterator

from explorer.catalogue import Choice
from explorer.runs.plan import RunPlan
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded, Event, Started, Steps, Testing

PLAN = RunPlan(Choice("lenet", (1, 28, 28), 10), "digits", None, TrainConfig(epochs=3))


def started(run: str = "r", *, epochs: int = 3, steps: int = 10, epoch: int = 0, step: int = 0) -> Started:
    return Started(run, epochs, steps, steps * 64, 100, "cpu", "fp32", epoch, step, params=61_706)


def steps(run: str, last: int, count: int, *, epoch: int = 0, seconds: float = 0.5) -> Steps:
    losses = tuple(1.0 / step for step in range(last - count + 1, last + 1))
    return Steps(run, last, epoch, losses, tuple(1 - loss for loss in losses), 64 * count, seconds, 0.1)


def epoch_ended(run: str, epoch: int, *, accuracy: float = 0.5, steps: int = 10) -> EpochEnded:
    return EpochEnded(run, epoch, (epoch + 1) * steps, 0.7, 0.6, 0.8, accuracy, 640, 1.0, 0.25)


def whole_run(run: str = "r", *, epochs: int = 3) -> Iterator[Event]:
    yield started(run, epochs=epochs)
    for epoch in range(epochs):
        yield steps(run, epoch * 10 + 5, 5, epoch=epoch)
        yield steps(run, epoch * 10 + 10, 5, epoch=epoch)
        yield Testing(run, epoch, 0.5)
        yield epoch_ended(run, epoch, accuracy=0.5 + 0.1 * epoch)


class Endless:
    """Work that goes on until it is closed; a step takes 2 ms. Counts its steps, and notes that it was closed."""

    def __init__(self, run: str = "r", *, fail: Callable[[int], None] | None = None) -> None:
        self.run = run
        self.step = 0
        self.is_closed = False
        self.fail = fail

    def events(self) -> Generator[Event, None, None]:
        try:
            yield started(self.run, epochs=1000, steps=1000)
            while True:
                time.sleep(0.002)
                self.step += 1
                if self.fail is not None:
                    self.fail(self.step)
                yield steps(self.run, self.step, 1)
        finally:
            self.is_closed = True

    def rest(self) -> None:
        """It has no place to save."""

    def before_saving(self, call: object) -> None:
        """It saves nothing."""

    def snapshot(self) -> int | None:
        return self.step or None
