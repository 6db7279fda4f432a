"""Compiled steps, where torch can compile them and where it cannot."""

import copy

import pytest
import torch
from torch import nn

from explorer.training.compiled import CompiledStepper
from explorer.training.config import TrainConfig
from explorer.training.optimizers import make
from explorer.training.stepper import Stepper
from tests.training.stand_ins import TwoHeaps

CPU = torch.device("cpu")


def model():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2))


class Refuses(nn.Module):
    """Moves the statistics of `network`, and fails."""

    def __init__(self, network, error):
        super().__init__()
        self.network, self.error = network, error

    def forward(self, images):
        self.network(images)
        raise self.error


def losses_of(step):
    return [float(step(*batch)[0].detach()) for batch in TwoHeaps(count=48).epoch(0)]


def steps(kind, network):
    return kind(network, make(TrainConfig(lr=0.05), network, CPU), CPU, "fp32")


def test_what_cannot_be_compiled_is_trained_plainly_from_the_same_statistics(monkeypatch):
    error = RuntimeError("\n\nno working C++ compiler found\nand so on")
    monkeypatch.setattr(torch, "compile", lambda network: Refuses(network, error))
    first = model()
    plain, compiled = copy.deepcopy(first), copy.deepcopy(first)
    step = steps(CompiledStepper, compiled)
    assert losses_of(step) == losses_of(steps(Stepper, plain))
    assert step.trouble.en.endswith("no working C++ compiler found")
    assert all(torch.equal(a, b) for a, b in zip(plain.buffers(), compiled.buffers(), strict=True))


def test_no_memory_is_not_a_matter_of_compiling(monkeypatch):
    error = torch.OutOfMemoryError("CUDA out of memory")
    monkeypatch.setattr(torch, "compile", lambda network: Refuses(network, error))
    with pytest.raises(torch.OutOfMemoryError):
        losses_of(steps(CompiledStepper, model()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_compiled_steps_are_the_plain_ones():
    first = model()
    plain, compiled = copy.deepcopy(first), copy.deepcopy(first)
    step = steps(CompiledStepper, compiled)
    found = losses_of(step)
    if step.trouble is not None:
        pytest.skip(step.trouble.en)
    assert found == pytest.approx(losses_of(steps(Stepper, plain)), rel=1e-4)
    for one, other in zip(plain.state_dict().values(), compiled.state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)
