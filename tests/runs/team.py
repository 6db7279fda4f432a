"""Trains in two processes that talk to each other through gloo, several times, and prints what came of it.

`team.run(FOLDER)` starts both; each is `python -m tests.runs.team FOLDER` with what a launcher says in the environment.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from explorer import catalogue
from explorer.runs import assembly, execute, together
from explorer.training.events import EpochEnded, Steps
from explorer.training.failures import Diverged
from explorer.training.world import launched
from tests.runs.digest import digest, plan, with_dropout

ROOT = Path(__file__).resolve().parents[2]
PLAN = plan(augment=True, device="cpu", batch_size=63)  # shares of 31 and 32: they draw unlike many numbers
PORTS = 4  # one for each training: a port is free again only after a while


class Poisoned(nn.Module):
    """After 17 steps the weights of `middle` are spoiled, in the second process only."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(784, 8), nn.Linear(8, 8), nn.Linear(8, 10)
        self._left = 17

    def forward(self, x):
        if self.training:
            self._left -= 1
        if self._left < 0 and os.environ["RANK"] == "1":
            with torch.no_grad():
                self.middle.weight[0, 0] = torch.nan
        return self.last(self.middle(self.first(x.flatten(1))))


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for found in sockets:
        found.bind(("127.0.0.1", 0))
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def run(folder: Path) -> dict:
    """What the first process says; fails where one of them did."""
    ports = free_ports(PORTS)
    said = {
        **os.environ, "TORCHELASTIC_RUN_ID": "tests", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "PORTS": json.dumps(ports), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    pair = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.runs.team", str(folder)],
            cwd=ROOT, env={**said, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for rank in range(2)
    ]  # fmt: skip
    try:
        answers = [process.communicate(timeout=100) for process in pair]
    finally:
        for process in pair:
            process.kill()
    assert [process.returncode for process in pair] == [0, 0], answers
    return json.loads(answers[0][0])


def train(folder: Path, what, *, until: int | None = None) -> dict:
    """Trains with the other process; the first stops both after the step `until`."""
    world = launched()
    os.environ["MASTER_PORT"] = str(json.loads(os.environ["PORTS"])[train.count])
    train.count += 1
    folder.mkdir(exist_ok=True)
    if world.rank > 0:
        assert together.help_out(world, lambda: None) == 0
        return {}
    execution = together.lead(world, what, "r", folder, resume=True)
    losses, accuracy, failure, events = [], None, None, execution.events()
    try:
        for event in events:
            if isinstance(event, Steps):
                losses += event.losses
                if until is not None and event.step >= until:
                    break
            if isinstance(event, EpochEnded):
                accuracy = event.test_accuracy
    except Diverged as error:
        failure = error.message.en
    events.close()
    told = {"losses": losses, "test_accuracy": accuracy, "failure": failure}
    return {**told, "digest": digest(execution.snapshot().weights)}


train.count = 0


def main() -> None:
    torch.set_num_threads(1)
    root = Path(sys.argv[1])
    execute.REPORT_SECONDS = 1e-9
    together.REPORT_SECONDS = 1e-9
    assembly.TEST_NUMBERS = 784 * 17
    catalogue.build = with_dropout
    told = {"whole": train(root / "whole", PLAN)}
    told["begun"] = train(root / "parts", PLAN, until=7)
    told["resumed"] = train(root / "parts", PLAN)
    catalogue.build = lambda choice: Poisoned()
    execute.Schedule.is_due = lambda self, is_epoch_end: False  # so that the whole way is gone again
    told["poisoned"] = train(root / "poisoned", plan(device="cpu"))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
