"""Steps that are recorded once and played back."""

import copy
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam

from explorer.training import graphs, loop, optimizers
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded
from explorer.training.graphs import WARM_UPS, GraphStepper
from explorer.training.loop import Position
from explorer.training.stepper import Stepper, set_lr
from tests.training.stand_ins import TwoHeaps, setup

CPU = torch.device("cpu")


class OnTheCpu:
    """Records by keeping the work, and plays it back by doing it."""

    def __init__(self, error=None):
        self.error, self.warm_ups, self.records, self.replays = error, 0, 0, 0

    def warm_up(self, work):
        self.warm_ups += 1
        return work()

    def record(self, work):
        self.records += 1
        if self.error is not None:
            raise self.error

        def replay():
            self.replays += 1
            work()

        return replay


def trained(make_step, *, count=60, epochs=2):
    parts = setup(lr=0.1, count=count)
    step, losses = make_step(parts), []
    for epoch in range(epochs):
        for images, labels in parts.train.epoch(epoch):
            set_lr(parts.optimizer, 0.1 / (1 + len(losses)))
            losses.append(step(images, labels))
    return parts, losses


def plain_of(parts):
    return Stepper(parts.model, parts.optimizer, parts.device)


def test_played_back_steps_are_the_plain_ones():
    recorder = OnTheCpu()
    recorded, found = trained(lambda parts: GraphStepper(plain_of(parts), parts.model, parts.optimizer, recorder))
    plain, expected = trained(plain_of)
    for (loss, logits), (other, others) in zip(found, expected, strict=True):
        torch.testing.assert_close(loss, other.detach())
        torch.testing.assert_close(logits, others.detach())
    for one, other in zip(recorded.model.parameters(), plain.model.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    # 60 images by 8: seven whole batches and one of four, in each of two epochs.
    assert (recorder.warm_ups, recorder.records, recorder.replays) == (WARM_UPS + 0, 1, 14 - WARM_UPS)


def test_a_small_batch_at_the_start_is_not_what_is_recorded():
    parts, recorder = setup(), OnTheCpu()
    step = GraphStepper(plain_of(parts), parts.model, parts.optimizer, recorder)
    small = TwoHeaps(batch_size=3)
    step(*next(small.epoch(0)))
    for images, labels in parts.train.epoch(0):
        step(images, labels)
    assert recorder.replays == 8 - WARM_UPS


def test_results_are_the_callers_to_keep():
    _, found = trained(lambda parts: GraphStepper(plain_of(parts), parts.model, parts.optimizer, OnTheCpu()))
    assert len({loss.data_ptr() for loss, _ in found}) == len(found)
    assert not any(logits.requires_grad for _, logits in found[WARM_UPS + 1 : 7])


def test_what_cannot_be_recorded_is_trained_plainly_with_a_reason():
    error = RuntimeError("operation not permitted when stream is capturing\nmore")
    steps = []

    def make(parts):
        steps.append(GraphStepper(plain_of(parts), parts.model, parts.optimizer, OnTheCpu(error)))
        return steps[0]

    recorded, found = trained(make)
    plain, expected = trained(plain_of)
    assert [loss.item() for loss, _ in found] == [loss.item() for loss, _ in expected]
    assert "operation not permitted when stream is capturing" in steps[0].trouble.en
    assert "more" not in steps[0].trouble.zh
    assert isinstance(recorded.optimizer.param_groups[0]["lr"], float)
    assert recorded.optimizer.state_dict()["param_groups"] == plain.optimizer.state_dict()["param_groups"]


class Cramped(nn.Module):
    """Has no memory for a test as long as `step` keeps a recording."""

    def __init__(self):
        super().__init__()
        self.layers, self.step, self.refused = nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), None, 0

    def forward(self, x):
        if not self.training and self.step.trouble is None:
            self.refused += 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity")
        return self.layers(x)


def test_a_recording_that_leaves_no_memory_for_a_test_is_let_go():
    model, recorder = Cramped(), OnTheCpu()
    parts = setup(model)
    step = model.step = GraphStepper(plain_of(parts), model, parts.optimizer, recorder)
    events = list(loop.train(replace(parts, stepper=step), Position(), epochs=2))
    assert [type(event) for event in events if isinstance(event, EpochEnded)] == [EpochEnded] * 2
    assert (model.refused, recorder.records, recorder.replays) == (1, 1, 8 - WARM_UPS)
    assert step.trouble.en.endswith("the memory of the GPU is not enough for it.")
    assert events[-1].test_accuracy > 0.9
    assert isinstance(parts.optimizer.param_groups[0]["lr"], float)


def test_a_lack_of_memory_that_no_recording_causes_ends_the_training():
    model, recorder = Cramped(), OnTheCpu()
    parts = setup(model, batch_size=64)  # one batch an epoch: nothing is recorded yet
    step = model.step = GraphStepper(plain_of(parts), model, parts.optimizer, recorder)
    with pytest.raises(torch.OutOfMemoryError):
        list(loop.train(replace(parts, stepper=step), Position(), epochs=2))
    assert step.trouble is None


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_what_is_saved_does_not_tell_that_steps_were_recorded(kind):
    model = nn.Linear(2, 2)
    optimizer = kind(model.parameters(), lr=0.125)
    before = copy.deepcopy(optimizer.state_dict())
    optimizers.make_recordable(optimizer)
    assert isinstance(optimizer.param_groups[0]["lr"], torch.Tensor)
    assert optimizers.state_of(optimizer) == before
    optimizers.make_plain(optimizer)
    assert optimizer.state_dict() == before


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_recorded_steps_on_a_gpu(name, precision):
    device = torch.device("cuda")
    config = TrainConfig(optimizer=name, lr=0.01, momentum=0.9)
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(128, 2)]
    first = nn.Sequential(*layers).to(device)
    losses = []
    for is_recorded in (False, True):
        model = copy.deepcopy(first)
        optimizer = optimizers.make(config, model, device)
        step = Stepper(model, optimizer, device, precision, clip_norm=1.0)
        if is_recorded:
            step = GraphStepper(step, model, optimizer, graphs.CudaRecorder(device))
        found = []
        for epoch in range(3):
            for images, labels in TwoHeaps(count=60).epoch(epoch):
                set_lr(optimizer, 0.01 / (1 + len(found)))
                found.append(step(images.to(device), labels.to(device))[0].detach())
        losses.append(torch.stack(found))
        assert getattr(step, "trouble", None) is None
    torch.testing.assert_close(losses[0], losses[1], rtol=1e-3, atol=1e-4)
