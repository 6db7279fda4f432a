"""Every GUI test begins in English and in the dark theme, and leaves no window behind."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from explorer.gui import text, theme


@pytest.fixture(autouse=True)
def plain_window(qapp: QApplication) -> Iterator[None]:
    text.set_language("en")
    if theme.name() != "dark" or not qapp.styleSheet():
        theme.apply("dark")
    yield
    text.set_language("en")
    if theme.name() != "dark":
        theme.apply("dark")
