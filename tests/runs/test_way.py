"""How steps are taken is decided once, and kept with the run."""

import pytest
import torch

from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.training import device as devices
from explorer.training import speed
from explorer.training.events import Started, Steps, Warned
from tests.runs.digest import digest, plan


@pytest.fixture(autouse=True)
def every_step_on_one_thread(monkeypatch):
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run(execution, *, steps=None):
    """Events, until so many steps are done."""
    found, done = [], 0
    events = execution.events()
    for event in events:
        found.append(event)
        done += isinstance(event, Steps)
        if done == steps:
            break
    events.close()
    return found


def first(kind, events):
    return next((event for event in events if isinstance(event, kind)), None)


def test_a_resumed_run_computes_as_it_began(tmp_path, monkeypatch):
    what = plan(epochs=1, limit=320, threads=1)
    monkeypatch.setattr(speed, "LARGE", 0.0)
    monkeypatch.setattr(devices, "has_bf16", lambda device: True)
    straight = Execution(what, "a", tmp_path / "a")
    assert first(Started, run(straight)).precision == "bf16"
    run(Execution(what, "b", tmp_path / "b"), steps=2)
    monkeypatch.setattr(devices, "has_bf16", lambda device: False)  # another processor
    again = Execution(what, "b", tmp_path / "b", resume=True)
    started = first(Started, run(again))
    assert (started.precision, started.step) == ("bf16", 2)
    assert digest(again.snapshot().weights) == digest(straight.snapshot().weights)
    assert first(Started, run(Execution(what, "c", tmp_path / "c"), steps=1)).precision == "fp32"


def test_a_run_that_did_not_keep_its_way_goes_on_as_it_began(tmp_path, monkeypatch):
    what = plan(epochs=1, limit=320, threads=1)
    old = Execution(what, "a", tmp_path / "a")
    save = execute.Checkpoints.save
    with monkeypatch.context() as before:
        before.setattr(execute.Checkpoints, "save", lambda self, now, state: save(self, now, without(state, "way")))
        run(old, steps=2)
    monkeypatch.setattr(speed, "LARGE", 0.0)
    monkeypatch.setattr(devices, "has_bf16", lambda device: True)
    again = Execution(what, "a", tmp_path / "a", resume=True)
    assert first(Started, run(again)).precision == "fp32"


def without(state, name):
    return {key: value for key, value in state.items() if key != name}


def test_graphs_without_a_gpu_warn_once_and_train_plainly(tmp_path):
    plain = Execution(plan(epochs=1, limit=320, threads=1), "a", tmp_path / "a")
    run(plain)
    other = Execution(plan(epochs=1, limit=320, threads=1, speed="graphs", device="cpu"), "b", tmp_path / "b")
    warnings = [event for event in run(other) if isinstance(event, Warned)]
    assert len(warnings) == 1
    assert "NVIDIA" in warnings[0].message.en
    assert digest(other.snapshot().weights) == digest(plain.snapshot().weights)
