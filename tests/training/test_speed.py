"""How steps are taken is decided by the network, the device and what was asked for."""

import pytest
import torch
from torch import nn

from explorer import catalogue
from explorer.training import device as devices
from explorer.training import speed, trial
from explorer.training.config import TrainConfig
from explorer.training.speed import Way
from explorer.training.stepper import Stepper
from tests.training.stand_ins import setup

CPU = torch.device("cpu")


def decide(name="densenet", side=96, **config):
    choice = catalogue.find(name).choose(input_shape=(1, side, side))
    model = catalogue.build(choice)
    return speed.decide(TrainConfig(**config), model, CPU, choice.input_shape, channels_last=True)


@pytest.fixture
def computes_bf16(monkeypatch):
    monkeypatch.setattr(devices, "has_bf16", lambda device: True)


@pytest.mark.usefixtures("computes_bf16")
def test_a_large_network_computes_in_bfloat16_where_the_cpu_does():
    assert decide() == Way("bf16")
    assert decide("lenet", 28) == Way("fp32")


@pytest.mark.usefixtures("computes_bf16")
@pytest.mark.parametrize("config", [{"precision": "fp32"}, {"speed": "plain"}, {"exact": True}])
def test_nothing_is_chosen_where_it_was_said(config):
    assert decide(**config) == Way("fp32")


def test_a_cpu_without_bfloat16_stays_at_float32(monkeypatch):
    monkeypatch.setattr(devices, "has_bf16", lambda device: False)
    assert decide() == Way("fp32")
    assert decide(precision="bf16") == Way("bf16")


def test_deciding_leaves_the_network_and_random_numbers_alone():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Flatten(), nn.Linear(4 * 36, 10))
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    speed.decide(TrainConfig(), model, CPU, (1, 8, 8), channels_last=True)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert [module.training for module in model] == [True, False, True, True, True]


def test_multiply_adds_are_those_of_convolutions_and_products():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 10))
    assert devices.multiply_adds(model, (1, 8, 8)) == 9 * 4 * 36 + 4 * 36 * 10


def test_a_way_is_kept_as_json():
    way = Way("bf16", "graphs", 1.8)
    assert Way(**way.to_json()) == way
    assert "1.8 times" in way.words.en
    assert "1.8" in Way("fp32", "plain", 1.01).words.zh or "1.0" in Way("fp32", "plain", 1.01).words.zh
    assert Way("fp32").words is None


def test_graphs_on_a_cpu_are_plain_steps_with_a_word_on_it():
    parts = setup()
    step = speed.stepper(Way("fp32", "graphs"), parts.model, parts.optimizer, CPU, TrainConfig())
    assert speed.trouble_of(step) is not None
    assert step(*next(parts.train.epoch(0)))[0].requires_grad
    assert speed.trouble_of(Stepper(parts.model, parts.optimizer, CPU)) is None


class Slow:
    """Takes longer than the plain step, and spoils what it is given."""

    def __init__(self, model, optimizer, times):
        self.step, self.times = Stepper(model, optimizer, CPU), times

    def __call__(self, images, labels):
        for _ in range(self.times):
            result = self.step(images, labels)
        return result


def gain_of(other, model=None):
    parts = setup()
    model = parts.model if model is None else model
    images, labels = next(parts.train.epoch(0))
    return trial.gain(lambda m, o: Slow(m, o, 8), other, model, TrainConfig(lr=1.0), images, labels)


def test_a_trial_finds_the_faster_way_and_changes_nothing():
    parts = setup()
    before = [weight.clone() for weight in parts.model.parameters()]
    state = torch.get_rng_state()
    assert gain_of(lambda m, o: Slow(m, o, 1), parts.model) > 2
    assert gain_of(lambda m, o: Slow(m, o, 64), parts.model) < 0.5
    assert all(torch.equal(a, b) for a, b in zip(before, parts.model.parameters(), strict=True))
    assert all(weight.grad is None for weight in parts.model.parameters())
    assert torch.equal(torch.get_rng_state(), state)


def test_a_way_that_falls_back_has_gained_nothing():
    class Fallen(Slow):
        trouble = "cannot"

    assert gain_of(lambda m, o: Fallen(m, o, 1)) is None


def test_no_memory_for_a_trial_is_no_failure():
    def hungry(model, optimizer):
        raise torch.OutOfMemoryError("CUDA out of memory")

    assert gain_of(hungry) is None


def test_long_steps_are_not_tried(monkeypatch):
    monkeypatch.setattr(trial, "LONG_STEP", 0.0)
    assert gain_of(lambda m, o: pytest.fail("not to be asked for")) is None
