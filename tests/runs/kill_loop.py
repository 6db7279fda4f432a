"""Kills a run again and again while it trains and writes, and lets it go on each time.

`python -m tests.runs.kill_loop FOLDER KILLS` prints how often the files were readable, and whether the weights at the
end are those of an uninterrupted run. Children are forked, so that torch is imported once.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import time
from pathlib import Path

import torch

from explorer.runs.folder.checkpoint import Checkpoints, weights
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.training import initialise
from explorer.training.events import Finished
from tests.runs.digest import digest, plan


class AlwaysDue(execute.Schedule):
    """Saves at every event, so that most kills meet a save."""

    def is_due(self, *, is_epoch_end: bool) -> bool:
        return True


def train(store: Store, run: str, *, resume: bool) -> None:
    recorder = store.recorder(run)
    for event in Execution(store.plan(run), run, store.folder(run), resume=resume).events():
        recorder.append(event)
        recorder.flush()
    recorder.append(Finished(run))
    recorder.close()


def train_and_die(root: Path, run: str, seconds: float, *, has_begun: bool) -> bool:
    """True if the child was killed, False if it came to the end first.

    With `has_begun` the time counts from its first sign of life: a busy machine takes long to come to that.
    """
    written = _written(root / run)
    child = os.fork()
    if child == 0:
        try:
            train(Store(root), run, resume=True)
        finally:
            os._exit(0)
    patience = time.monotonic() + 60
    while has_begun and _written(root / run) == written and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _written(folder: Path) -> set[tuple[str, int]]:
    """The files of a run and when they were last changed."""
    found = set()
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # replaced just now
            found.add((path.name, path.stat().st_mtime_ns))
    return found


def uninterrupted(folder: Path, what: RunPlan) -> str:
    execution = Execution(what, "s", folder)
    for _ in execution.events():
        pass
    return digest(weights(folder).weights)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("kills", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    what = plan(epochs=args.kills + 4)
    expected = uninterrupted(args.folder / "straight", what)
    execute.Schedule = AlwaysDue
    execute.REPORT_SECONDS = 1e-9
    root = args.folder / "runs"
    store = Store(root)
    run = store.create(what).id
    store.recorder(run).close()  # gives the run free for the children
    chance = random.Random(0)
    readable = interrupted = kills = step = 0
    while kills < args.kills:
        if not train_and_die(root, run, chance.uniform(0.05, 0.4), has_begun=chance.random() < 0.8):
            break
        kills += 1
        interrupted += store.record(run).status == Status.INTERRUPTED
        model = initialise.build(what.choice, seed=1)
        saved = Checkpoints(store.folder(run)).load(model)
        reached = 0 if saved is None else saved[1]["position"]["step"]
        readable += reached >= step  # never backwards
        step = max(step, reached)
    train(store, run, resume=True)
    same = digest(weights(store.folder(run)).weights) == expected
    left = [path.name for path in store.folder(run).rglob("*.tmp")]
    facts = {"kills": kills, "readable": readable, "interrupted": interrupted, "step": step, "same": same}
    print(
        json.dumps(
            {
                **facts,
                "left": left,
                "history": store.history(run).step,
                "steps": 10 * what.config.epochs,
                "status": store.record(run).status,
            }
        )
    )


if __name__ == "__main__":
    main()
