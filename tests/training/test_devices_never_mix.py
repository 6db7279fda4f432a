"""Training, testing and looking on a GPU, with tensors that have a device and no content: CPU and GPU never mix.

Torch refuses an operation on tensors of two devices, here as on a real GPU.
"""

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode

from explorer import catalogue
from explorer.data import batches as data_batches
from explorer.data.batches import Batches
from explorer.data.split import Split
from explorer.evaluation.collect import Collector
from explorer.training import device as devices
from explorer.training import initialise, loop, optimizers
from explorer.training.averaging import Average
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded
from explorer.training.freezing import freeze
from explorer.training.loop import Position, Setup
from explorer.training.metrics import Part, Pending
from explorer.training.stepper import Stepper

GPU = torch.device("cuda", 0)
NETWORKS = [name for name in catalogue.cards() if "/" not in name]


@pytest.fixture
def gpu(monkeypatch):
    """A GPU without kernels or memory."""
    monkeypatch.setattr(nn.Module, "_apply", _apply)
    monkeypatch.setattr(Tensor, "__deepcopy__", _copied)
    monkeypatch.setattr(Tensor, "pin_memory", lambda values: values)
    # Such tensors are for one thread.
    monkeypatch.setattr(data_batches, "ahead", lambda make, given: (make(one) for one in given))
    monkeypatch.setattr(devices, "waiter", lambda device: None)
    monkeypatch.setattr(Pending, "take", _taken)
    monkeypatch.setattr(Stepper, "backward", _backward)
    monkeypatch.setattr(torch.cuda.amp.common, "amp_definitely_not_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda *_, **__: True)
    with FakeTensorMode(allow_non_fake_inputs=True):
        try:
            torch.zeros(2, device=GPU)[1:]
        except RuntimeError as error:
            pytest.skip(f"this torch wants a real GPU for it: {error}".partition("\n")[0])
        yield GPU


def _copied(values, memo):
    """Torch's own copies what is in the memory that these do not have."""
    return values.detach().clone().requires_grad_(values.requires_grad)


def _apply(module, fn, recurse=True):
    """As torch's, but tensors that are there already are not exchanged in place, which these do not bear."""
    for child in module.children():
        child._apply(fn)
    for name, parameter in module._parameters.items():
        if parameter is not None:
            with torch.no_grad():
                module._parameters[name] = nn.Parameter(fn(parameter), parameter.requires_grad)
    for name, buffer in module._buffers.items():
        module._buffers[name] = None if buffer is None else fn(buffer)
    return module


def _backward(step, loss):
    """Torch's own asks the GPU for its streams."""
    on_gpu(loss)
    assert loss.requires_grad
    for parameter in step._learned:
        parameter.grad = torch.empty_like(parameter)


def _taken(pending):
    """What is read from the device is not there; what it takes to get it is."""
    if not len(pending):
        return Part((), (), ())
    on_gpu(torch.stack(pending._losses))
    on_gpu(torch.cat(pending._logits).argmax(1) == torch.cat(pending._labels))
    counts = tuple(len(labels) for labels in pending._labels)
    pending._losses, pending._logits, pending._labels = [], [], []
    return Part((1.0,) * len(counts), (1,) * len(counts), counts)


def on_gpu(*tensors):
    assert all(isinstance(tensor, FakeTensor) and tensor.device == GPU for tensor in tensors)


def split(shape, count):
    return Split(torch.zeros((count, *shape), dtype=torch.uint8), torch.zeros(count, dtype=torch.int64))


def batches(shape, source, count, *, is_train, is_last, budget=1 << 40):
    options = {"shuffle": is_train, "augment": is_train, "channels_last": is_last, "cache_budget": budget}
    return Batches(
        split(source, count), batch_size=4, input_shape=shape, mean=(0.5,), std=(0.2,), device=GPU, seed=0, **options
    )


def setup_of(model, shape, config, precision):
    is_last = devices.prefers_channels_last(model, GPU)
    model.to(GPU)
    resting = freeze(model, config.freeze)
    optimizer = optimizers.make(config, model, GPU)
    options = {"label_smoothing": config.label_smoothing, "clip_norm": config.clip_norm}
    train, test = (batches(shape, shape, 8, is_train=is_train, is_last=is_last) for is_train in (True, False))
    return Setup(
        "r", model, optimizer, train, test, GPU, precision,
        stepper=Stepper(model, optimizer, GPU, precision, **options),
        schedule=lambda step: 0.1 / (1 + step), average=Average(model, 0.9), resting=resting, answers=Collector(),
    )  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_an_epoch_of_each_network_stays_on_its_device(monkeypatch, gpu, name):
    choice = catalogue.find(name).default_choice()
    model = initialise.build(choice, seed=0, initialisation="xavier")
    config = TrainConfig(optimizer="adamw" if len(name) % 2 else "sgd", label_smoothing=0.1, clip_norm=1.0)
    precision = "bf16" if len(name) % 3 else "fp32"
    if config.optimizer == "sgd":  # fused, it has nothing for tensors without content
        monkeypatch.setattr(optimizers, "_fused", lambda device: None)
    setup = setup_of(model, choice.input_shape, config, precision)
    events = list(loop.train(setup, Position(), epochs=1, report_seconds=1e-9))
    assert isinstance(events[-1], EpochEnded)
    on_gpu(*model.state_dict(keep_vars=True).values(), *setup.average.model.state_dict(keep_vars=True).values())
    on_gpu(*(kept for of_one in setup.optimizer.state.values() for kept in of_one.values()))
    assert setup.optimizer.state
    on_gpu(*(column for columns in setup.answers._batches for column in columns))


@pytest.mark.parametrize("is_last", [False, True])
@pytest.mark.parametrize("budget", [0, 1 << 40])  # sent batch by batch, and kept there
@pytest.mark.parametrize("source", [(1, 12, 12), (3, 12, 12), (3, 16, 16)])
def test_batches_come_on_the_device_from_wherever_they_are_kept(gpu, budget, is_last, source):
    wanted = (3, 16, 16)
    found = batches(wanted, source, 9, is_train=True, is_last=is_last, budget=budget)
    assert found.is_streamed == (budget == 0)
    found.is_cached = False  # which images are resized already is read from what was drawn
    shapes = []
    for images, labels in found.epoch(0):
        on_gpu(images, labels)
        shapes.append(tuple(images.shape))
    assert shapes == [(4, *wanted), (5, *wanted)]


class Mixed(nn.Module):
    """Has a tensor that stays where it was made."""

    def __init__(self):
        super().__init__()
        self.linear, self.scale = nn.Linear(16, 2), torch.ones(16)

    def forward(self, x):
        return self.linear(x.flatten(1) * self.scale)


def test_a_network_with_a_tensor_left_on_the_cpu_is_found_out(gpu):
    setup = setup_of(Mixed(), (1, 4, 4), TrainConfig(optimizer="adamw"), "fp32")
    with pytest.raises(RuntimeError, match=r"same device|two different devices"):
        list(loop.train(setup, Position(), epochs=1))
