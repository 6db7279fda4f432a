"""Clicks of several buttons, told apart by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalMapper, SignalInstance
from PySide6.QtWidgets import QAbstractButton

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction


def named_clicks(senders: Mapping[str, QAbstractButton | QAction], parent: QObject) -> SignalInstance:
    """A signal(str) with the name of what was clicked; its connections end with `parent`.

    A lambda for each button would do the same, but a connection holds what its function has captured: PySide frees a
    widget that is captured so by one of its own buttons neither when it is let go nor when garbage is collected.
    """
    mapper = QSignalMapper(parent)
    for name, sender in senders.items():
        mapper.setMapping(sender, name)
        clicked = sender.clicked if isinstance(sender, QAbstractButton) else sender.triggered
        clicked.connect(mapper.map)
    return mapper.mappedString
