"""Signals end a training with its last step saved; in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.commands import stop_signals
from explorer.commands.stop_signals import StopSignals
from explorer.runs.folder import checkpoint
from explorer.runs.shelf.store import Status, Store

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def test_the_first_signal_stops_and_the_old_handlers_come_back():
    before = signal.getsignal(signal.SIGTERM)
    asked = []
    with StopSignals(lambda: asked.append(1)) as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        signals.check()
        assert asked == [1]
        assert signals.exit_status == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


def test_ctrl_c_ends_as_usual_and_twice_at_once(monkeypatch, capsys):
    left = []
    monkeypatch.setattr(stop_signals.os, "_exit", left.append)
    with StopSignals(lambda: None) as signals:
        os.kill(os.getpid(), signal.SIGINT)
        signals.check()
        assert signals.exit_status is None
        assert left == []
        os.kill(os.getpid(), signal.SIGINT)
        signals.check()
    assert left == [130]
    assert "resumed from its last checkpoint" in capsys.readouterr().err


def test_a_launcher_that_passes_ctrl_c_on_is_not_impatient(monkeypatch):
    monkeypatch.setattr(stop_signals.os, "_exit", lambda status: pytest.fail("left"))
    with StopSignals(lambda: None, is_launched=True) as signals:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        signals.check()


def test_a_step_that_takes_longer_than_allowed_is_left(monkeypatch):
    left = []
    monkeypatch.setattr(stop_signals.os, "_exit", left.append)
    monkeypatch.setattr(stop_signals, "GRACE_SECONDS", 0.0)
    with StopSignals(lambda: None) as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
        signals.check()
    assert left == [143]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 0), (signal.SIGHUP, 129)])
def test_the_command_saves_its_last_step(own_home, number, status):
    store = Store(own_home / "runs")
    line = [sys.executable, "main.py", "train", "lenet", "--data", "digits", "--epochs", "500", "--batch-size", "32"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 60
        while not store.records() or store.history(store.records()[0].id).step < 20:
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(number)
        said = process.communicate()[1]
    assert process.returncode == status
    assert "To go on" in said
    (record,) = store.records()
    assert record.status == Status.STOPPED
    assert checkpoint.weights(store.folder(record.id)).step == record.steps
    store.close()
