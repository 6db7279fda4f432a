"""`train --resume` with options beside it: a run goes on as it began, and nothing that is asked for is passed over."""

import pytest

from explorer.app import main
from explorer.catalogue import Choice
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.config import TrainConfig
from explorer.training.events import Stopped


@pytest.fixture
def stopped(tmp_path):
    """The folder of the runs, with a run of three epochs that was stopped before its first step."""
    root = tmp_path / "runs"
    store = Store(root)
    choice = Choice("lenet", (1, 28, 28), 10, {"activation": "relu", "pooling": "max"})
    config = TrainConfig(epochs=3, lr=0.05, limit=64, freeze=("features",), threads=1)
    run = store.create(RunPlan(choice, "digits", None, config)).id
    recorder = store.recorder(run)
    recorder.append(Stopped(run))
    recorder.close()
    store.close()
    return root


@pytest.mark.parametrize(
    "option",
    [
        ["--epochs", "5"], ["--lr", "0.1"], ["--seed", "1"], ["--freeze", "head"], ["--augment"], ["--data", "mnist"],
        ["--data-dir", "."], ["--input", "1x32x32"], ["--classes", "7"], ["--set", "activation=sigmoid"],
        ["--preset", "today"],
    ],
    ids=lambda option: option[0],
)  # fmt: skip
def test_another_setting_is_refused_with_what_to_do(stopped, capsys, option):
    assert main(["train", "--resume", "1", "--runs-dir", str(stopped), *option]) == 2
    said = capsys.readouterr().err
    assert f"{option[0]} would be another" in said
    assert "train --fork 1" in said


def test_the_settings_that_it_has_may_be_named(stopped, capsys):
    same = ["--epochs", "3", "--lr", "0.05", "--limit", "64", "--freeze", "features", "--data", "digits"]
    same += ["--input", "1x28x28", "--classes", "10", "--set", "activation=relu", "--no-augment"]
    assert main(["train", "lenet", "--resume", "last", "--queue", "--runs-dir", str(stopped), *same]) == 0
    assert "Run 1 waits" in capsys.readouterr().out
