"""The command of a report trains the same again."""

import argparse
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import catalogue
from explorer.commands import train
from explorer.report.repeat import command
from explorer.runs.plan import Origin, RunPlan
from explorer.training.config import OPTIMIZERS, SCHEDULES, TrainConfig

configs = st.builds(
    TrainConfig,
    epochs=st.integers(1, 100),
    batch_size=st.integers(1, 4096),
    optimizer=st.sampled_from(OPTIMIZERS),
    lr=st.floats(1e-8, 100),
    momentum=st.floats(0.1, 0.99),
    weight_decay=st.floats(0, 1),
    seed=st.integers(0, 2**63 - 1),
    limit=st.none() | st.integers(1, 10_000),
    schedule=st.sampled_from(SCHEDULES),
    warmup_epochs=st.floats(0, 10),
    nesterov=st.booleans(),
    label_smoothing=st.floats(0, 0.9),
    ema_decay=st.floats(0, 0.9999),
    freeze=st.lists(st.sampled_from(["features", "features.0", "classifier"]), unique=True).map(tuple),
    augment=st.booleans(),
    exact=st.booleans(),
    threads=st.integers(1, 16),
)


def read(line: str) -> RunPlan:
    words = shlex.split(line)
    assert words[:3] == ["python3", "main.py", "train"]
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return train._plan(parser.parse_args(words[3:]))


@given(configs, st.sampled_from(["lenet", "resnet18", "vgg11", "torchvision/alexnet"]))
def test_the_command_means_the_same_plan(config: TrainConfig, name: str) -> None:
    card = catalogue.find(name)
    plan = RunPlan(card.choose(input_shape=(3, 64, 64), classes=10), "shapes", None, config)
    line = command(plan)
    assert line is not None
    found = read(line)
    assert found.config == plan.config
    assert found.choice == plan.choice
    assert found.dataset == plan.dataset


@pytest.mark.parametrize("name", ["a folder", "a 'quoted' one", "图像"])
def test_a_folder_of_images_is_quoted(tmp_path, name: str) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / name
    plan = RunPlan(catalogue.find("lenet").choose(classes=2), f"folder:{folder}")
    line = command(plan)
    assert line is not None
    assert f"folder:{folder}" in shlex.split(line)


def test_a_fork_has_no_command() -> None:
    plan = RunPlan(catalogue.find("lenet").default_choice(), "digits", origin=Origin("run", 1, 2))
    assert command(plan) is None
