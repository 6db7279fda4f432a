"""A batch size that fits is found by trying, after one that did not."""

import pytest
import torch
from torch import nn

from explorer.training import autopsy, fitting_batch
from explorer.training.config import TrainConfig
from explorer.training.fitting_batch import Trials, search


def run(room, too_many):
    tried, sizes = [], search(lambda size: size <= room, too_many)
    while True:
        try:
            tried.append(next(sizes))
        except StopIteration as stop:
            return stop.value, tried


@pytest.mark.parametrize("room", [0, 1, 2, 3, 7, 20, 63, 64, 100, 999_999])
def test_what_is_found_fits_and_is_not_far_from_the_most(room):
    found, tried = run(room, 1_000_000)
    assert len(tried) <= 23
    if room == 0:
        assert found is None
    else:
        assert found <= room
        assert found >= room * 0.7 - 4


def test_a_batch_of_one_that_does_not_fit():
    assert run(0, 1) == (None, [])


def trials(model, **config):
    return Trials(model, TrainConfig(**config), (1, 8, 8), 10, torch.device("cpu"))


def test_a_trial_is_a_real_step():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 10))
    before = model[0].weight.clone()
    assert trials(model, lr=0.5).fits(4)
    assert not torch.equal(model[0].weight, before)
    assert model[0].weight.grad is None


def test_a_batch_of_one_in_batch_normalisation_does_not_fit():
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 10))
    assert trials(model).fits(2)
    assert not trials(model).fits(1)


def test_a_size_that_would_take_all_memory_of_the_machine_is_not_tried(monkeypatch):
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 10))
    monkeypatch.setattr(fitting_batch, "free_memory", lambda device: 1 << 20)
    steps = []
    tested = trials(model)
    monkeypatch.setattr(tested, "_step", lambda images, labels: steps.append(len(images)))
    assert tested.fits(100)
    assert not tested.fits(100_000)
    assert steps == [100]


def test_a_defect_is_not_taken_for_a_lack_of_memory():
    with pytest.raises(RuntimeError, match="shape"):
        trials(nn.Sequential(nn.Flatten(), nn.Linear(63, 10))).fits(4)


def test_the_first_layer_that_is_not_finite():
    model = nn.Sequential(nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4), nn.ReLU()), nn.Linear(4, 2))
    images = torch.ones(3, 4)
    assert autopsy.first_not_finite(model, images) is None
    with torch.no_grad():
        model[2].bias[0] = torch.inf
    assert autopsy.first_not_finite(model, images) == "2"
    with torch.no_grad():
        model[1][0].weight[0, 0] = torch.nan
    assert autopsy.first_not_finite(model, images) == "1.0"
    assert not any(module._forward_hooks for module in model.modules())
