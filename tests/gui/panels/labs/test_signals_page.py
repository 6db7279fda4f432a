"""The page of gradients: stored moments are measured in the background, shown, and spoken of."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.catalogue import Choice
from explorer.gui import text, theme
from explorer.gui.panels.labs import signals_words as words
from explorer.gui.panels.labs.signals_page import SignalsPage
from explorer.gui.services.layer_signals import most_telling, spread
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.inspection.signals import IdleUnits, LayerSignal, Signals
from explorer.runs.shelf.store import Store
from tests.gui.stored_moments import LENET, STEPS, stored_run

SLOW = 30_000  # ms


def signals(*gradients: float, loss: float = 2.3, idle: float = 0.0) -> Signals:
    layers = tuple(LayerSignal(f"layer{place}", value, 0.1) for place, value in enumerate(gradients))
    return Signals(loss, layers, (IdleUnits("act", idle),))


# -- words


def test_moments_are_taken_evenly_and_the_ends_first() -> None:
    steps = tuple(range(100))
    thin = spread(steps, 24)
    assert len(thin) == 24
    assert (thin[0], thin[-1]) == (0, 99)
    assert spread((1, 2), 24) == (1, 2)
    taken: list[int] = []
    while (step := most_telling((0, 1, 2, 3, 4), frozenset(taken))) is not None:
        taken.append(step)
    assert taken[:3] == [0, 4, 2]
    assert sorted(taken) == [0, 1, 2, 3, 4]


def test_colours_are_by_decades_on_one_scale_and_what_is_no_number_is_loud() -> None:
    one = words.amounts("gradient", (0, 5), {0: signals(1e-3, 1e-1)})
    other = words.amounts("gradient", (0,), {0: signals(math.nan, 1e-5)})
    low, high = words.ends("gradient", [one, other])
    assert (low, high) == (-5.0, -1.0)
    pixels = words.pixels("gradient", one, low, high)
    assert pixels.shape == (2, 2)
    assert (pixels[:, 1] == 0).all()  # not measured: clear
    assert pixels[0, 0] != pixels[1, 0]
    assert words.pixels("gradient", other, low, high)[0, 0] == np.uint32(0xFFFF00E5)
    assert one.at(0, 1) is None


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (signals(1e-4, 1e-2), "layer0 gets 100 times less than layer1. The gradient vanishes"),
        (signals(1.0, 1e-2), "layer0 gets 100 times more than layer1. The gradient grows"),
        (signals(0.02, 0.021), "layer0 gets about as much as layer1."),
        (signals(0.0, 0.1), "Nothing at all reaches layer0."),
        (signals(math.nan, 0.1), "Some gradients are not numbers"),
    ],
)
def test_a_moment_is_put_into_words(found: Signals, said: str) -> None:
    verdict = words.verdict("gradient", words.amounts("gradient", (7,), {7: found}), 0, found.loss)
    assert verdict.startswith("Step 7, loss 2.3. ")
    assert said in verdict


def test_idle_units_are_put_into_words() -> None:
    shown = words.amounts("idle", (0, 9), {0: signals(1, idle=0.0), 9: signals(1, idle=0.75)})
    assert "No unit is idle" in words.verdict("idle", shown, 0, 1.0)
    assert "Many are idle in act: 75%" in words.verdict("idle", shown, 1, 1.0)


# -- the page


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[SignalsPage]:
    theme.apply("dark")
    store = Store(tmp_path / "runs")
    stored_run(store)
    state = AppState(Choice(LENET.architecture, LENET.input_shape, LENET.classes, LENET.settings))
    control = RunControl(state, store)
    state.set_ready()
    page = SignalsPage(state, control)
    qtbot.addWidget(page)
    page.resize(1100, 640)
    page.show()
    qtbot.waitUntil(lambda: bool(state.runs), timeout=SLOW)
    page.begin()
    yield page
    page.close_services()
    control.close()
    text.set_language("en")


def test_the_moments_of_a_run_are_measured_and_a_click_speaks_of_one(page: SignalsPage, qtbot: QtBot) -> None:
    run = page.runs[0]
    qtbot.waitUntil(lambda: len(page.signals.measured(run)) == len(STEPS), timeout=SLOW)
    column = page.columns[0]
    assert column.shown is not None
    assert column.shown.steps == STEPS
    assert column.shown.names == ("features.0", "features.3", "head.1", "head.3", "head.5")
    assert np.isfinite(column.shown.values).all()
    assert column.map.isVisible()
    assert column.said.text().startswith("Step 0, loss 2.")
    assert "times less" in column.said.text()  # of LeNet's sigmoids
    qtbot.mouseClick(column.map, Qt.MouseButton.LeftButton, pos=column.map.cell(1, 3).center().toPoint())
    assert column.said.text().startswith("Step 10, ")
    qtbot.keyClick(column.map, Qt.Key.Key_Right)
    assert column.said.text().startswith("Step 20, ")
    qtbot.mouseMove(column.map, column.map.cell(2, 0).center().toPoint())
    assert page.readout.text().startswith("head.1 · step 0 · ")


def test_another_quantity_and_another_language(page: SignalsPage, qtbot: QtBot) -> None:
    run = page.runs[0]
    qtbot.waitUntil(lambda: 0 in page.signals.measured(run), timeout=SLOW)
    page.quantity.picked.emit("idle")
    assert page.columns[0].shown is not None
    assert page.columns[0].shown.names == ("features.1", "features.4", "head.2", "head.4")
    assert page.scale.end_words() == ("0%", "100%")
    assert page.kept() == {"quantity": "idle"}
    text.set_language("zh")
    page.retranslate()
    assert "第 0 步" in page.columns[0].said.text()
    assert page.readout.text().startswith("指向格子")


def test_every_choice_of_a_run_says_what_it_is_for(page: SignalsPage) -> None:
    first, *others = (box.toolTip() for box in page.boxes)
    assert "gradients" in first
    assert all(tip and tip != first for tip in others)


def test_two_runs_stand_beside_each_other_and_none_says_what_to_do(page: SignalsPage) -> None:
    run = page.runs[0]
    page.choose((run, run))
    assert page.runs == (run,)  # each once
    page.choose(())
    assert page.runs == ()
    assert not page.columns[0].isVisible()
    assert page._empty.isVisible()
