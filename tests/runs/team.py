"""Trains in processes that talk to each other through gloo, several times, and prints what came of it.

`team.run(FOLDER, COUNT, SCENE, ...)` starts them; each is `python -m tests.runs.team FOLDER SCENE ...` with what a
launcher says in the environment.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from explorer import catalogue
from explorer.runs.work import assembly, execute, together
from explorer.training.events import EpochEnded, Steps
from explorer.training.failures import Diverged, PeerLost
from explorer.training.world import launched
from tests.runs.digest import digest, plan, with_dropout

ROOT = Path(__file__).resolve().parents[2]
PLAN = plan(augment=True, device="cpu", batch_size=63)  # shares of unlike size: they draw unlike many numbers
SCENES = {"whole": 1, "parts": 2, "poisoned": 1, "broken": 1, "mended": 1}  # trainings of each
STEPS_BEFORE_THE_KILL = 9


class Poisoned(nn.Module):
    """After 17 steps the weights of `middle` are spoiled, in the second process only."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(784, 8), nn.Linear(8, 8), nn.Linear(8, 10)
        self._left = 17

    def forward(self, x):
        if self.training and len(x) > 2:  # else it only shows how its gradients lie
            self._left -= 1
        if self._left < 0 and os.environ["RANK"] == "1":
            with torch.no_grad():
                self.middle.weight[0, 0] = torch.nan
        return self.last(self.middle(self.first(x.flatten(1))))


def mortal(choice):
    """`with_dropout`, of which the last process dies in the midst of a step: after its statistics were updated."""
    model, seen = with_dropout(choice), []

    def look(module, arguments):
        if module.training and len(arguments[0]) > 2:
            seen.append(1)
        if len(seen) > STEPS_BEFORE_THE_KILL:
            os.kill(os.getpid(), signal.SIGKILL)

    if os.environ["RANK"] == str(int(os.environ["WORLD_SIZE"]) - 1):
        model[-1].register_forward_pre_hook(look)
    return model


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for found in sockets:
        found.bind(("127.0.0.1", 0))
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def run(folder: Path, count: int, *scenes: str) -> dict:
    """What the first process says of each scene; fails where one of them did."""
    # One port for each training: it is free again only after a while.
    ports = free_ports(sum(SCENES[scene] for scene in scenes))
    said = {
        **os.environ, "TORCHELASTIC_RUN_ID": "tests", "WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1", "PORTS": json.dumps(ports), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    team = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.runs.team", str(folder), *scenes],
            cwd=ROOT, env={**said, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for rank in range(count)
    ]  # fmt: skip
    try:
        answers = [process.communicate(timeout=200) for process in team]
    finally:
        for process in team:
            process.kill()
    endings = [0] * count
    if "broken" in scenes:
        endings[-1] = -signal.SIGKILL
    assert [process.returncode for process in team] == endings, answers
    return json.loads(answers[0][0])


def train(folder: Path, what, *, until: int | None = None) -> dict:
    """Trains with the others; the first stops all after the step `until`."""
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
    except (Diverged, PeerLost) as error:
        failure = error.message.en
    events.close()
    told = {"losses": losses, "test_accuracy": accuracy, "failure": failure}
    return {**told, "digest": digest(execution.snapshot().weights)}


train.count = 0


def play(scene: str, root: Path) -> dict:
    catalogue.build = with_dropout
    match scene:
        case "whole":
            return {"whole": train(root / "whole", PLAN)}
        case "parts":
            return {"begun": train(root / "parts", PLAN, until=7), "resumed": train(root / "parts", PLAN)}
        case "broken":
            catalogue.build = mortal
            return {"broken": train(root / "broken", PLAN)}
        case "mended":
            return {"mended": train(root / "broken", PLAN)}
        case _:
            catalogue.build = lambda choice: Poisoned()
            execute.Schedule.is_due = lambda self, is_epoch_end: False  # so that the whole way is gone again
            return {"poisoned": train(root / "poisoned", plan(device="cpu"))}


def main() -> None:
    torch.set_num_threads(1)
    execute.REPORT_SECONDS = 1e-9
    together.REPORT_SECONDS = 1e-9
    assembly.TEST_NUMBERS = 784 * 17
    told = {}
    for scene in sys.argv[2:]:
        told |= play(scene, Path(sys.argv[1]))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
