"""Garbage is collected in pieces by a timer of the window's thread, and never all of the imports at once."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from explorer.gui.collector import Collector


@pytest.fixture
def collections() -> Iterator[list[int]]:
    """The generations that are collected, as in the program: not by Python itself."""
    seen: list[int] = []

    def see(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.disable()
    gc.callbacks.append(see)
    yield seen
    gc.callbacks.remove(see)
    gc.unfreeze()
    gc.enable()


def test_what_is_there_when_it_begins_is_never_looked_at(qtbot: QtBot, collections: list[int]) -> None:
    there: list[list[object]] = [[] for _ in range(1000)]
    Collector(QObject(), interval_ms=5)
    assert collections == []
    assert gc.get_freeze_count() > len(there)


def test_what_comes_later_is_collected(qtbot: QtBot, collections: list[int]) -> None:
    parent = QObject()
    Collector(parent, interval_ms=5)
    rings: list[list[object]] = [[] for _ in range(1000)]
    for ring in rings:
        ring.append(ring)
    rings.clear()
    qtbot.waitUntil(lambda: bool(collections))
    assert collections[0] == 0
