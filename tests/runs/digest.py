"""Goes on with a run in a process of its own, looking at it all the time: prints losses and a digest of the weights.

`python -m tests.runs.digest FOLDER`
"""

import hashlib
import json
import sys
from pathlib import Path

import torch

from explorer.catalogue import Choice
from explorer.runs.execute import Execution
from explorer.runs.plan import RunPlan
from explorer.training.config import TrainConfig
from explorer.training.events import Steps


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
    execution = Execution(plan(), "r", Path(sys.argv[1]), resume=True)
    losses = []
    for event in execution.events():
        execution.snapshot()
        if isinstance(event, Steps):
            losses += event.losses
    print(json.dumps({"losses": losses, "digest": digest(execution.snapshot().weights)}))


if __name__ == "__main__":
    main()
