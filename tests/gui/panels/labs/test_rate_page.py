"""The page of the learning rate: the test on its worker, the plot, and the rate that goes into the form."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.gui import text, theme
from explorer.gui.panels.labs.rate_page import RatePage
from explorer.gui.panels.labs.rate_plot import RatePlot, smoothed, written
from explorer.gui.services.rate_finding import Stage
from explorer.gui.state import AppState
from explorer.runs.looking import rate_search
from explorer.runs.plan import RunPlan
from explorer.training.config import TrainConfig
from explorer.training.range_test import RateFound, RatePoint

SLOW = 30_000  # ms; the first one imports torch
PLAN = RunPlan(Choice("lenet", (1, 28, 28), 10, {}), "digits", None, TrainConfig(batch_size=32, optimizer="adam"))
FOUND = RateFound(0.01, 0.5, Text("Here the loss falls fastest.", "损失在此处下降最快。"))


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[RatePage]:
    theme.apply("dark")
    state = AppState(PLAN.choice)
    page = RatePage(state)
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    state.set_draft(PLAN)
    yield page
    page.close_services()
    text.set_language("en")


def points(count: int = 60) -> list[RatePoint]:
    return [
        RatePoint(step, 120, 1e-6 * 10 ** (7 * (step - 1) / 119), 2.3 - 0.02 * step + 0.1 * math.sin(step))
        for step in range(1, count + 1)
    ]


def answers(monkeypatch: pytest.MonkeyPatch, *events: object) -> None:
    """Has the test of the core tell these, and raise what is an error."""

    def find_rate(plan: RunPlan, **_: Any) -> Iterator[object]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    monkeypatch.setattr(rate_search, "find_rate", find_rate)


def go_through(qtbot: QtBot, page: RatePage) -> None:
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.finding.is_busy, timeout=SLOW)


def test_the_suggestion_is_marked_and_can_be_used(
    qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, *points(), FOUND)
    wanted: list[float] = []
    page._state.rate_requested.connect(wanted.append)
    assert not page.use.isEnabled()
    go_through(qtbot, page)
    assert page.finding.stage is Stage.DONE
    assert (page.plot.suggested, page.plot.rate, page.rate.value()) == (0.01, 0.01, 0.01)
    assert "0.01" in page._reason.text()
    assert "diverged at 0.5" in page._reason.text()
    qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    assert wanted == [0.01]


def test_another_rate_is_chosen_by_mouse_keys_or_number(
    qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, *points(), FOUND)
    go_through(qtbot, page)
    plot = page.plot
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(round(plot._x(0.001)), 100))
    assert page.rate.value() == pytest.approx(0.001, rel=0.05)
    before = page.rate.value()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert page.rate.value() == pytest.approx(before * 10**0.05, rel=0.05)
    qtbot.keyClick(plot, Qt.Key.Key_PageDown)
    assert page.rate.value() == pytest.approx(before * 10**-0.95, rel=0.1)
    page.rate.setValue(0.07)
    assert plot.rate == 0.07
    assert plot.suggested == 0.01  # stays marked
    plot.grab()


def test_a_test_can_be_cancelled_and_keeps_what_it_found(
    qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_rate(plan: RunPlan, *, is_cancelled: Any) -> Iterator[RatePoint]:
        while not is_cancelled():
            yield from points(3)
            time.sleep(0.01)

    monkeypatch.setattr(rate_search, "find_rate", find_rate)
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(page.finding.points) > 1, timeout=SLOW)
    assert page.start.text() == "Cancel"
    assert page.bar.isVisible()
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert page.finding.stage is Stage.CANCELLED
    assert page.start.text() == "Test again"
    assert page.finding.points


def test_a_second_attempt_takes_the_place_of_the_first(
    qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = [replace(point, attempt=2, steps=600) for point in points(40)]
    answers(monkeypatch, *points(), *again, FOUND)
    go_through(qtbot, page)
    assert page.finding.points == again
    page.finding.stage = Stage.TESTING
    page._show()
    assert "again, more slowly. Step 40 of 600" in page._status.text()


def test_what_went_wrong_is_said(qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ExplorerError(Text("No such data.", "没有该数据。"), Text("Get it.", "请先下载。")))
    go_through(qtbot, page)
    assert page.finding.stage is Stage.FAILED
    assert page._status.text() == "No such data. Get it."
    assert page.start.isEnabled()


def test_settings_that_changed_since_are_noticed(qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, *points(), FOUND)
    go_through(qtbot, page)
    assert page._status.isHidden()
    page._state.set_draft(RunPlan(PLAN.choice, "digits", None, TrainConfig(batch_size=64, optimizer="adam")))
    assert "changed since" in page._status.text()
    page._state.set_draft(None)
    assert not page.start.isEnabled()
    assert page.start.toolTip()


def test_both_languages(qtbot: QtBot, page: RatePage, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, *points(), FOUND)
    go_through(qtbot, page)
    page._state.set_language("zh")
    page.retranslate()
    assert "建议" in page._reason.text()
    assert "批量大小 32" in page._tested.text()
    assert page.plot.accessibleName() == "损失随学习率的变化"


def test_it_finds_a_rate_for_a_real_network(qtbot: QtBot, page: RatePage) -> None:
    go_through(qtbot, page)
    assert page.finding.stage is Stage.DONE, page.finding.error
    assert len(page.finding.points) > 20
    assert page.finding.found is not None
    assert page.finding.found.lr is not None


def test_places_and_numbers_of_the_axis(qtbot: QtBot) -> None:
    plot = RatePlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    for rate in (1e-6, 0.0003, 0.5, 10.0):
        assert plot.rate_at(plot._x(rate)) == pytest.approx(rate, rel=0.06)
    assert (plot.rate_at(-50), plot.rate_at(5000)) == (1e-6, 10.0)
    assert [written(power) for power in (-6, -4, -3, 0, 1)] == ["10⁻⁶", "10⁻⁴", "10⁻³", "1", "10"]
    assert smoothed((1.0, 4.0, 1.0)) == (1.0, 2.0, 1.0)
    assert smoothed(()) == ()
