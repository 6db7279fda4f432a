"""Every GUI test begins in English and in the dark theme, and leaves no window behind."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui import text, theme

PATIENCE_MS = 60_000  # what has to happen may take this long, on a machine that has much else to do
for waiting in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    waiting.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(autouse=True)
def plain_window(qapp: QApplication) -> Iterator[None]:
    text.set_language("en")
    if theme.name() != "dark" or not qapp.styleSheet():
        theme.apply("dark")
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else no loop runs them, and they pile up
    text.set_language("en")
    if theme.name() != "dark":
        theme.apply("dark")
