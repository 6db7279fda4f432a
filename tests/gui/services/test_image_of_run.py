"""A network is looked into with an image of the data that it has learned, where these are on this machine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.gui.services import image_loading
from explorer.gui.services.insights import InsightService
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun
from explorer.gui.widgets.pictures.image_intake import DatasetSource, SampleSource
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.config import TrainConfig

CHOICE = catalogue.find("cifar_resnet").default_choice()
PATIENCE = 60_000  # ms


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Two classes of four small pictures."""
    numbers = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for place in range(4):
            pixels = numbers.integers(0, 256, (20, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{place}.png")
    return tmp_path / "pets"


@pytest.fixture
def bench(qapp: object, tmp_path: Path) -> Iterator[tuple[AppState, InsightService, Store]]:
    state, store = AppState(CHOICE), Store(tmp_path / "runs")
    control = RunControl(state, store)
    service = InsightService(state, control)
    yield state, service, store
    control.close()
    service.close()


def look_into(qtbot: QtBot, bench: tuple[AppState, InsightService, Store], dataset: str) -> AppState:
    state, service, store = bench
    record = store.create(RunPlan(CHOICE, dataset, None, TrainConfig()))
    store.recorder(record.id).close()
    service._runs.refresh()  # behind the first list, which may not have the run
    qtbot.waitUntil(lambda: [known.id for known in state.runs] == [record.id], timeout=PATIENCE)
    state.set_ready()
    qtbot.waitUntil(lambda: not service.is_busy and state.image is not None, timeout=PATIENCE)
    assert state.image is not None
    assert state.image.source == SampleSource("cat")
    state.set_weights(FromRun(record.id))
    qtbot.waitUntil(lambda: not service.is_busy, timeout=PATIENCE)
    return state


def test_an_image_of_the_folder_that_was_learned(
    qtbot: QtBot, bench: tuple[AppState, InsightService, Store], pets: Path
) -> None:
    state = look_into(qtbot, bench, f"folder:{pets}")
    assert state.image is not None
    assert state.image.source == DatasetSource(f"folder:{pets}", 0)
    assert state.image.classes == ("cats", "dogs")
    assert state.image.label in state.image.classes


@pytest.mark.parametrize("dataset", ["folder:/nowhere/at/all", "stl10"])
def test_where_the_data_are_not_here_the_usual_image_stays(
    qtbot: QtBot, bench: tuple[AppState, InsightService, Store], dataset: str
) -> None:
    state = look_into(qtbot, bench, dataset)
    assert state.image is not None
    assert state.image.source == SampleSource("cat")
    with pytest.raises(ExplorerError):
        image_loading.load(DatasetSource(dataset))


def test_the_next_network_is_looked_into_with_the_same_image(
    qtbot: QtBot, bench: tuple[AppState, InsightService, Store], pets: Path
) -> None:
    """Unless it takes other channels; what both make of it is what one compares."""
    state, service = look_into(qtbot, bench, f"folder:{pets}"), bench[1]
    image = state.image
    state.set_choice(catalogue.find("torchvision/squeezenet1_1").default_choice())
    qtbot.waitUntil(lambda: not service.is_busy, timeout=PATIENCE)
    assert not isinstance(state.weights, FromRun)
    assert state.image is image
    state.set_choice(catalogue.find("lenet").default_choice())
    qtbot.waitUntil(lambda: not service.is_busy, timeout=PATIENCE)
    assert state.image is not None
    assert state.image.source == DatasetSource("digits", 0)
