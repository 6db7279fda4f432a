"""Trains LeNet on the digits in a process of its own, for the tests of resuming: prints losses and a digest of weights.

`python -m tests.runs.digest FOLDER [--resume] [--stop-after STEPS] [--snapshots]`
"""

import argparse
import hashlib
import json
from pathlib import Path

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
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--stop-after", type=int, default=10**9)
    parser.add_argument("--snapshots", action="store_true")
    args = parser.parse_args()
    execution = Execution(plan(), "r", args.folder, resume=args.resume)
    losses, events = [], execution.events()
    for event in events:
        if args.snapshots:
            execution.snapshot()
        if isinstance(event, Steps):
            losses += event.losses
            if event.step >= args.stop_after:
                break
    events.close()
    print(json.dumps({"losses": losses, "digest": digest(execution.snapshot().weights)}))


if __name__ == "__main__":
    main()
