"""The settings of a training: read, checked, and those of older versions."""

import json
import math
from dataclasses import fields, replace

import pytest

from explorer.errors import ExplorerError
from explorer.training.config import TrainConfig

OLD = {
    "epochs": 3, "batch_size": 32, "optimizer": "adam", "lr": 0.005, "momentum": 0.9, "weight_decay": 0.0,
    "initialisation": "xavier", "seed": 4, "limit": None, "device": "auto", "precision": "auto",
}  # fmt: skip


def test_a_plan_of_an_older_version_is_read_with_everything_new_off():
    config = TrainConfig.from_json(OLD)
    assert config == TrainConfig(epochs=3, batch_size=32, optimizer="adam", lr=0.005, initialisation="xavier", seed=4)
    assert (config.schedule, config.warmup_epochs, config.clip_norm, config.ema_decay) == ("constant", 0, 0, 0)
    assert (config.freeze, config.augment, config.exact, config.threads) == ((), False, False, None)


def test_settings_come_back_from_a_file():
    config = TrainConfig(freeze=("stem", "blocks.0"), schedule="one-cycle", nesterov=True, threads=3)
    written = json.loads(json.dumps(config.to_json()))
    assert written == config.to_json()
    assert TrainConfig.from_json(written) == config
    assert set(written) == {field.name for field in fields(TrainConfig)}


def test_a_setting_that_is_not_known_is_named():
    with pytest.raises(ExplorerError, match="no setting warp") as caught:
        TrainConfig.from_json({**OLD, "warp": 9})
    assert "newer version" in caught.value.hint.en


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("epochs", 0, "epochs"),
        ("batch_size", 0, "batch size"),
        ("limit", 0, "limit"),
        ("momentum", 1.0, "momentum"),
        ("weight_decay", -0.1, "weight decay"),
        ("seed", -1, "seed"),
        ("seed", 2**63, "seed"),
        ("lr", 0.0, "learning rate"),
        ("lr", math.inf, "learning rate"),
        ("warmup_epochs", -1.0, "warm-up"),
        ("warmup_epochs", math.nan, "warm-up"),
        ("step_epochs", 0, "epochs between steps"),
        ("step_factor", 0.0, "step factor"),
        ("step_factor", 1.5, "step factor"),
        ("label_smoothing", 1.0, "label smoothing"),
        ("clip_norm", -0.1, "gradient norm"),
        ("ema_decay", 1.0, "average"),
        ("patience", -1, "patience"),
        ("threads", 0, "threads"),
        ("schedule", "triangle", "schedule"),
        ("speed", "warp", "speed"),
    ],
)
def test_values_that_mean_nothing_are_refused_in_both_languages(name, value, words):
    with pytest.raises(ExplorerError, match=words) as caught:
        replace(TrainConfig(), **{name: value})
    assert str(value) in caught.value.message.zh
    assert caught.value.hint.en
    assert caught.value.hint.zh


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 1), ("batch_size", 1), ("limit", 1), ("momentum", 0.0), ("momentum", 0.999), ("weight_decay", 0.0),
        ("seed", 0), ("seed", 2**63 - 1), ("warmup_epochs", 0.0), ("step_epochs", 1), ("step_factor", 1.0),
        ("label_smoothing", 0.0), ("label_smoothing", 0.999), ("clip_norm", 0.0), ("ema_decay", 0.0),
        ("ema_decay", 0.9999), ("patience", 0), ("threads", 1),
    ],
)  # fmt: skip
def test_the_least_and_the_most_are_taken(name, value):
    assert getattr(replace(TrainConfig(), **{name: value}), name) == value


def test_nesterov_needs_a_momentum():
    with pytest.raises(ExplorerError, match="momentum above 0"):
        TrainConfig(nesterov=True, momentum=0.0)
    TrainConfig(nesterov=True, momentum=0.0, optimizer="adam")  # which does not look at either
