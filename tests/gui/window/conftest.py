"""The whole window, without torch: one that tests share, and one of a test's own."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from explorer import catalogue
from explorer.app import create_window
from explorer.gui.main_window import MainWindow
from explorer.gui.warmup import Warmup
from explorer.gui.widgets.words.notices import Notice
from tests.gui.window.handling import close


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests that leave it as they found it, as it is before torch has been loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_EXPLORER_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(Warmup, "start", lambda self: None)
        _, window = create_window([])
        window.resize(1280, 800)
        window.show()
        yield window
        close(window)


@pytest.fixture
def window(shared: MainWindow) -> Iterator[MainWindow]:
    """The shared window, in English, dark, with LeNet."""
    shared.resize(1280, 800)
    yield shared
    shared.state.set_choice(catalogue.find("lenet").default_choice())
    shared.commands["language.en"].trigger()
    shared.commands["theme.dark"].trigger()
    for notice in shared.findChildren(Notice):
        notice.close_button.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def fresh(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window of the test's own."""
    monkeypatch.setattr(Warmup, "start", lambda self: None)
    _, window = create_window([])
    window.show()
    yield window
    close(window)
