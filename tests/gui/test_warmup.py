"""Torch is loaded behind the window, and an early end is waited for."""

import threading

from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui import warmup
from explorer.gui.services.device_watch import DeviceWatch
from explorer.gui.state import AppState
from explorer.gui.warmup import Warmup


def _state() -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


def test_sets_the_state_ready_and_says_what_it_does(qtbot: QtBot) -> None:
    state = _state()
    told: list[str] = []
    state.status_changed.connect(lambda status: told.append(str(status)))
    loading = Warmup(state)
    loading.start()
    loading.start()
    qtbot.waitUntil(lambda: state.is_ready, timeout=60_000)
    assert told[0] == "Loading PyTorch…"
    assert len(told) == 4
    assert told[-1] == ""
    loading.close()


def test_closing_waits_for_the_step_and_takes_no_other(qtbot: QtBot, monkeypatch) -> None:
    began, may_end, later = threading.Event(), threading.Event(), []
    prepared: list[str] = []

    def slow() -> None:
        began.set()
        may_end.wait(60)

    monkeypatch.setattr(warmup, "_import_torch", slow)
    monkeypatch.setattr(warmup, "_load_architectures", lambda: later.append("architectures"))
    state = _state()
    loading = Warmup(state, prepare=lambda: prepared.append(threading.current_thread().name))
    loading.start()
    assert began.wait(60)
    assert prepared == ["warmup"]
    threading.Timer(0.1, may_end.set).start()
    loading.close()
    assert later == []
    assert not any(thread.name == "warmup" for thread in threading.enumerate())
    qtbot.wait(20)
    assert not state.is_ready


def test_closed_before_it_began_never_begins() -> None:
    loading = Warmup(_state())
    loading.close()
    loading.start()
    assert not any(thread.name == "warmup" for thread in threading.enumerate())


def test_device_is_known_soon_after_torch(qtbot: QtBot) -> None:
    state = _state()
    watch = DeviceWatch(state)
    assert state.device is None
    state.set_ready()
    qtbot.waitUntil(lambda: state.device is not None, timeout=60_000)
    assert "CPU" in str(state.device) or "GPU" in str(state.device) or "NVIDIA" in str(state.device)
    watch.close()
