"""The run after this one: its settings while one is on, the queue, and runs that start from weights of another."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu

from explorer import catalogue
from explorer.runs.plan import Origin
from explorer.runs.shelf.record import Status
from explorer.runs.shelf.repeats import seeded
from tests.gui.panels.training.bench import Bench


def training(bench: Bench, epochs: int = 50) -> str:
    bench.panel.form.epochs.setValue(epochs)
    bench.panel.start()
    bench.wait(lambda: bench.state.training is not None)
    assert bench.state.training is not None
    return bench.state.training


def test_the_next_run_is_set_up_while_one_is_on(bench: Bench) -> None:
    assert not bench.find("nextRunButton").isVisible()
    training(bench)
    assert not bench.panel.form.isVisible()
    bench.find("nextRunButton").click()
    assert bench.panel.form.isVisible()
    assert bench.panel.progress.isVisible()
    bench.panel.form.epochs.setValue(2)
    bench.panel.form.lr.setValue(0.02)
    bench.find("addToQueueButton").click()
    bench.wait(lambda: len(bench.control.queue.waiting) == 1)
    (waiting,) = bench.control.queue.waiting
    assert (waiting.plan.config.epochs, waiting.plan.config.lr) == (2, 0.02)
    bench.find("nextRunButton").click()
    assert not bench.panel.form.isVisible()
    assert not bench.find("addToQueueButton").isVisible()


def test_after_the_end_the_form_is_where_it_was(bench: Bench) -> None:
    training(bench, 1)
    bench.find("nextRunButton").click()
    bench.wait_for_end()
    assert bench.panel.form.isVisible()
    assert not bench.find("addToQueueButton").isVisible()
    assert bench.find("startButton").isVisible()
    assert bench.panel.form.y() <= bench.panel.buttons.geometry().bottom()


def test_the_settings_of_a_run_are_used_again(bench: Bench) -> None:
    run = bench.store_run(architecture="lenet_bn", epochs=7, dataset="shapes")
    bench.control.open_run(run)
    bench.state.set_choice(catalogue.find("alexnet").default_choice())
    bench.panel.runs.actions_.named["use"].trigger()
    assert bench.state.choice.architecture == "lenet_bn"
    plan = bench.panel.desk.plan()
    assert (plan.config.epochs, plan.dataset, plan.origin) == (7, "shapes", None)
    assert bench.notices


def test_a_run_is_repeated_with_other_seeds(bench: Bench) -> None:
    run = bench.store_run(epochs=2)
    bench.control.open_run(run)
    bench.panel.runs.actions_.named["repeat"].trigger()
    menu = bench.panel.findChild(QMenu, "repeatMenu")
    assert menu is not None
    actions = [action for action in menu.actions() if not action.isSeparator()]
    words = [action.text() for action in actions]
    assert words == [
        "Train run #1 again with", "1 other seed", "2 other seeds", "4 other seeds", "9 other seeds",
    ]  # fmt: skip
    actions[2].trigger()
    menu.close()
    bench.wait(lambda: [record.status for record in bench.state.runs] == [Status.FINISHED] * 3)
    plans = [record.plan for record in reversed(bench.state.runs)]
    assert [made.config.seed for made in plans] == [0, 1, 2]
    assert [seeded(made, 0) for made in plans] == [bench.store.plan(run)] * 3
    assert str(bench.notices[0][0]) == "Runs 2 to 3 wait for their turns."


@pytest.fixture
def forkable(bench: Bench) -> str:
    """A run with two stored moments."""
    run = bench.store_run(epochs=3)
    folder = bench.store.folder(run)
    (folder / "checkpoints").mkdir()
    (folder / "snapshots").mkdir()
    for path in ("checkpoints/step-00000120", "snapshots/step-00000006"):
        (folder / f"{path}.safetensors").write_bytes(np.zeros(4).tobytes())
    listed = '{"last": "step-00000120", "previous": null, "best": "step-00000120", "best_accuracy": 0.5}'
    (folder / "checkpoints" / "checkpoints.json").write_text(listed)
    return run


def test_a_fork_is_chosen_from_the_stored_moments(bench: Bench, forkable: str) -> None:
    bench.control.open_run(forkable)
    bench.panel.runs.actions_.named["fork"].trigger()
    bench.wait(lambda: bench.panel.findChild(QMenu, "forkMenu") is not None)
    menu = bench.panel.findChild(QMenu, "forkMenu")
    assert menu is not None
    actions = [action for action in menu.actions() if not action.isSeparator()]
    words = [action.text() for action in actions]
    assert words == ["Fork run #1 from", "last, best · step 120", "Earlier"]
    actions[1].trigger()
    menu.close()
    assert bench.panel.desk.origin == Origin(forkable, 1, 120)
    assert bench.panel.origin.words.text() == "Starts from the weights of run 1, step 120"
    assert bench.panel.desk.plan().origin == Origin(forkable, 1, 120)
    bench.find("removeOriginButton").click()
    assert not bench.panel.origin.isVisible()
    assert bench.panel.desk.plan().origin is None


def test_weights_of_another_network_are_not_kept_in_mind(bench: Bench, forkable: str) -> None:
    record = bench.control.record(forkable)
    assert record is not None
    bench.state.plan_requested.emit(replace(record.plan, origin=Origin(forkable, 1, 120)))
    assert bench.panel.origin.isVisible()
    bench.state.set_choice(catalogue.find("alexnet").default_choice())
    assert bench.panel.desk.origin is None
    assert not bench.panel.origin.isVisible()


def test_a_fork_of_damaged_weights_is_refused(bench: Bench, forkable: str) -> None:
    record = bench.control.record(forkable)
    assert record is not None
    bench.state.plan_requested.emit(replace(record.plan, origin=Origin(forkable, 1, 120)))
    bench.panel.start()
    bench.wait(lambda: bool(bench.notices) and "damaged" in bench.notices[-1][0].en)
    bench.wait(lambda: not bench.control.is_busy)
    assert [record.status for record in bench.state.runs] == [Status.FINISHED]


def test_a_fork_is_set_up_while_a_run_is_on(bench: Bench, forkable: str) -> None:
    training(bench)
    record = bench.control.record(forkable)
    assert record is not None
    bench.state.plan_requested.emit(replace(record.plan, origin=Origin(forkable, 1, 6)))
    assert bench.panel.form.isVisible()
    assert bench.panel.origin.isVisible()
    bench.find("nextRunButton").setFocus(Qt.FocusReason.TabFocusReason)
    bench.qtbot.keyClick(bench.find("nextRunButton"), Qt.Key.Key_Space)
    assert not bench.panel.origin.isVisible()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(404, 256), (650, 270), (941, 264), (1400, 400)])
def test_the_settings_of_the_next_run_are_whole_in_any_room(
    bench: Bench, width: int, height: int, language: str
) -> None:
    training(bench, 5000)
    bench.state.set_language(language)
    bench.panel.setMinimumWidth(404)  # as in the smallest window
    bench.panel.resize(width, height)
    bench.find("nextRunButton").click()
    panel = bench.panel
    bench.wait(lambda: panel.form.height() >= panel.form.row.height())
    places = []
    for part in (panel.buttons, panel.progress, panel.rate, panel.form, panel.add, panel.pages):
        if part.isVisible():
            places.append(QRect(part.mapTo(panel, QPoint()), part.size()))
            assert panel.rect().contains(places[-1]), part
            assert not any(places[-1].intersects(other) for other in places[:-1]), part
    assert panel.form.isVisible()
    assert panel.progress.isVisible()
    assert panel.add.isVisible()
    assert panel.pages.isVisible() >= (height == 400)
    assert panel.pages.isVisible() <= (height > 256)
    bench.find("nextRunButton").click()
    assert panel.pages.isVisible()
    assert panel.rate.isVisible()
    bench.state.set_language("en")


def test_the_data_that_nobody_chose_are_those_of_the_network_after_a_look_at_runs_in_colour(bench: Bench) -> None:
    grey, colour = bench.state.choice, replace(bench.state.choice, input_shape=(3, 28, 28))
    for choice in (replace(grey, architecture="lenet_bn"), colour, grey):  # as runs of a queue begin
        bench.state.set_choice(choice)
    assert bench.find("datasetSelector").currentData() == "digits"
