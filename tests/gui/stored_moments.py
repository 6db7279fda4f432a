"""A run on disk with weights of several moments, made without training."""

from pathlib import Path

from explorer import catalogue
from explorer.inspection import untrained
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import Snapshot
from explorer.runs.folder.names import CHECKPOINTS, SNAPSHOTS
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded, Finished, Started, Steps

LENET = catalogue.find("lenet").default_choice()
STEPS = (0, 1, 5, 10, 20)  # the last is the checkpoint; 10 the best
DIGITS = tuple("0123456789")


def write_moment(folder: Path, step: int, *, seed: int | None = None) -> Path:
    """Weights drawn with `seed`, by default the step."""
    weights = checkpoint.copy_weights(untrained.build(LENET, step if seed is None else seed))
    path = folder / f"step-{step:08d}.safetensors"
    checkpoint.write_moment(path, Snapshot(weights, step // 10, step, DIGITS, (0.3,), (0.35,)))
    return path


def stored_run(store: Store) -> str:
    """A finished run of 2 epochs of 10 steps; returns its id."""
    record = store.create(RunPlan(LENET, "digits", None, TrainConfig(epochs=2, device="cpu")))
    run, folder = record.id, store.folder(record.id)
    for step in STEPS[:-1]:
        write_moment(folder / SNAPSHOTS, step)
    for step in STEPS[-2:]:
        write_moment(folder / CHECKPOINTS, step)
    (folder / CHECKPOINTS / "checkpoints.json").write_text(
        '{"schema": 1, "last": "step-00000020", "previous": null, "best": "step-00000010", "best_accuracy": 0.5}'
    )
    recorder = store.recorder(run)
    recorder.append(Started(run, 2, 10, 640, 100, "cpu", "fp32", params=61_706))
    for epoch in range(2):
        recorder.append(Steps(run, epoch * 10 + 10, epoch, (1.0,) * 10, (0.5,) * 10, 640, 0.5, 0.1))
        recorder.append(EpochEnded(run, epoch, (epoch + 1) * 10, 0.7, 0.6, 0.8, 0.5, 640, 1.0, 0.25))
    recorder.append(Finished(run))
    recorder.close()
    return run
