"""What is to be trained on what, and how: from this a run can be repeated. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.catalogue import Choice, OwnModel
from explorer.training import threads
from explorer.training.config import TrainConfig

SCHEMA = 2  # of a fork; a plan that starts from its own weights is as in version 1


@dataclass(frozen=True, slots=True)
class Origin:
    """The moment of another run that a fork starts from.

    Attributes:
        number: Of that run, for display; its folder may be gone, as the fork has the weights in its own.
        step: After how many of its steps.
    """

    run: str
    number: int
    step: int

    def to_json(self) -> dict[str, Any]:
        return {"run": self.run, "number": self.number, "step": self.step}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Origin":
        return cls(str(data["run"]), int(data["number"]), int(data["step"]))


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A reproducible training.

    Attributes:
        dataset: `digits`, `shapes`, `mnist`, `fashion-mnist`, `cifar10` or `folder:PATH`.
        data_dir: Where the files of a downloadable data set are; None for the program's own folder.
        own: The model where `choice` is one of the user; its file is copied into the folder of the run.
        origin: Where the start weights come from, for a fork of another run.
    """

    choice: Choice
    dataset: str
    data_dir: str | None = None
    config: TrainConfig = field(default_factory=TrainConfig)
    own: OwnModel | None = None
    origin: Origin | None = None

    @property
    def title(self) -> str:
        """What the network is called, on a line."""
        return self.choice.architecture if self.own is None else self.own.card.title

    def decided(self) -> "RunPlan":
        """The plan with nothing left to the machine that decides what a run on the CPU computes."""
        if self.config.threads is not None:
            return self
        return replace(self, config=replace(self.config, threads=threads.usual()))

    def to_json(self) -> dict[str, Any]:
        own = {} if self.own is None else {"own": self.own.to_json()}
        origin = {} if self.origin is None else {"origin": self.origin.to_json()}
        return {
            "schema": 1 if self.origin is None else SCHEMA,
            "choice": self.choice.to_json(),
            "dataset": self.dataset,
            "data_dir": self.data_dir,
            "config": self.config.to_json(),
            **own,
            **origin,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunPlan":
        own = OwnModel.from_json(data["own"]) if data.get("own") else None
        origin = Origin.from_json(data["origin"]) if data.get("origin") else None
        config = TrainConfig.from_json(data["config"])
        return cls(Choice.from_json(data["choice"]), data["dataset"], data["data_dir"], config, own, origin)
