"""Testing any stored moment of a run gives what the run itself found."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.evaluation.scores import Evaluation
from explorer.runs.folder import checkpoint
from explorer.runs.folder.answers import answers_of
from explorer.runs.folder.snapshots import moments
from explorer.runs.looking.evaluate import evaluate
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.events import EpochEnded
from tests.runs.digest import plan


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[EpochEnded]]:
    """A finished run of two epochs, and what its tests told."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    events = list(Execution(plan(), "run", folder).events())
    return folder, [event for event in events if isinstance(event, EpochEnded)]


def result_of(generator) -> Evaluation:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def test_the_last_weights_score_as_in_the_run(run: tuple[Path, list[EpochEnded]]) -> None:
    folder, ended = run
    before = torch.get_rng_state()
    found = result_of(evaluate(plan(), checkpoint.weights(folder)))
    assert found.accuracy == pytest.approx(ended[-1].test_accuracy)
    assert found.loss == pytest.approx(ended[-1].test_loss, rel=1e-4)
    assert torch.equal(before, torch.get_rng_state())


def test_every_epoch_left_its_answers(run: tuple[Path, list[EpochEnded]]) -> None:
    folder, ended = run
    kept = answers_of(folder)
    assert [answers.epoch for answers in kept] == [event.epoch + 1 for event in ended]
    for answers, event in zip(kept, ended, strict=True):
        found = answers.read()
        assert found.accuracy == pytest.approx(event.test_accuracy)
        assert found.loss == pytest.approx(event.test_loss, rel=1e-4)


def test_the_run_left_weights_from_its_first_step_on(run: tuple[Path, list[EpochEnded]]) -> None:
    kept = moments(run[0])
    assert kept[0].step == 0
    assert len(kept) >= 2
    first = result_of(evaluate(plan(), checkpoint.read_moment(kept[0].path)))
    last = result_of(evaluate(plan(), checkpoint.weights(run[0])))
    assert first.loss > last.loss


def test_it_can_be_given_up(run: tuple[Path, list[EpochEnded]]) -> None:
    answering = evaluate(plan(), checkpoint.weights(run[0]))
    next(answering)
    answering.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("load")]


def test_weights_of_another_network_are_refused(run: tuple[Path, list[EpochEnded]]) -> None:
    found = checkpoint.weights(run[0])
    found.weights.pop(next(iter(found.weights)))
    with pytest.raises(ExplorerError, match="do not fit"):
        result_of(evaluate(plan(), found))


def test_damaged_answers_say_so(run: tuple[Path, list[EpochEnded]], tmp_path: Path) -> None:
    kept = answers_of(run[0])[0]
    broken = tmp_path / kept.path.name
    broken.write_bytes(kept.path.read_bytes()[:30])
    with pytest.raises(ExplorerError, match="damaged"):
        type(kept)(1, broken).read()
    with pytest.raises(ExplorerError, match="cannot be read"):
        type(kept)(1, tmp_path / "epoch-00009.npz").read()


def test_a_run_of_another_machine_is_tested_on_what_there_is(
    run: tuple[Path, list[EpochEnded]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    elsewhere = replace(plan(), config=replace(plan().config, device="cuda:1"))
    found = result_of(evaluate(elsewhere, checkpoint.weights(run[0])))
    assert found.accuracy == pytest.approx(run[1][-1].test_accuracy)


def test_the_precision_is_the_one_the_run_decided_on(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = store.create(plan())
    store.close()
    assert record.plan_as_run == record.plan
    assert replace(record, precision="bf16").plan_as_run.config.precision == "bf16"


def test_of_many_short_epochs_some_answers_are_kept_and_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.runs.work.mementos.ALLOWANCE", -1.0)  # as after very many epochs
    long = replace(plan(), config=replace(plan().config, epochs=4))
    list(Execution(long, "run", tmp_path).events())
    assert [answers.epoch for answers in answers_of(tmp_path)] == [4]
