"""Garbage is collected in pieces by a timer of the window's thread, on no other, and never all of the imports."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from explorer.gui.collector import Collector


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    before, thresholds = gc.collect, gc.get_threshold()
    parent = QObject()
    made = Collector(parent, interval_ms=5)
    yield made
    made.close()
    gc.unfreeze()
    assert (gc.collect, gc.get_threshold()) == (before, thresholds)


@pytest.fixture
def collected_on() -> Iterator[list[threading.Thread]]:
    threads: list[threading.Thread] = []

    def note(phase: str, _about: object) -> None:
        if phase == "start":
            threads.append(threading.current_thread())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def make_garbage(count: int = 5000) -> None:
    for _ in range(count):
        one: list[object] = []
        one.append(one)


def on_another_thread(work: object) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_collects_by_a_timer(qtbot: QtBot, collector: Collector, collected_on: list[threading.Thread]) -> None:
    make_garbage()
    assert collected_on == []
    qtbot.waitUntil(lambda: bool(collected_on))
    assert set(collected_on) == {threading.main_thread()}


def test_what_is_there_when_it_begins_is_never_looked_at(
    qtbot: QtBot, collected_on: list[threading.Thread], request: pytest.FixtureRequest
) -> None:
    there: list[list[object]] = [[] for _ in range(1000)]
    request.getfixturevalue("collector")
    assert collected_on == []
    assert gc.get_freeze_count() > len(there)


def test_a_library_that_asks_for_it_elsewhere_gets_none(
    collector: Collector, collected_on: list[threading.Thread]
) -> None:
    found: list[int] = []
    on_another_thread(lambda: found.extend((gc.collect(), gc.collect(generation=0))))
    assert found == [0, 0]
    assert collected_on == []
    make_garbage(10)
    assert gc.collect() >= 10
    assert collected_on == [threading.main_thread()]


def test_a_library_that_enables_it_has_none_elsewhere(
    collector: Collector, collected_on: list[threading.Thread]
) -> None:
    gc.enable()
    try:
        on_another_thread(make_garbage)
    finally:
        gc.disable()
    assert collected_on == []
