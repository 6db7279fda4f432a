"""What a training tells while it runs: frozen values with plain numbers. No torch.

Order in a run: any number of `Preparing`, one `Started` (again after a resume), any number of `Steps`, `Testing` and
`EpochEnded`, at most one `EndedEarly`, exactly one of `Finished`, `Stopped`, `Failed`. `Warned`, `Paused` and
`LearningRateChanged` may come anywhere before the ending; `Resumed` follows a `Paused`, unless the ending does. `run`
is the run's id. Accuracies are fractions 0-1.
"""

from dataclasses import dataclass

from explorer.bilingual import Text


@dataclass(frozen=True, slots=True)
class Preparing:
    """Before the first step: loading data, building the model. `fraction` is None where it is not known."""

    run: str
    what: Text
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The first step comes next. `step` and `epoch` are 0, or where the run resumes; `params` counts the weights.

    `speed` says how steps are sped up, where that was tried.
    """

    run: str
    epochs: int
    steps_per_epoch: int
    train_images: int
    test_images: int
    device: str
    precision: str
    epoch: int = 0
    step: int = 0
    params: int = 0
    speed: Text | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps `step - len(losses) + 1` to `step` are done (counted from 1 through the whole run).

    Attributes:
        epoch: The epoch these steps belong to, counted from 0.
        losses: Mean loss of each step's batch.
        accuracies: Training accuracy of each step's batch.
        images: Images in these steps; `seconds` is the time they took.
        lr: Learning rate of the last of them.
    """

    run: str
    step: int
    epoch: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    images: int
    seconds: float
    lr: float


@dataclass(frozen=True, slots=True)
class Testing:
    """The test images are being run through; `fraction` of them is done."""

    run: str
    epoch: int
    fraction: float


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """`epoch` (from 0) is over and tested. `seconds` is its training time, without `test_seconds`."""

    run: str
    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    images: int
    seconds: float
    test_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LearningRateChanged:
    """The user set the learning rate to `lr`, from the step after `step` on.

    `factor` is what the rates of the schedule are multiplied by from there on.
    """

    run: str
    step: int
    lr: float
    factor: float


@dataclass(frozen=True, slots=True)
class EndedEarly:
    """No epoch since `best_epoch` (from 0) brought a better test, so the run ends after `epoch`; `message` says so."""

    run: str
    step: int
    epoch: int
    best_epoch: int
    message: Text


@dataclass(frozen=True, slots=True)
class Warned:
    """Something beside the training went wrong (the disk is full); the training goes on."""

    run: str
    message: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """The run waits at a step boundary until it is told to go on."""

    run: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The run goes on, after a pause of the same process."""

    run: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All epochs are done, or it ended early by its plan."""

    run: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Ended by the user, or found interrupted; can be resumed."""

    run: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended by an error: what happened and what to change; `details` is a traceback for a report, or "".

    `fits` is the batch size that fits in memory where that of the run did not, if one was found.
    """

    run: str
    message: Text
    hint: Text | None = None
    details: str = ""
    fits: int | None = None


Event = (
    Preparing
    | Started
    | Steps
    | Testing
    | EpochEnded
    | LearningRateChanged
    | EndedEarly
    | Warned
    | Paused
    | Resumed
    | Finished
    | Stopped
    | Failed
)
ENDINGS = (Finished, Stopped, Failed)
