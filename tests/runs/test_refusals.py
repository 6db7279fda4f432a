"""What a run refuses, and what it survives: plans that do not fit, and a disk without room."""

from contextlib import closing
from dataclasses import replace

import pytest
import torch
from torch import nn

from explorer import atomic, catalogue
from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint
from explorer.runs.work import assembly, execute
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training.events import (
    Failed,
    Steps,
    Warned,
)
from tests.runs.digest import plan
from tests.runs.trainings import advance, losses_of

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_part_that_is_not_there_cannot_be_frozen(tmp_path):
    with pytest.raises(ExplorerError, match="no part 'stem'") as caught:
        list(Execution(plan(freeze=("stem",)), "r", tmp_path).events())
    assert caught.value.hint.en == "There are: features, head."


def test_more_classes_than_the_network_tells_apart(tmp_path):
    few = replace(plan(), choice=replace(plan().choice, classes=4))
    with pytest.raises(ExplorerError, match="10 classes") as caught:
        list(Execution(few, "r", tmp_path).events())
    assert "Set the network's classes to 10" in caught.value.hint.en


def test_a_missing_device_is_said_at_once(tmp_path):
    far = replace(plan(), config=replace(plan().config, device="cuda:77"))
    with pytest.raises(ExplorerError, match="no device"):
        next(Execution(far, "r", tmp_path).events())


@pytest.mark.parametrize(("dataset", "data_dir"), [("folder:/not/there", None), ("mnist", "/not/there")])
def test_a_run_that_was_brought_from_elsewhere_says_where_its_data_lay(tmp_path, dataset, data_dir):
    moved = replace(plan(), dataset=dataset, data_dir=data_dir)
    advance(Execution(plan(), "r", tmp_path), 1)
    with pytest.raises(ExplorerError, match="data of the run are not in /not/there any more") as caught:
        list(Execution(moved, "r", tmp_path, resume=True).events())
    assert f'change "{"data_dir" if data_dir else "dataset"}" in the plan.json' in caught.value.hint.en
    with pytest.raises(ExplorerError) as caught:
        list(Execution(moved, "r", tmp_path).events())
    assert "plan.json" not in str(caught.value)  # there is none yet that the user knows of


def test_a_run_that_has_only_waited_downloads_its_data_to_where_nothing_is_yet(tmp_path, monkeypatch):
    asked, load = [], assembly.datasets.load

    def load_digits(name, place, **options):
        asked.append((name, place))
        return load("digits", None, **options)

    monkeypatch.setattr(assembly.datasets, "load", load_digits)
    waiting = replace(plan(), dataset="mnist", data_dir=str(tmp_path / "not there yet"))
    with closing(Execution(waiting, "r", tmp_path, resume=True).events()) as events:
        assert any(isinstance(event, Steps) for event in events)
    assert asked == [("mnist", waiting.data_dir)]


def test_a_learning_rate_that_is_too_high_keeps_the_last_good_weights(tmp_path, every_step, monkeypatch):
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    wild = replace(plan(), config=replace(plan().config, lr=1e6, batch_size=32))
    with pytest.raises(ExplorerError, match="stopped being a number"):
        list(Execution(wild, "r", tmp_path).events())
    saved = checkpoint.weights(tmp_path)
    assert saved.step >= 1
    assert checkpoint.is_finite(saved.weights)


class _Hungry(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(784, 10)

    def forward(self, x):
        torch.empty(1 << 50)
        return self.linear(x.flatten(1))


def test_out_of_memory_where_no_batch_fits_advises_a_smaller_network(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "build", lambda choice: _Hungry())
    with pytest.raises(ExplorerError, match="64 images does not fit") as caught:
        list(Execution(plan(), "r", tmp_path).events())
    assert "a smaller network" in caught.value.hint.en


def test_a_disk_that_fills_up_warns_once_and_training_goes_on(tmp_path, every_step, monkeypatch):
    real, is_full = atomic.write_bytes, [True]

    def write(path, content, **options):
        if is_full[0]:
            raise OSError(28, "No space left on device")
        real(path, content, **options)

    monkeypatch.setattr(atomic, "write_bytes", write)
    monkeypatch.setattr(execute.Schedule, "is_due", lambda self, is_epoch_end: True)
    found = []
    for event in Execution(plan(), "r", tmp_path).events():
        found.append(event)
        if isinstance(event, Steps) and event.step == 15:
            is_full[0] = False
    warnings = [event for event in found if isinstance(event, Warned)]
    assert len(warnings) == 1
    assert "No space left" in warnings[0].message.en
    assert len(losses_of(found)) == 20
    assert checkpoint.weights(tmp_path).step == 20


def test_a_disk_that_is_full_at_the_end_is_told(tmp_path, every_step, monkeypatch):
    def write(path, content, **options):
        raise OSError(28, "No space left on device")

    execution = Execution(plan(), "r", tmp_path)
    events = execution.events()
    for event in events:
        if isinstance(event, Steps):
            break
    monkeypatch.setattr(atomic, "write_bytes", write)
    with pytest.raises(ExplorerError, match="last steps could not be saved"):
        events.close()


def test_a_failure_while_loading_is_the_runs_failure(tmp_path):
    missing = replace(plan(), dataset="folder:/nowhere/at/all")
    runner = Runner("r", lambda: Execution(missing, "r", tmp_path))
    runner.start()
    assert runner.join(60)
    assert isinstance(runner.drain()[-1], Failed)
