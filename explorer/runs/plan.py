"""What is to be trained on what, and how: from this a run can be repeated. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.catalogue import Choice
from explorer.training import threads
from explorer.training.config import TrainConfig

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A reproducible training.

    Attributes:
        dataset: `digits`, `shapes`, `mnist`, `fashion-mnist`, `cifar10` or `folder:PATH`.
        data_dir: Where the files of a downloadable data set are; None for the program's own folder.
    """

    choice: Choice
    dataset: str
    data_dir: str | None = None
    config: TrainConfig = field(default_factory=TrainConfig)

    def decided(self) -> "RunPlan":
        """The plan with nothing left to the machine that decides what a run on the CPU computes."""
        if self.config.threads is not None:
            return self
        return replace(self, config=replace(self.config, threads=threads.usual()))

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "choice": self.choice.to_json(),
            "dataset": self.dataset,
            "data_dir": self.data_dir,
            "config": self.config.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunPlan":
        return cls(
            Choice.from_json(data["choice"]), data["dataset"], data["data_dir"], TrainConfig.from_json(data["config"])
        )
