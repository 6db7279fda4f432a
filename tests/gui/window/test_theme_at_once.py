"""The theme can be changed, and the window closed, before it has been painted for the first time."""

import pytest

from explorer.gui import theme
from explorer.gui.warmup import Warmup
from explorer.gui.window import create_window
from tests.gui.window.handling import close


def test_the_theme_changes_while_the_window_is_still_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    _, window = create_window([])
    window.resize(1280, 800)
    window.show()
    window.state.set_theme("light")  # lays everything out while the style sheet is exchanged
    assert theme.name() == "light"
    window.state.set_theme("dark")
    close(window)
