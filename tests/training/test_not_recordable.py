"""Networks that a stand-in for CUDA graphs cannot record, or has no memory for."""

import pytest
import torch
from torch import nn

from explorer.training import optimizers
from explorer.training.config import TrainConfig
from explorer.training.graphs import WARM_UPS, GraphStepper
from explorer.training.stepper import Stepper, set_lr
from tests.training.stand_ins import TwoHeaps
from tests.training.tape import TapeRecorder

CPU = torch.device("cpu")


@pytest.fixture
def fused(monkeypatch):
    """Optimizers are fused as on a GPU, whose steps wait for nothing."""
    monkeypatch.setattr(optimizers, "_fused", lambda device: True)


class Replacing(nn.Module):
    """As batch normalisation in many a notebook: each step makes another average, and counts in Python."""

    def __init__(self, what):
        super().__init__()
        self.what, self.linear = what, nn.Linear(16, 2)
        self.register_buffer("mean", torch.zeros(16))
        self.average, self.count = torch.zeros(16), 0

    def forward(self, x):
        x = x.flatten(1)
        if self.what == "buffer":
            self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        elif self.what == "attribute":
            self.average = 0.9 * self.average + 0.1 * x.detach().mean(0)
        elif self.what == "count":
            self.count += 1
        elif self.what == "read":
            assert float(x.detach().mean()) < 100
        return self.linear(x - self.mean - self.average) / (1 + 0.1 * self.count)


def trained(model, make_step):
    optimizer = optimizers.make(TrainConfig(lr=0.125), model, CPU)
    step, losses = make_step(Stepper(model, optimizer, CPU), model, optimizer), []
    for epoch in range(2):
        for images, labels in TwoHeaps(count=60).epoch(epoch):
            set_lr(optimizer, 0.125 / (1 + epoch))
            losses.append(float(step(images, labels)[0].detach()))
    return step, losses, {**model.state_dict(), "average": model.average, "count": torch.tensor(model.count)}


@pytest.mark.usefixtures("fused")
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("buffer", "model.mean"),
        ("attribute", "model.average"),
        ("count", "model.count"),
        ("read", "not permitted"),
        ("", None),
    ],
)
def test_a_network_whose_steps_cannot_be_repeated_is_trained_plainly(what, said):
    torch.manual_seed(0)
    first = Replacing(what)
    torch.manual_seed(0)
    second = Replacing(what)
    _, expected, state = trained(first, lambda plain, model, optimizer: plain)
    recorder = TapeRecorder()
    step, found, other = trained(second, lambda *parts: GraphStepper(*parts, recorder))
    assert found == expected
    assert all(torch.equal(value, other[name]) for name, value in state.items())
    assert (step.trouble is None) if said is None else (said in step.trouble.en)
    assert (recorder.replays == 0) == (said is not None)


class Hungry(Stepper):
    """Has no memory for the first small batch that comes after so many steps."""

    def __init__(self, *args):
        super().__init__(*args)
        self.taken = 0

    def __call__(self, images, labels):
        self.taken += 1
        if len(images) == 4 and self.taken == WARM_UPS + 2:  # one more was the recorded one
            self._forward(images, labels)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has ...")
        return super().__call__(images, labels)


@pytest.mark.usefixtures("fused")
def test_a_batch_for_which_the_recording_leaves_no_memory_is_learned_without_it():
    states = []
    for make_step in (Stepper, Hungry):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Flatten(), nn.Linear(16, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
        optimizer = optimizers.make(TrainConfig(lr=0.125), model, CPU)
        step = make_step(model, optimizer, CPU)
        if make_step is Hungry:
            step = GraphStepper(step, model, optimizer, TapeRecorder())
        for epoch in range(2):
            for images, labels in TwoHeaps(count=60).epoch(epoch):
                step(images, labels)
        states.append(model.state_dict())
    assert step.trouble.en.endswith("the memory of the GPU is not enough for it.")
    assert all(torch.equal(value, states[1][name]) for name, value in states[0].items())
    assert isinstance(optimizer.param_groups[0]["lr"], float)
