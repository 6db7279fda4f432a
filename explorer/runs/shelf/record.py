"""One line of the runs table: what a run is, and how far it came. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from explorer.bilingual import Text
from explorer.runs.curves.history import History
from explorer.runs.folder.about import About
from explorer.runs.plan import RunPlan
from explorer.training.events import Failed, Finished, Stopped


class Status(StrEnum):
    """How it stands with a run; `INTERRUPTED` means that its process died, `QUEUED` that it waits for its turn."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run in short.

    Attributes:
        id: Name of the run's folder.
        number: 1, 2, 3, ... in order of creation, for display.
        created: In UTC.
        seconds: Time spent in training and testing.
        test_accuracy: Of the last epoch; `best_test_accuracy` of the best. None before the first epoch ended.
        message: Why it failed; `hint` says what to do.
        about: What the user calls it and says of it.
        is_paused: Whoever trains it has it wait at a step boundary.
        has_ended: Somebody has trained it and stopped, or failed, though it may wait in the queue again.
        place: In the queue: those of a lower place come first. None where it does not wait.
    """

    id: str
    number: int
    plan: RunPlan
    status: Status
    created: datetime
    epochs_done: int = 0
    steps: int = 0
    train_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    best_test_accuracy: float | None = None
    seconds: float = 0.0
    images_per_second: float | None = None
    params: int = 0
    device: str = ""
    precision: str = ""
    message: Text | None = None
    hint: Text | None = None
    about: About = field(default_factory=About)
    place: int | None = None
    is_paused: bool = False
    has_ended: bool = False

    @property
    def title(self) -> str:
        """On a line: the name that the user gave it, else the network and the data."""
        return f"#{self.number} {self.about.name or f'{self.plan.title} · {self.plan.dataset}'}"

    @property
    def plan_as_run(self) -> RunPlan:
        """The plan with the precision that was decided on when it began, for whoever repeats what the run computed."""
        if not self.precision:
            return self.plan
        return replace(self.plan, config=replace(self.plan.config, precision=self.precision))

    @property
    def can_resume(self) -> bool:
        return self.status not in (Status.RUNNING, Status.FINISHED)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the `runs` command and the index."""
        message = None if self.message is None else {"en": self.message.en, "zh": self.message.zh}
        hint = None if self.hint is None else {"en": self.hint.en, "zh": self.hint.zh}
        numbers = {name: getattr(self, name) for name in _PLAIN}
        return {
            "id": self.id,
            "number": self.number,
            "status": str(self.status),
            "created": self.created.isoformat(),
            **self.about.to_json(),
            "place": self.place,
            "is_paused": self.is_paused,
            "has_ended": self.has_ended,
            **numbers,
            "message": message,
            "hint": hint,
            "plan": self.plan.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunRecord":
        return cls(
            id=data["id"],
            number=data["number"],
            plan=RunPlan.from_json(data["plan"]),
            status=Status(data["status"]),
            created=datetime.fromisoformat(data["created"]),
            message=Text(**data["message"]) if data["message"] else None,
            hint=Text(**data["hint"]) if data["hint"] else None,
            about=About.from_json(data),
            place=data.get("place"),
            is_paused=bool(data.get("is_paused")),
            has_ended=bool(data.get("has_ended")),
            **{name: data[name] for name in _PLAIN},
        )


_PLAIN = (
    "epochs_done",
    "steps",
    "train_loss",
    "train_accuracy",
    "test_accuracy",
    "best_test_accuracy",
    "seconds",
    "images_per_second",
    "params",
    "device",
    "precision",
)


def status_of(history: History, *, is_alive: bool, is_queued: bool = False) -> Status:
    """How it stands with the run of `history`, whose process `is_alive`."""
    if is_alive:
        return Status.RUNNING
    if is_queued and not isinstance(history.ending, Finished):
        return Status.QUEUED
    match history.ending:
        case Finished():
            return Status.FINISHED
        case Stopped():
            return Status.STOPPED
        case Failed():
            return Status.FAILED
        case _:
            return Status.INTERRUPTED


def summarise(head: RunRecord, history: History, *, is_alive: bool) -> RunRecord:
    """`head` with what follows from the run's events."""
    last = history.epoch_ends[-1] if history.epoch_ends else None
    recent_losses, recent_accuracies = history.losses[-50:], history.accuracies[-50:]
    ending = history.ending
    return replace(
        head,
        status=status_of(history, is_alive=is_alive, is_queued=head.place is not None),
        place=None if is_alive else head.place,
        is_paused=is_alive and history.is_paused,
        has_ended=ending is not None,
        epochs_done=len(history.epoch_ends),
        steps=history.step,
        train_loss=last.train_loss if last else _mean(recent_losses.tolist()),
        train_accuracy=last.train_accuracy if last else _mean(recent_accuracies.tolist()),
        test_accuracy=last.test_accuracy if last else None,
        best_test_accuracy=history.best.test_accuracy if history.best else None,
        seconds=history.seconds,
        images_per_second=history.mean_images_per_second,
        params=history.started.params if history.started else 0,
        device=history.started.device if history.started else "",
        precision=history.started.precision if history.started else "",
        message=ending.message if isinstance(ending, Failed) else None,
        hint=ending.hint if isinstance(ending, Failed) else None,
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
