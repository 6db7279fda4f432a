"""The options of `train`: each reaches the plan, presets can be changed, and rates can be looked for."""

import argparse
import json
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from explorer import catalogue
from explorer.app import main
from explorer.commands import train, train_options
from explorer.training import presets, threads
from explorer.training.config import TrainConfig

Capture = pytest.CaptureFixture[str]

EVERY_OPTION = """
    --epochs 3 --batch-size 7 --optimizer sgd --lr 0.2 --momentum 0.8 --weight-decay 0.01 --initialisation xavier
    --seed 5 --limit 40 --device cpu --precision bf16 --schedule step --warmup-epochs 0.5 --step-epochs 2
    --step-factor 0.5 --nesterov --label-smoothing 0.1 --clip-norm 2 --ema-decay 0.9 --patience 4 --freeze features
    --freeze head.0 --augment --exact --threads 3 --speed plain
"""


def parse(*line: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args([*map(str, line)])


def call(capsys: Capture, *line: object) -> Any:
    assert main([*map(str, line), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def plan_of(capsys: Capture, *line: object) -> Any:
    """The plan of a run that these arguments start."""
    result = call(capsys, "train", *line)
    return call(capsys, "runs", "show", result["run"])["plan"]


def test_every_setting_has_an_option() -> None:
    given = train_options.given(parse("lenet", "--data", "digits", *EVERY_OPTION.split()))
    assert set(given) == {field.name for field in fields(TrainConfig)}
    config = TrainConfig(**given)
    assert all(
        getattr(config, field.name) != field.default for field in fields(TrainConfig) if field.name != "optimizer"
    )
    assert (config.freeze, config.warmup_epochs, config.threads) == (("features", "head.0"), 0.5, 3)


def test_what_is_not_given_is_left_to_what_suits() -> None:
    assert train_options.given(parse("lenet")) == {}
    assert train_options.given(parse("lenet", "--no-augment")) == {"augment": False}


def test_the_help_is_in_groups(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    groups = [
        "what to learn:",
        "how to learn:",
        "learning rate during the run:",
        "against learning by heart:",
        "machine:",
    ]
    places = [shown.index(f"\n{group}") for group in groups]
    assert places == sorted(places)


def test_options_reach_the_plan_and_threads_are_decided(capsys: Capture) -> None:
    line = ["lenet", "--data", "digits", "--limit", 64, "--epochs", 1, "--schedule", "cosine", "--clip-norm", 1]
    config = plan_of(capsys, *line)["config"]
    assert (config["schedule"], config["clip_norm"], config["threads"]) == ("cosine", 1.0, threads.usual())


def test_a_preset_is_a_start_that_options_change(capsys: Capture) -> None:
    line = ["lenet", "--preset", "lecture", "--data", "digits", "--limit", 64, "--epochs", 1, "--batch-size", 32]
    plan = plan_of(capsys, *line)
    config = plan["config"]
    assert (config["lr"], config["momentum"], config["initialisation"]) == (0.9, 0.0, "xavier")
    assert (config["batch_size"], config["epochs"], plan["dataset"]) == (32, 1, "digits")
    assert plan["choice"]["settings"] == {"activation": "sigmoid", "pooling": "average"}
    plan = plan_of(
        capsys, "lenet", "--preset", "today", "--data", "digits", "--limit", 64, "--epochs", 1, "--no-augment"
    )
    config = plan["config"]
    assert (config["schedule"], config["nesterov"], config["augment"]) == ("one-cycle", True, False)
    assert plan["choice"]["settings"]["activation"] == "relu"


def test_a_lecture_brings_its_own_data_and_size() -> None:
    plan = train._plan(parse("resnet18", "--preset", "lecture"))
    assert (plan.dataset, plan.choice.input_shape, plan.config.batch_size) == ("fashion-mnist", (1, 96, 96), 256)
    plan = train._plan(parse("vgg11", "--preset", "lecture", "--set", "ratio=8", "--input", "1x64x64"))
    assert (plan.choice.settings["ratio"], plan.choice.input_shape) == (8, (1, 64, 64))


@pytest.mark.parametrize("is_archive", [False, True])
def test_presets_know_how_many_images_a_folder_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path, *, is_archive: bool
) -> None:
    monkeypatch.setattr(presets, "FEW_IMAGES", 10)
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(10):
            (tmp_path / "pets" / name / f"{number}.png").touch()
    place = tmp_path / "pets"
    if is_archive:
        place = Path(shutil.make_archive(str(place), "gztar", place))
    line = ("cifar_resnet", "--data", f"folder:{place}")
    plan = train._plan(parse(*line))
    assert (plan.choice.classes, plan.config.batch_size, plan.config.epochs) == (2, 128, 10)
    today = train._plan(parse(*line, "--preset", "today")).config
    assert (today.batch_size, today.lr, today.ema_decay, today.epochs) == (128, 0.1, 0.998, 40)
    monkeypatch.setattr(presets, "FEW_IMAGES", 17)  # one more than are for training
    assert train._plan(parse(*line)).config.batch_size == 32
    assert train._plan(parse(*line, "--preset", "today")).config.lr == 0.025


def test_a_learning_rate_is_found_and_no_run_is_made(capsys: Capture) -> None:
    line = ["lenet_bn", "--data", "digits", "--limit", 640, "--optimizer", "sgd", "--find-lr"]
    found = call(capsys, "train", *line)
    assert 1e-3 < found["lr"] < 1
    assert len(found["points"]) > 50
    assert {"lr", "loss"} == set(found["points"][0])
    assert found["reason"]
    assert call(capsys, "runs") == {"runs": []}


def test_a_learning_rate_is_found_for_a_model_of_ones_own(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_build_own", None), ("_own", {})):  # as they were, afterwards
        monkeypatch.setattr(catalogue, name, value)
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\n"
        "class Net(nn.Sequential):\n"
        "    def __init__(self):\n"
        "        super().__init__(nn.Flatten(), nn.Linear(784, 10))\n"
    )
    found = call(capsys, "train", "--model", f"{path}:Net", "--input", "1x28x28", "--data", "digits", "--find-lr")
    assert found["lr"] is not None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--ema-decay", "1"], "average"),
        (["--nesterov", "--optimizer", "sgd", "--momentum", "0"], "momentum"),
        (["--threads", "0"], "threads"),
        (["--freeze", "stem", "--limit", "64", "--epochs", "1"], "features, head"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(capsys: Capture, line: list[str], words: str) -> None:
    assert main(["train", "lenet", "--data", "digits", *line]) == 2
    assert words in capsys.readouterr().err


def test_today_needs_to_know_the_data(capsys: Capture) -> None:
    assert main(["train", "lenet", "--preset", "today"]) == 2
    assert "--data" in capsys.readouterr().err
