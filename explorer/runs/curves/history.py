"""All that is known of a run from its events: the curves, how far it is, how long it will take. No torch.

numpy is imported with the first history, not with this module: the window is on the screen sooner without it.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.training.events import (
    EndedEarly,
    EpochEnded,
    Event,
    Failed,
    Finished,
    LearningRateChanged,
    Paused,
    Preparing,
    Resumed,
    Started,
    Steps,
    Stopped,
    Testing,
    Warned,
)

RATE_SECONDS = 5.0  # images per second is the mean over the latest so many seconds of training

_EPOCH_FIGURES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")  # of which there are curves

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.runs.curves.growing import Floats


class Phase(StrEnum):
    """What a run is doing."""

    PREPARING = "preparing"
    TRAINING = "training"
    TESTING = "testing"
    ENDED = "ended"


class History:
    """The state of a run, changed by `apply` alone; read by views.

    Attributes:
        run: The run's id.
        started: The latest `Started`, None before the first step.
        preparing: The latest `Preparing`, until the first step.
        testing: The fraction of the test that is done, None when no test is on.
        epoch_ends: One for each finished epoch, in order.
        warnings: What went wrong beside the training.
        lr_changes: What the user set the learning rate to, in order.
        ended_early: Why the run ended before its last epoch.
        is_paused: It waits at a step boundary until it is told to go on.
        ending: How the run ended; None while it goes on.
        revision: Grows with every event; a view that remembers it knows whether to draw again.
        seconds: Time spent in training and testing so far, pauses not counted.
    """

    def __init__(self, run: str) -> None:
        import numpy as np

        from explorer.runs.curves.growing import Growing

        self.run = run
        self.started: Started | None = None
        self.preparing: Preparing | None = None
        self.testing: float | None = None
        self.epoch_ends: list[EpochEnded] = []
        self.warnings: list[Warned] = []
        self.lr_changes: list[LearningRateChanged] = []
        self.ended_early: EndedEarly | None = None
        self.is_paused = False
        self.ending: Finished | Stopped | Failed | None = None
        self.revision = 0
        self.seconds = 0.0
        self.images = 0
        self.lr: float | None = None
        self._step_seconds = 0.0
        self._losses = Growing()
        self._accuracies = Growing()
        self._lr_steps = Growing()
        self._lrs = Growing()
        self._epoch_steps = Growing(np.int64)
        self._epoch_figures = {name: Growing() for name in _EPOCH_FIGURES}
        self._time_steps = Growing()
        self._times = Growing()
        self._rates: deque[tuple[int, int, float]] = deque()  # steps, images, seconds of the latest events,
        self._rated_steps, self._rated_images, self._rated_seconds = 0, 0, 0.0  # and their sums

    # -- what happens -----------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Takes in what happened next."""
        self.revision += 1
        match event:
            case Preparing():
                self.preparing, self.ending = event, None
            case Started():
                self._begin(event)
            case Steps():
                self._append(event)
            case Testing():
                self.testing = event.fraction
            case EpochEnded():
                self._end_epoch(event)
            case LearningRateChanged() | EndedEarly() | Warned() | Paused() | Resumed():
                self._note(event)
            case _:
                self.ending, self.preparing, self.testing, self.is_paused = event, None, None, False

    def _note(self, event: LearningRateChanged | EndedEarly | Warned | Paused | Resumed) -> None:
        match event:
            case Paused() | Resumed():
                self.is_paused = isinstance(event, Paused)
            case LearningRateChanged():
                self.lr_changes.append(event)
                self.lr = event.lr
            case EndedEarly():
                self.ended_early = event
            case Warned():
                self.warnings.append(event)

    def _begin(self, event: Started) -> None:
        self.started, self.preparing, self.testing, self.ending = event, None, None, None
        self.is_paused = False  # whoever paused it before may have been killed meanwhile
        # A run that resumes does again what came after its checkpoint.
        self._losses.truncate(event.step)
        self._accuracies.truncate(event.step)
        self._forget_epochs(event.epoch)
        self._rates.clear()
        self._rated_steps, self._rated_images, self._rated_seconds = 0, 0, 0.0
        self.ended_early = None
        self.lr_changes = [change for change in self.lr_changes if change.step <= event.step]
        self._forget_lrs(event.step)
        self._forget_times(event.step)

    def _forget_lrs(self, after: int) -> None:
        if not len(self._lr_steps) or self._lr_steps.last <= after:
            return
        kept = int(self._lr_steps.values.searchsorted(after, side="right"))
        self._lr_steps.truncate(kept)
        self._lrs.truncate(kept)

    def _forget_times(self, after: int) -> None:
        if len(self._time_steps) and self._time_steps.last > after:
            import numpy as np

            seconds = float(np.interp(after, self._time_steps.values, self._times.values))
            kept = int(self._time_steps.values.searchsorted(after))
            self._time_steps.truncate(kept)
            self._times.truncate(kept)
            self._time_steps.extend((float(after),))
            self._times.extend((seconds,))

    def _append(self, event: Steps) -> None:
        self.testing = None
        self.lr = event.lr
        self.seconds += event.seconds
        self._step_seconds += event.seconds
        self.images += event.images
        first = event.step - len(event.losses)
        for column, values in ((self._losses, event.losses), (self._accuracies, event.accuracies)):
            column.truncate(first)
            if len(column) < first:  # events were lost: leave a gap rather than shift the curve
                column.skip(first - len(column))
            column.extend(values)
        self._append_lr(event)
        self._append_time(event, first)
        self._rates.append((len(event.losses), event.images, event.seconds))
        self._rate(len(event.losses), event.images, event.seconds)
        while len(self._rates) > 1 and self._rated_seconds > RATE_SECONDS:
            steps, images, seconds = self._rates.popleft()
            self._rate(-steps, -images, -seconds)

    def _rate(self, steps: int, images: int, seconds: float) -> None:
        self._rated_steps += steps
        self._rated_images += images
        self._rated_seconds += seconds

    def _append_lr(self, event: Steps) -> None:
        self._forget_lrs(event.step - len(event.losses))
        if not len(self._lrs) or self._lrs.last != event.lr:
            self._lr_steps.extend((float(event.step),))
            self._lrs.extend((event.lr,))

    def _append_time(self, event: Steps, first: int) -> None:
        self._forget_times(first)
        if not len(self._times):
            self._time_steps.extend((float(first),))
            self._times.extend((0.0,))
        before = float(self._times.last)
        self._time_steps.extend((float(event.step),))
        self._times.extend((before + event.seconds,))

    def _end_epoch(self, event: EpochEnded) -> None:
        self.testing = None
        self.seconds += event.test_seconds
        self._forget_epochs(event.epoch)
        self.epoch_ends.append(event)
        self._epoch_steps.extend((event.step,))
        for name, column in self._epoch_figures.items():
            column.extend((getattr(event, name),))

    def _forget_epochs(self, first: int) -> None:
        while self.epoch_ends and self.epoch_ends[-1].epoch >= first:
            self.epoch_ends.pop()
        for column in (self._epoch_steps, *self._epoch_figures.values()):
            column.truncate(len(self.epoch_ends))

    # -- curves -----------------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Steps that are done."""
        return len(self._losses)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The numbers of the steps, 1 to `step`: the x axis of `losses` and `accuracies`."""
        import numpy as np

        return np.arange(1, self.step + 1, dtype=np.int64)

    @property
    def losses(self) -> Floats:
        """Training loss of each step; NaN where an event was lost."""
        return self._losses.values

    @property
    def accuracies(self) -> Floats:
        """Training accuracy of each step."""
        return self._accuracies.values

    @property
    def lr_steps(self) -> Floats:
        """The x axis of `lrs`: a step each at which the learning rate was another than before."""
        return self._lr_steps.values

    @property
    def lrs(self) -> Floats:
        """Learning rates; each holds until the next, the last until `step`."""
        return self._lrs.values

    @property
    def time_steps(self) -> Floats:
        """The x axis of `times`: steps after which it was noted how long the training had taken."""
        return self._time_steps.values

    @property
    def times(self) -> Floats:
        """Seconds spent on the steps so far: without tests, pauses, and steps that were lost and done again."""
        return self._times.values

    @property
    def epoch_steps(self) -> NDArray[np.int64]:
        """The step after which each epoch ended: the x axis of the `epoch_...` curves."""
        return self._epoch_steps.values

    @property
    def epoch_train_losses(self) -> Floats:
        return self._of_epochs("train_loss")

    @property
    def epoch_train_accuracies(self) -> Floats:
        return self._of_epochs("train_accuracy")

    @property
    def epoch_test_losses(self) -> Floats:
        return self._of_epochs("test_loss")

    @property
    def epoch_test_accuracies(self) -> Floats:
        return self._of_epochs("test_accuracy")

    def _of_epochs(self, name: str) -> Floats:
        return self._epoch_figures[name].values

    # -- how far, how fast, how good --------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        if self.ending is not None:
            return Phase.ENDED
        if self.started is None or self.preparing is not None:
            return Phase.PREPARING
        return Phase.TRAINING if self.testing is None else Phase.TESTING

    @property
    def epochs(self) -> int:
        """Epochs that the run will have; 0 while that is not known."""
        return 0 if self.started is None else self.started.epochs

    @property
    def steps_per_epoch(self) -> int:
        return 0 if self.started is None else self.started.steps_per_epoch

    @property
    def epoch(self) -> int:
        """The epoch under way, from 0; the last one when all are done."""
        return min(len(self.epoch_ends), max(self.epochs - 1, 0))

    @property
    def batch(self) -> int:
        """Steps done in the epoch under way."""
        return self.step - self.epoch * self.steps_per_epoch

    @property
    def fraction(self) -> float:
        """How much of the training is done, 0-1."""
        total = self.epochs * self.steps_per_epoch
        return min(self.step / total, 1.0) if total else 0.0

    @property
    def images_per_second(self) -> float | None:
        """Training images a second, over the latest seconds; None before the first steps."""
        return self._rated_images / self._rated_seconds if self._rated_seconds > 0 else None

    @property
    def mean_images_per_second(self) -> float | None:
        """Training images a second over the whole run."""
        return self.images / self._step_seconds if self._step_seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Time until the run finishes, from the rates so far; None before the first steps and after the end.

        Built on durations that the loop measured by a clock that only goes forward: no jump of the wall clock shows.
        """
        steps, seconds = self._rated_steps, self._rated_seconds
        if not steps or self.started is None or self.ending is not None:
            return None
        steps_left = max(self.epochs * self.steps_per_epoch - self.step, 0)
        tests_left = self.epochs - len(self.epoch_ends) - (self.testing or 0.0)
        test_seconds = self.epoch_ends[-1].test_seconds if self.epoch_ends else 0.0
        return steps_left * seconds / steps + max(tests_left, 0.0) * test_seconds

    @property
    def best(self) -> EpochEnded | None:
        """The epoch with the highest test accuracy, the first of equals."""
        return max(self.epoch_ends, key=lambda end: end.test_accuracy, default=None)
