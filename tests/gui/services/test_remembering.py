"""What is remembered of the window while it is still open."""

from dataclasses import replace

import pytest

from explorer import paths
from explorer.gui import preferences
from explorer.gui.preferences import Preferences
from explorer.gui.services import remembering
from explorer.gui.services.remembering import Remembering
from explorer.gui.state import AppState


def test_what_is_changed_is_on_the_disk_without_the_window_being_closed(qtbot, state: AppState, monkeypatch) -> None:
    monkeypatch.setattr(remembering, "EVERY_MS", 20)
    now = [Preferences(theme="dark")]
    service = Remembering(state, lambda: now[0])
    qtbot.waitUntil(lambda: preferences.load() == now[0])
    now[0] = replace(now[0], language="zh")
    qtbot.waitUntil(lambda: preferences.load() == now[0])
    written = paths.settings_file().stat().st_mtime_ns
    qtbot.wait(100)
    assert paths.settings_file().stat().st_mtime_ns == written  # nothing new is not written again
    service.close()
    now[0] = replace(now[0], language="en")
    qtbot.wait(100)
    assert preferences.load().language == "zh"


def test_which_run_goes_on_is_remembered_at_once(qtbot, state: AppState) -> None:
    service = Remembering(state, lambda: Preferences(left=state.training or ""))
    state.set_training("run-7")
    qtbot.waitUntil(lambda: preferences.load().left == "run-7", timeout=remembering.EVERY_MS // 2)
    state.set_training(None)
    service.close()
    assert preferences.load().left == ""


def test_a_folder_that_cannot_be_written_is_borne(
    qtbot, state: AppState, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    def full(_: Preferences) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preferences, "save", full)
    service = Remembering(state, Preferences)
    service.look()
    qtbot.waitUntil(lambda: "No space left" in caplog.text)
    service.close()
