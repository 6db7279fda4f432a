"""The first steps that are offered to who opens the window for the first time."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from explorer.app import create_window
from explorer.gui.main_window import MainWindow
from explorer.gui.widgets.words.notices import Notice
from tests.gui.window.handling import close


def test_first_steps_do_what_they_say(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setitem(window.commands._handlers, "run.start", lambda: started.append(True))
    window.commands["app.first_steps"].trigger()
    dialog = window.findChild(QWidget, "firstSteps")

    def do(step: str) -> None:
        dialog.findChild(QAbstractButton, f"step_{step}").click()

    do("pick")
    assert window.focusWidget().objectName() == "architectureSearch"
    do("read")
    assert window.inspector.current_tab() == "layer"
    do("train")
    assert started == [True]
    do("compare")
    assert window.workspaces.current == "compare"
    do("look")
    assert (window.workspaces.current, window.inspector.current_tab()) == ("explore", "maps")
    window.commands["app.first_steps"].trigger()
    assert len(window.findChildren(QWidget, "firstSteps")) == 1
    dialog.close()


def test_first_steps_are_offered_once(window: MainWindow, fresh: MainWindow) -> None:
    fresh.welcome()
    (notice,) = fresh.findChildren(Notice)
    notice.offer_button.click()
    assert fresh.findChild(QWidget, "firstSteps").isVisible()
    fresh.close()
    _, again = create_window([])
    try:
        again.welcome()
        assert again.findChildren(Notice) == []
    finally:
        close(again)


def test_the_offer_is_made_in_the_language_that_is_chosen_meanwhile(fresh: MainWindow) -> None:
    fresh.welcome()
    (english,) = fresh._notices.shown()
    fresh.state.set_language("zh")
    (chinese,) = fresh._notices.shown()
    assert chinese.words != english.words
    assert fresh._notices.take_back(chinese)
    fresh.state.set_language("en")
    assert fresh._notices.shown() == ()  # who has closed it is not asked again
