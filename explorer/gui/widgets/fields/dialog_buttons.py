"""The last row of a dialog that asks for something."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton


def dialog_buttons(
    dialog: QDialog, cancel_words: str, accept: QPushButton, on_accept: Callable[[], None]
) -> QHBoxLayout:
    """A button that closes `dialog`, and `accept`, which the return key clicks, at the right."""
    cancel = QPushButton(cancel_words)
    cancel.clicked.connect(dialog.reject)
    accept.setProperty("role", "primary")
    accept.setDefault(True)
    accept.clicked.connect(on_accept)
    buttons = QHBoxLayout()
    buttons.addStretch()
    buttons.addWidget(cancel)
    buttons.addWidget(accept)
    return buttons
