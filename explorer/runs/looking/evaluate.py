"""The answers of any stored moment of a run to the test images of its data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.evaluation.collect import Collector
from explorer.graph.user_model import loading
from explorer.inspection import untrained
from explorer.runs.folder.answers import EpochAnswers
from explorer.runs.folder.checkpoint import load_into, read_moment
from explorer.runs.looking import own_testing
from explorer.runs.work import assembly
from explorer.training import device as devices
from explorer.training import failures
from explorer.training.events import Event, Preparing

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from explorer.data.split import Dataset
    from explorer.evaluation.scores import Evaluation
    from explorer.runs.folder.checkpoint import Snapshot
    from explorer.runs.looking.candidates import Candidate
    from explorer.runs.plan import RunPlan

ANSWERING = Text("Testing the network", "正在测试网络")


def answers(plan: RunPlan, run_folder: Path, candidate: Candidate) -> Generator[Event, None, Evaluation]:
    """The answers of `candidate`, a moment of a run of `plan`: read where they are stored, else as `evaluate` does.

    A model of the user is tested in a process of its own.

    Raises:
        ExplorerError: A file is damaged or gone, or as for `evaluate`; or what the code of the user's model raised.
    """
    if candidate.has_answers:
        return EpochAnswers(candidate.number, candidate.path).read()
    if plan.own is not None:
        return (yield from own_testing.evaluate(plan, run_folder, candidate.path))
    return (yield from evaluate(plan, read_moment(candidate.path)))


def evaluate(plan: RunPlan, snapshot: Snapshot) -> Generator[Event, None, Evaluation]:
    """Tests `snapshot`, weights of the network of `plan`, as the run itself does; closing the generator gives up.

    May be iterated on any one thread. A run beside is not changed: random state and number of threads are left alone.

    Raises:
        ExplorerError: The data cannot be loaded, or the weights do not fit.
    """
    device = _device_of(plan)
    with failures.explained(batch_size=plan.config.batch_size, device=device):
        dataset = yield from assembly.load(plan, "", were_there=True)
        yield Preparing("", ANSWERING, 0.0)
        return (yield from _answers(plan, snapshot, dataset, device))


def _device_of(plan: RunPlan) -> torch.device:
    """The device of the run, or where this machine has none such, its own."""
    try:
        return devices.pick(plan.config.device)
    except ExplorerError:
        return devices.pick("auto")


def _answers(
    plan: RunPlan, snapshot: Snapshot, dataset: Dataset, device: torch.device
) -> Generator[Event, None, Evaluation]:
    model = untrained.build(plan.choice)
    load_into(model, snapshot.weights)
    if plan.own is not None:
        loading.check_outputs(model, plan.own, plan.choice.input_shape, dataset.name, len(dataset.classes))
    is_last = devices.prefers_channels_last(model, device)
    model.to(device)
    if is_last:
        model.to(memory_format=torch.channels_last)
    images = assembly.test_batches(plan, dataset, device, is_last=is_last)
    collector, done = Collector(), 0
    for batch, labels in images.epoch(0):
        # Entered for each batch: a mode left on during a yield would hold for whoever iterates.
        with torch.inference_mode(), devices.autocast(device, devices.precision_for(plan.config.precision, device)):
            collector.add(model(batch), labels)
        done += len(labels)
        yield Preparing("", ANSWERING, done / images.image_count)
    return collector.take(dataset.classes)
