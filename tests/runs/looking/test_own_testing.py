"""A model of the user is tested, and learning rates are tried on it, as on a known network; in a confined process."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.evaluation.scores import Evaluation
from explorer.graph.user_model import own, source
from explorer.graph.user_model.sandbox import Limits
from explorer.runs.looking import candidates, evaluate, own_testing
from explorer.runs.looking.candidates import Kind
from explorer.runs.looking.rate_search import find_rate, search
from explorer.runs.plan import RunPlan
from explorer.runs.work.execute import Execution
from explorer.training.events import Preparing
from explorer.training.range_test import RateFound, RatePoint
from tests.graph.test_user_model import write
from tests.runs.digest import plan

COPY = """
from torch import nn

class Net(nn.Module):
    '''LeNet with ReLU and maximum pooling, as the program has it.'''
    def __init__(self, classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes)
        )

    def forward(self, x):
        return self.head(self.features(x))
"""
BODY = "return self.head"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)
    assert not children()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the known network."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    for _ in Execution(plan(epochs=2, threads=1), "run", folder).events():
        pass
    return folder


def own_plan(folder: Path, text: str = COPY, **config: object) -> RunPlan:
    """As `plan`, of a network in a file of the user."""
    path = write(folder, text)
    model = own.describe(path, source.choose(path, None), (1, 28, 28))
    known = plan(threads=1, **config)
    return replace(known, own=model, choice=model.card.default_choice())


def children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            found += [child] if "own_bench_child" in child.cmdline()[2] else []
        except (psutil.Error, IndexError):  # it has ended
            continue
    return found


def result_of(generator) -> Evaluation:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("wanted", ["best", pytest.param("0", marks=pytest.mark.slow)])
def test_any_moment_is_evaluated_as_that_of_the_known_network(run: Path, tmp_path: Path, wanted: str) -> None:
    candidate = candidates.find(wanted, run)
    expected = result_of(evaluate.answers(plan(threads=1), run, candidate))
    told = []
    answering = evaluate.answers(own_plan(tmp_path), run, candidate)
    while True:
        try:
            told.append(next(answering))
        except StopIteration as end:
            found = end.value
            break
    assert found.classes == expected.classes
    for column in ("labels", "answers", "probabilities", "losses"):
        assert np.array_equal(getattr(found, column), getattr(expected, column)), column
        assert getattr(found, column).dtype == getattr(expected, column).dtype
    assert all(isinstance(event, Preparing) for event in told)
    assert told[-1].fraction == 1.0


def test_learning_rates_are_tried_as_on_the_known_network(tmp_path: Path) -> None:
    config = {"optimizer": "sgd", "initialisation": "xavier", "batch_size": 32, "seed": 3, "device": "cpu"}
    expected = [event for event in find_rate(plan(threads=1, **config)) if not isinstance(event, Preparing)]
    found = [event for event in search(own_plan(tmp_path, **config)) if not isinstance(event, Preparing)]
    assert found == expected
    assert isinstance(found[-1], RateFound)
    assert len(found) > 40


@pytest.mark.slow
def test_the_run_has_its_own_copy_of_the_code(run: Path, tmp_path: Path) -> None:
    """What is tested is what was trained, though the file is another now."""
    mine = own_plan(tmp_path)
    (run / "source").mkdir(exist_ok=True)
    assert mine.own is not None
    (run / "source" / mine.own.path.name).write_text(mine.own.path.read_text())
    mine.own.path.write_text("raise SystemExit\n")
    try:
        candidate = next(one for one in candidates.candidates(run) if one.kind is Kind.LAST)
        assert result_of(evaluate.answers(mine, run, candidate)).accuracy > 0.2
    finally:
        (run / "source" / mine.own.path.name).unlink()


BAD = {
    "raises": ("raise KeyError('nothing')", "Running net.py, line .* raised KeyError"),
    "has other weights": ("pass", "do not fit"),
    "never ends": ("\n        while True: pass", "come to an end within 20 seconds"),
    "takes memory": ("\n        hoard = [bytearray(1 << 26) for _ in range(10_000)]", "GB of memory"),
    "ends": ("import os; os._exit(3)", "ended the program"),
    "forges": (
        "\n        import pathlib; pathlib.Path('../1.told').write_text('x' * (2 << 20)); import time; time.sleep(60)",
        "could not be read",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_bad_code_ends_in_one_message(run: Path, tmp_path: Path, name: str) -> None:
    line, words = BAD[name]
    text = COPY.replace(BODY, f"{line}\n        {BODY}")
    if name == "has other weights":
        text = COPY.replace("120", "121")
    limits = Limits(20 if name == "never ends" else 60, 2 << 30)
    moment = candidates.find("last", run).path
    with pytest.raises(ExplorerError, match=words) as caught:
        result_of(own_testing.evaluate(own_plan(tmp_path, text), run, moment, limits))
    assert "\n" not in str(caught.value)
    if name != "has other weights":
        with pytest.raises(ExplorerError, match=words):
            list(own_testing.find_rate(own_plan(tmp_path, text, device="cpu"), limits=limits))


def test_it_can_be_given_up(run: Path, tmp_path: Path) -> None:
    answering = evaluate.answers(own_plan(tmp_path), run, candidates.find("last", run))
    for _ in range(4):
        next(answering)
    assert children()
    answering.close()
    assert not children()
    stop = threading.Event()
    for event in search(own_plan(tmp_path), is_cancelled=stop.is_set):
        assert not stop.is_set()
        if isinstance(event, RatePoint):
            stop.set()
    assert stop.is_set()
    assert not children()
