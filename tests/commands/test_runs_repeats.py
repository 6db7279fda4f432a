"""`train --seeds`, `runs repeat` and `runs --repeats`."""

from dataclasses import replace

import pytest

from explorer import paths
from explorer.app import main
from explorer.catalogue import Choice
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.repeats import seeded
from explorer.runs.shelf.store import Store
from explorer.training.events import Event, Finished, LearningRateChanged
from tests.commands.test_commands import Capture, call, refused
from tests.runs.recorded import PLAN, epoch_ended, started, steps

BN = replace(PLAN, choice=Choice("lenet_bn", (1, 28, 28), 10))
SMALL = ("--epochs", 1, "--limit", 128, "--batch-size", 64)


def train(plan: RunPlan, accuracy: float, *others: Event) -> str:
    store = Store(paths.runs())
    run = store.create(plan).id
    recorder = store.recorder(run)
    for event in (started(run, epochs=1), steps(run, 10, 10), *others, epoch_ended(run, 0, accuracy=accuracy)):
        recorder.append(replace(event, run=run))
    recorder.append(Finished(run))
    recorder.close()
    store.close()
    return run


def test_groups_are_listed_with_mean_deviation_and_verdict(capsys: Capture) -> None:
    runs = [train(seeded(PLAN, seed), accuracy) for seed, accuracy in enumerate((0.96, 0.97, 0.98))]
    for seed, accuracy in enumerate((0.995, 0.993, 0.997)):
        train(seeded(BN, seed), accuracy)
    train(replace(PLAN, dataset="mnist"), 0.5)  # repeats none
    found = call(capsys, "runs", "--repeats")
    lenet, bn = found["repeats"]
    assert (lenet["runs"], lenet["numbers"], lenet["seeds"], lenet["finished"]) == (runs, [1, 2, 3], [0, 1, 2], 3)
    assert lenet["test_accuracy"] == {
        "runs": 3,
        "mean": pytest.approx(0.97),
        "standard_deviation": pytest.approx(0.01),
    }
    assert bn["test_accuracy"]["mean"] == pytest.approx(0.995)
    assert found["verdict"]["test_accuracy"]["difference"] == pytest.approx(-0.025)
    assert main(["runs", "--repeats"]) == 0
    said = capsys.readouterr().out
    assert "97.00 ± 1.00%" in said
    assert "1-3" in said
    assert "LeNet + batch norm is better than LeNet by 2.5 points of test accuracy" in said
    assert call(capsys, "runs", "--repeats", "--filter", "lenet_bn")["verdict"] is None
    assert call(capsys, "runs", "--repeats", "--filter", "mnist")["repeats"] == []


def test_a_run_whose_rate_was_changed_by_hand_repeats_none(capsys: Capture) -> None:
    for seed in range(3):
        train(seeded(PLAN, seed), 0.9)
    changed = train(seeded(PLAN, 3), 0.5, LearningRateChanged("", 10, 0.2, 1.0))
    (group,) = call(capsys, "runs", "--repeats")["repeats"]
    assert changed not in group["runs"]
    assert len(group["runs"]) == 3


def test_nothing_repeats_nothing(capsys: Capture) -> None:
    train(PLAN, 0.9)
    assert call(capsys, "runs", "--repeats") == {"repeats": [], "verdict": None}
    assert main(["runs", "--repeats"]) == 0
    assert "runs repeat RUN" in capsys.readouterr().out


def test_a_run_is_repeated_by_waiting_ones(capsys: Capture) -> None:
    train(PLAN, 0.9)
    made = call(capsys, "runs", "repeat", 1, "--times", 3)["runs"]
    assert [(run["number"], run["place"], run["seed"]) for run in made] == [(2, 1, 1), (3, 2, 2), (4, 3, 3)]
    assert main(["runs", "repeat", "1"]) == 0
    assert "5, 6, 7, 8" in capsys.readouterr().out
    assert "0 times" in refused(capsys, "runs", "repeat", 1, "--times", 0)
    assert "There is no run" in refused(capsys, "runs", "repeat", 99)
    assert "which run" in refused(capsys, "runs", "repeat")


def test_several_seeds_are_trained_as_runs_of_their_own(capsys: Capture) -> None:
    found = call(capsys, "train", "lenet", "--data", "digits", *SMALL, "--seed", 5, "--seeds", 2)
    assert [(run["seed"], run["status"], run["steps"]) for run in found["runs"]] == [
        (5, "finished", 2),
        (6, "finished", 2),
    ]
    assert found["repeats"]["finished"] == 2
    alone = call(capsys, "train", "lenet", "--data", "digits", *SMALL, "--seed", 6)
    assert alone["train_loss"] == found["runs"][1]["train_loss"]
    more = call(capsys, "train", "lenet", "--data", "digits", *SMALL, "--seeds", 2, "--queue")
    assert [run["seed"] for run in more["runs"]] == [0, 1]
    assert [run["number"] for run in more["runs"]] == [4, 5]


def test_what_does_not_go_with_seeds_is_refused(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    lenet = ("train", "lenet", "--data", "digits")
    assert "keeps its seed" in refused(capsys, "train", "--resume", "last", "--seeds", 2)
    assert "101 times" in refused(capsys, *lenet, "--seeds", 101)
    for name, value in {"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    assert "one run at a time" in refused(capsys, *lenet, "--seeds", 2)
