"""Goes on with a run in a process of its own, looking at it all the time: prints losses and a digest of the weights.

`python -m tests.runs.digest FOLDER [all]`
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from torch import nn

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.runs.plan import RunPlan
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig
from explorer.training.events import Steps

EVERYTHING = {
    "epochs": 3, "lr": 0.02, "schedule": "one-cycle", "warmup_epochs": 0.5, "nesterov": True, "weight_decay": 5e-4,
    "label_smoothing": 0.1, "clip_norm": 0.5, "ema_decay": 0.9, "patience": 2, "freeze": ("0.0",), "augment": True,
    "threads": 1,
}  # fmt: skip


def with_dropout(choice: Choice) -> nn.Module:
    """A network in which every option has something to do."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU()),
        nn.Conv2d(4, 6, 3, stride=2), nn.BatchNorm2d(6), nn.ReLU(),
        nn.Flatten(), nn.Dropout(), nn.Linear(6 * 6 * 6, 10),
    )  # fmt: skip


def plan(*, epochs: int = 2, **config) -> RunPlan:
    choice = Choice("lenet", (1, 28, 28), 10, {"activation": "relu", "pooling": "max"})
    return RunPlan(choice, "digits", None, TrainConfig(**{"epochs": epochs, "limit": 640, "lr": 0.05, **config}))


def digest(weights) -> str:
    total = hashlib.sha256()
    for name in sorted(weights):
        total.update(name.encode() + weights[name].numpy().tobytes())
    return total.hexdigest()


def main() -> None:
    torch.set_num_threads(1)
    what = plan()
    if "all" in sys.argv:
        catalogue.build = with_dropout
        what = plan(**EVERYTHING)
    execution = Execution(what, "r", Path(sys.argv[1]), resume=True)
    losses = []
    for event in execution.events():
        execution.snapshot()
        if isinstance(event, Steps):
            losses += event.losses
    print(json.dumps({"losses": losses, "digest": digest(execution.snapshot().weights)}))


if __name__ == "__main__":
    main()
