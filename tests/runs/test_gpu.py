"""Runs on a GPU: what only a real one can tell. `python -m pytest -m gpu tests/training tests/runs tests/data`."""

import copy
import threading
from dataclasses import replace

import pytest
import torch
from torch import nn

from explorer import catalogue
from explorer.data.batches import Batches
from explorer.data.split import Split
from explorer.errors import BatchTooLarge
from explorer.runs.looking import evaluate
from explorer.runs.work.execute import Execution
from explorer.training import device as devices
from explorer.training import initialise, optimizers, speed
from explorer.training.averaging import Average
from explorer.training.config import TrainConfig
from explorer.training.events import EpochEnded, Warned
from explorer.training.graphs import CudaRecorder, GraphStepper
from explorer.training.speed import Way
from explorer.training.stepper import Stepper, set_lr
from tests.runs.digest import digest, plan
from tests.runs.trainings import advance, losses_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"),
    pytest.mark.filterwarnings("ignore:Synchronization debug mode"),
]

GPU = torch.device("cuda", 0)
NETWORKS = [name for name in catalogue.cards() if "/" not in name]


def with_options(what, **options):
    return replace(what, config=replace(what.config, device="cuda", **options))


def weights_of(execution):
    return digest(execution.snapshot().weights)


@pytest.mark.parametrize("steps", [2, 14])
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_recorded_runs_go_on_to_the_bit_in_exact_mode(tmp_path, every_step, everything, optimizer, steps):
    is_sgd = optimizer == "sgd"
    what = with_options(everything, exact=True, speed="graphs", optimizer=optimizer, nesterov=is_sgd)
    whole = Execution(what, "a", tmp_path / "a")
    straight = list(whole.events())
    assert not [event for event in straight if isinstance(event, Warned)]
    first = losses_of(advance(Execution(what, "b", tmp_path / "b"), steps))
    second = Execution(what, "b", tmp_path / "b", resume=True)
    assert first + losses_of(second.events()) == losses_of(straight)
    assert weights_of(second) == weights_of(whole)


@pytest.mark.parametrize("speed", ["auto", "plain", "graphs", "compile"])
def test_a_run_of_each_speed_learns(tmp_path, speed):
    what = with_options(plan(epochs=8, ema_decay=0.9), speed=speed)
    events = list(Execution(what, "r", tmp_path).events())
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert ends[-1].test_accuracy > 0.6
    assert ends[-1].train_loss < ends[0].train_loss


def test_a_run_that_others_look_at_meanwhile_stays_as_it_was(tmp_path, every_step, everything):
    """Another thread tests the network on the same GPU all the time, also while a step is recorded."""
    what = with_options(everything, exact=True, speed="graphs")
    alone = Execution(what, "a", tmp_path / "a")
    list(alone.events())
    is_over, tests, errors = threading.Event(), [], []

    def look():
        try:
            while not is_over.is_set():
                # Not `exact`: which operations may be used is a matter of the whole process.
                tests.append(list(evaluate.evaluate(what, alone.snapshot())))
                devices.free_cache(GPU)
        except RuntimeError as error:
            errors.append(error)

    other = threading.Thread(target=look)
    other.start()
    try:
        watched = Execution(what, "b", tmp_path / "b")
        found = list(watched.events())
    finally:
        is_over.set()
        other.join(60)
    assert not errors
    assert tests
    assert not [event for event in found if isinstance(event, Warned)]
    assert weights_of(watched) == weights_of(alone)


def test_a_run_of_a_gpu_goes_on_on_the_cpu_and_back(tmp_path, every_step, everything):
    what = with_options(everything, optimizer="adam", nesterov=False)
    first = losses_of(advance(Execution(what, "r", tmp_path), 7))
    on_cpu = replace(what, config=replace(what.config, device="cpu"))
    second = losses_of(advance(Execution(on_cpu, "r", tmp_path, resume=True), 13))
    third = losses_of(Execution(what, "r", tmp_path, resume=True).events())
    assert len(first) + len(second) + len(third) == 30
    assert all(loss < 10 for loss in (*first, *second, *third))


def test_too_large_a_batch_ends_with_one_that_fits_and_frees_the_memory(tmp_path):
    choice = catalogue.find("resnet18").default_choice()
    what = replace(plan(batch_size=512, limit=512, precision="fp32", speed="plain"), choice=choice)
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(GPU).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, 1.5 * 2**30 / total), GPU)
    before = torch.cuda.memory_allocated(GPU)
    try:
        with pytest.raises(BatchTooLarge) as caught:
            list(Execution(with_options(what), "r", tmp_path / "a").events())
        assert torch.cuda.memory_allocated(GPU) - before < 200 << 20  # its images, held by the error at most
        fitting = replace(what, config=replace(what.config, batch_size=caught.value.fits, epochs=1))
        assert losses_of(Execution(with_options(fitting), "r", tmp_path / "b").events())
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0, GPU)


def stepper_of(name, way, config=None):
    choice = catalogue.find(name).default_choice()
    model = initialise.build(choice, seed=0, initialisation="xavier").to(GPU)
    if devices.prefers_channels_last(model, GPU):
        model.to(memory_format=torch.channels_last)
    config = config or TrainConfig(lr=0.001, optimizer="adamw", clip_norm=1.0, label_smoothing=0.1)
    optimizer = optimizers.make(config, model, GPU)
    return model, optimizer, speed.stepper(way, model, optimizer, GPU, config), choice.input_shape


def batches_for(model, shape, count=40, **options):
    pixels = torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    is_last = devices.prefers_channels_last(model, GPU)
    return Batches(
        Split(pixels, torch.arange(count) % 10), batch_size=8, input_shape=shape, mean=(0.5,), std=(0.2,), device=GPU,
        seed=0, shuffle=True, augment=True, channels_last=is_last, **options,
    )  # fmt: skip


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", NETWORKS)
def test_each_network_can_be_recorded_and_no_step_waits_for_the_gpu(name, precision):
    model, optimizer, step, shape = stepper_of(name, Way(precision, "graphs"))
    batches, average = batches_for(model, shape), Average(model, 0.9)
    losses = []
    try:
        for epoch in range(3):
            torch.cuda.set_sync_debug_mode("default")  # the order of an epoch is sent there
            for number, (images, labels) in enumerate(batches.epoch(epoch)):
                losses.append(step(images, labels)[0])
                set_lr(optimizer, 0.001 / (1 + number))
                average.update(len(losses))
                torch.cuda.set_sync_debug_mode("error" if len(losses) > 5 else "default")  # of the next step
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert speed.trouble_of(step) is None
    assert torch.stack(losses).isfinite().all()


@pytest.mark.parametrize("way", [Way("fp32"), Way("bf16")])
@pytest.mark.parametrize("budget", [None, 0])
def test_plain_and_streamed_steps_do_not_wait_for_the_gpu(way, budget):
    model, _, step, shape = stepper_of("cifar_resnet", way)
    batches = batches_for(model, shape, cache_budget=budget)
    source = batches.epoch(0)
    for _ in range(3):
        step(*next(source))
    try:
        torch.cuda.set_sync_debug_mode("error")
        step(*next(source))
    finally:
        torch.cuda.set_sync_debug_mode("default")
        source.close()


class Reading(nn.Module):
    """Reads a number from the device in each step, which a recording does not bear."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.Dropout(), nn.Linear(32, 10))
        self.reads = True

    def forward(self, x):
        if self.reads and float(x.detach().abs().max()) < 0:
            return x
        return self.layers(x)


def test_after_a_recording_that_failed_memory_is_given_back_dropout_draws_and_others_can_be_recorded():
    model = Reading().to(GPU)
    config = TrainConfig(lr=1e-12)  # the weights stay as they are: losses differ by what dropout draws
    optimizer = optimizers.make(config, model, GPU)
    step = GraphStepper(Stepper(model, optimizer, GPU), model, optimizer, CudaRecorder(GPU))
    batches = batches_for(model, (1, 28, 28))
    for images, labels in batches.epoch(0):
        step(images, labels)
    assert step.trouble is not None
    torch.cuda.empty_cache()  # refuses as long as torch takes itself to record
    ones = torch.ones(1000, device=GPU)
    drawn = [nn.functional.dropout(ones) for _ in range(2)]
    assert not torch.equal(*drawn)
    twin = copy.deepcopy(model)
    twin.reads = False
    optimizer = optimizers.make(config, twin, GPU)
    again = GraphStepper(Stepper(twin, optimizer, GPU), twin, optimizer, CudaRecorder(GPU))
    images, labels = next(batches.epoch(0))
    losses = [float(again(images, labels)[0]) for _ in range(8)]
    assert again.trouble is None
    assert len(set(losses[3:])) == 5  # dropout draws anew in each
