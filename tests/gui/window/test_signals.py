"""Ctrl+C in the terminal and a polite end from the system close the window as its button does."""

import os
import signal
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.window import _closing_on_signals


class Window:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.mark.skipif(os.name == "nt", reason="there, a process that sends itself a signal is ended by it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_while_nothing_else_happens(qtbot: QtBot, number: signal.Signals) -> None:
    window, before = Window(), signal.getsignal(number)
    with _closing_on_signals(cast("Any", window)):
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: window.closed == 1)
    assert signal.getsignal(number) is before
    assert signal.set_wakeup_fd(-1) == -1
