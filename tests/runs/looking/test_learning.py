"""What the layers of a run are taught, and what drives its maps, is measured beside it and changes nothing."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint
from explorer.runs.folder.moments import moments
from explorer.runs.looking.drivers import DriversDesk
from explorer.runs.looking.learning import LearningDesk
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig
from tests.gui.stored_moments import LENET, STEPS, stored_run
from tests.runs.digest import plan


def test_each_stored_moment_is_measured(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    folder = store.folder(stored_run(store))
    desk, run = LearningDesk(), RunPlan(LENET, "digits", None, TrainConfig())
    found = [desk.measure(run, folder, moment.step) for moment in moments(folder)]
    assert len(found) == len(STEPS)
    assert all(len(one.layers) == 5 for one in found)
    assert len({one.loss for one in found}) == len(STEPS)
    assert desk.measure(run, folder, moments(folder)[0].step) == found[0]
    store.close()


def test_data_that_are_not_here_are_not_downloaded(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    folder = store.folder(stored_run(store))
    somewhere = RunPlan(LENET, "mnist", str(tmp_path / "nothing"), TrainConfig())
    with pytest.raises(ExplorerError, match="not here"):
        LearningDesk().measure(somewhere, folder, moments(folder)[0].step)
    with pytest.raises(ExplorerError, match="not here"):
        DriversDesk(OwnBench()).find(LENET, Weights(), ("mnist", tmp_path / "nothing"), "features.0")
    store.close()


def test_the_images_that_drive_a_map_are_those_with_its_greatest_values() -> None:
    desk = DriversDesk(OwnBench())
    found = desk.find(LENET, Weights(seed=2), ("digits", None), "head.5")
    assert found.found.values.shape == (10, 8)
    assert len(found.pixels) == len(found.labels) == 360
    again = desk.find(LENET, Weights(seed=2), ("digits", None), "features.1")
    assert np.isfinite(again.found.values).all()
    assert again.found.rows.max() < 28


def test_a_training_beside_learns_the_same_to_the_bit(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    folder = store.folder(stored_run(store))
    stop, done = threading.Event(), []

    def measure() -> None:
        desk, drivers = LearningDesk(), DriversDesk(OwnBench())
        run = RunPlan(LENET, "digits", None, TrainConfig())
        while not stop.is_set():
            desk.measure(run, folder, moments(folder)[1].step)
            drivers.find(LENET, Weights(seed=3), ("digits", None), "features.3")
            done.append(1)

    def trained(name: str, beside: Callable[[], None] | None) -> dict[str, bytes]:
        at = tmp_path / name
        at.mkdir()
        thread = threading.Thread(target=beside) if beside else None
        if thread is not None:
            thread.start()
        for _ in Execution(plan(epochs=3, ema_decay=0.9), name, at, leave_a_core=True).events():
            pass
        if thread is not None:
            stop.set()
            thread.join()
        return {key: value.numpy().tobytes() for key, value in checkpoint.weights(at).weights.items()}

    assert trained("alone", None) == trained("watched", measure)
    assert done
    store.close()
