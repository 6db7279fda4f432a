"""The insight follows the image and the weights; looking never disturbs a training."""

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.services import image_loading, insights
from explorer.gui.services.insights import InsightService
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState, FromRun, PinnedImage, Untrained
from explorer.gui.widgets.pictures.image_intake import BytesSource, DatasetSource, FileSource, PixelSource, SampleSource
from explorer.inspection.insight import Method, Question
from explorer.runs.folder import checkpoint
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig

LENET = catalogue.find("lenet").default_choice()
PATIENCE = 60_000  # ms; the machine may be busy


@pytest.fixture
def state(qapp: object) -> AppState:
    return AppState(LENET)


@pytest.fixture
def service(state: AppState) -> Iterator[InsightService]:
    service = InsightService(state)
    yield service
    service.close()


def settled(qtbot: QtBot, service: InsightService, state: AppState) -> None:
    qtbot.waitUntil(lambda: not service.is_busy and state.insight is not None, timeout=PATIENCE)


def test_nothing_begins_before_torch_is_there(state: AppState, service: InsightService, qtbot: QtBot) -> None:
    qtbot.wait(50)
    assert not service.is_busy
    assert state.image is None
    state.set_ready()
    settled(qtbot, service, state)
    assert state.image is not None
    assert state.image.label == "0"
    insight = state.insight
    assert insight is not None
    assert not insight.is_trained
    assert str(insight.origin) == "untrained weights"
    assert insight.predictions[0].is_named  # by the data set of the image
    assert insight.activations["features.0"].shape == (6, 28, 28)


def test_a_network_of_colours_gets_a_photograph_until_the_user_chooses(
    state: AppState, service: InsightService, qtbot: QtBot
) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    state.set_choice(catalogue.find("cifar_resnet").default_choice())
    assert state.insight is None
    settled(qtbot, service, state)
    assert state.image is not None
    assert state.image.source == SampleSource("cat")
    state.request_image(DatasetSource("digits", 7))
    settled(qtbot, service, state)
    state.set_choice(LENET)
    settled(qtbot, service, state)
    state.set_choice(catalogue.find("cifar_resnet").default_choice())
    settled(qtbot, service, state)
    assert state.image.source == DatasetSource("digits", 7)


def test_of_many_images_the_last_is_looked_at(state: AppState, service: InsightService, qtbot: QtBot) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    images = QSignalSpy(state.image_changed)
    for index in range(20):
        state.request_image(DatasetSource("digits", index))
    qtbot.waitUntil(lambda: state.image is not None and state.image.name == "digits 19", timeout=PATIENCE)
    settled(qtbot, service, state)
    assert images.count() < 20
    assert state.image is not None
    assert state.insight is not None
    expected = image_loading.load(DatasetSource("digits", 19))
    assert np.array_equal(state.image.pixels, expected.pixels)


def test_a_broken_file_is_refused_and_the_image_stays(
    state: AppState, service: InsightService, qtbot: QtBot, tmp_path: Path
) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    before, refused = state.image, QSignalSpy(state.image_refused)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    state.request_image(FileSource(broken))
    qtbot.waitUntil(lambda: refused.count() == 1, timeout=PATIENCE)
    assert "broken.png" in str(refused.at(0)[0])
    assert state.image is before


def test_another_seed_is_other_weights(state: AppState, service: InsightService, qtbot: QtBot) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    first = state.insight
    state.set_weights(Untrained(seed=1))
    qtbot.waitUntil(lambda: not service.is_busy and state.insight is not first, timeout=PATIENCE)
    assert first is not None
    assert state.insight is not None
    assert not np.array_equal(first.activations["head.1"], state.insight.activations["head.1"])


def test_a_question_is_answered_and_void_with_another_image(
    state: AppState, service: InsightService, qtbot: QtBot
) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    state.request_attribution(Question(Method.GRAD_CAM, 3, "features.3"))
    qtbot.waitUntil(lambda: state.attribution is not None, timeout=PATIENCE)
    assert state.attribution is not None
    assert state.attribution.question.target == 3
    assert state.attribution.heat.shape == (28, 28)
    state.request_image(DatasetSource("digits", 4))
    qtbot.waitUntil(lambda: state.attribution is None, timeout=PATIENCE)


def test_how_far_an_answer_is_is_told_until_it_is_there(
    state: AppState, service: InsightService, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    shares: list[float | None] = []
    state.attribution_progressed.connect(shares.append)
    goes_on, answer = threading.Event(), service._bench.attribute

    def slow(*asked: Any) -> Any:
        hear = asked[-1]
        hear(0.25)
        goes_on.wait(PATIENCE / 1000)
        return answer(*asked)

    monkeypatch.setattr(service._bench, "attribute", slow)
    state.request_attribution(Question(Method.OCCLUSION, 3, "features.0"))
    qtbot.waitUntil(lambda: 0.25 in shares, timeout=PATIENCE)
    goes_on.set()
    qtbot.waitUntil(lambda: state.attribution is not None, timeout=PATIENCE)
    assert not service._pulse.isActive()


def test_a_question_that_cannot_be_answered_is_refused(state: AppState, service: InsightService, qtbot: QtBot) -> None:
    state.set_ready()
    settled(qtbot, service, state)
    noticed = QSignalSpy(state.noticed)
    state.request_attribution(Question(Method.GRAD_CAM, 3, "head.1"))
    qtbot.waitUntil(lambda: noticed.count() == 1, timeout=PATIENCE)
    assert "Grad-CAM" in str(noticed.at(0)[0])
    assert state.attribution is None


# -- where images come from -----------------------------------------------------------------------------------------


def test_images_from_everywhere(tmp_path: Path, qapp: object) -> None:
    pixels = np.zeros((6, 9, 3), dtype=np.uint8)
    pixels[:, :4] = (10, 200, 30)
    file = tmp_path / "图 1.png"
    Image.fromarray(pixels).save(file)
    loaded = image_loading.load(FileSource(file, more=2))
    assert np.array_equal(loaded.pixels, pixels)
    assert loaded.name == "图 1.png"
    assert any("first" in str(note) for note in loaded.notes)
    assert np.array_equal(image_loading.load(BytesSource(file.read_bytes())).pixels, pixels)
    assert image_loading.load(SampleSource("coffee")).pixels.shape[2] == 3
    assert image_loading.load(DatasetSource("digits", -1)).name == "digits 359"
    shape = image_loading.load(DatasetSource("shapes", 3))
    assert shape.label in shape.classes


def test_images_of_qt_come_out_with_the_same_colours(qapp: object) -> None:
    image = QImage(7, 3, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 200, 30))
    assert image_loading.load(PixelSource(image)).pixels.tolist() == [[[10, 200, 30]] * 7] * 3
    clear = QImage(2, 2, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    assert (image_loading.load(PixelSource(clear)).pixels == 255).all()


# -- with runs ------------------------------------------------------------------------------------------------------


def plan(epochs: int) -> RunPlan:
    return RunPlan(LENET, "digits", None, TrainConfig(epochs=epochs, batch_size=32, lr=0.05, device="cpu", seed=3))


def test_a_run_is_looked_into_while_it_trains_and_after(qtbot: QtBot, state: AppState, store: Store) -> None:
    control = RunControl(state, store)
    service = InsightService(state, control)
    try:
        state.set_ready()
        settled(qtbot, service, state)
        looks: list[tuple[float, str]] = []

        def note() -> None:
            if state.insight is not None:
                looks.append((time.monotonic(), str(state.insight.origin)))

        state.insight_changed.connect(note)
        control.start(plan(500))
        qtbot.waitUntil(lambda: sum("live" in origin for _, origin in looks) >= 3, timeout=PATIENCE)
        live = [(at, origin) for at, origin in looks if "live" in origin]
        assert state.insight is not None
        assert state.insight.is_trained
        assert live[0][1] != live[-1][1]  # other weights each time
        gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(live)]
        assert min(gaps) > insights.LIVE_MS / 1000 * 0.9
        control.stop()
        qtbot.waitUntil(lambda: state.training is None, timeout=PATIENCE)
        assert isinstance(state.weights, FromRun)
        assert not state.weights.is_live
        qtbot.waitUntil(lambda: "live" not in looks[-1][1] and not service.is_busy, timeout=PATIENCE)
        saved = checkpoint.weights(store.folder(state.weights.run))
        assert np.array_equal(state.insight.filters["features.0"], saved.weights["features.0.weight"].numpy())
        assert f"step {saved.step}" in str(state.insight.origin)
    finally:
        control.close()
        service.close()


def test_weights_that_are_gone_are_said_to_be(qtbot: QtBot, state: AppState, store: Store) -> None:
    control = RunControl(state, store)
    service = InsightService(state, control)
    try:
        state.set_ready()
        settled(qtbot, service, state)
        noticed = QSignalSpy(state.noticed)
        state.set_weights(FromRun("20260101-000000-lenet-nothing"))
        qtbot.waitUntil(lambda: noticed.count() >= 1 and state.insight is None, timeout=PATIENCE)
    finally:
        control.close()
        service.close()


def test_a_training_that_is_looked_into_learns_the_same_to_the_bit(
    qtbot: QtBot, state: AppState, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "LIVE_MS", 20)
    monkeypatch.setattr(insights, "LIVE_SHARE", 1.0)
    alone = tmp_path / "alone"
    alone.mkdir()
    for _ in Execution(plan(2), "alone", alone, leave_a_core=True).events():
        pass
    control = RunControl(state, store)
    service = InsightService(state, control)
    try:
        state.set_ready()
        settled(qtbot, service, state)
        looks = QSignalSpy(state.insight_changed)
        control.start(plan(2))
        qtbot.waitUntil(lambda: state.training is not None, timeout=PATIENCE)
        seeds = 0
        while state.training is not None:
            # Everything else that may be asked for meanwhile: other images, questions.
            seeds += 1
            state.request_image(DatasetSource("digits", seeds))
            state.request_attribution(Question(Method.GRADIENT, 1))
            qtbot.wait(40)
        qtbot.waitUntil(lambda: not service.is_busy, timeout=PATIENCE)
        assert looks.count() > 2
        run = state.shown_run
        assert run is not None
        expected, found = checkpoint.weights(alone), checkpoint.weights(store.folder(run))
        assert found.step == expected.step
        assert all(torch.equal(found.weights[name], expected.weights[name]) for name in expected.weights)
    finally:
        control.close()
        service.close()


def test_pinned_images_know_their_source(qapp: object) -> None:
    image = image_loading.load(DatasetSource("digits", 365))
    assert isinstance(image, PinnedImage)
    assert image.source == DatasetSource("digits", 5)
