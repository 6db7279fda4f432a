"""A training of a lecture network goes on beside 25 traces as if it were alone: the same weights, bit for bit."""

import threading
from pathlib import Path

import pytest
import torch

from explorer import catalogue
from explorer.graph import trace
from explorer.runs.work.execute import Execution
from explorer.training.events import Steps
from tests.runs.digest import digest, plan

ZOO = [name for name, card in catalogue.cards().items() if card.family == catalogue.ZOO]
TRACED = tuple(ZOO[place * len(ZOO) // 25] for place in range(25))  # some of every family


EPOCHS = 30


def trained(folder: Path, has_begun: threading.Event, may_end: threading.Event) -> str:
    """The digest of LeNet's weights after some epochs of handwritten digits; waits before the last for `may_end`."""
    execution = Execution(plan(epochs=EPOCHS, threads=1, batch_size=16), "r", folder)
    for event in execution.events():
        if isinstance(event, Steps):
            has_begun.set()
            if event.epoch == EPOCHS - 1:
                may_end.wait(60)
    return digest(execution.snapshot().weights)


@pytest.mark.slow
def test_25_traces_leave_a_training_as_it_is(tmp_path: Path) -> None:
    threads = torch.get_num_threads()
    has_begun, may_end, at_once = threading.Event(), threading.Event(), threading.Event()
    at_once.set()
    alone = trained(tmp_path / "alone", threading.Event(), at_once)
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(trained(tmp_path / "beside", has_begun, may_end)))
    thread.start()
    try:
        assert has_begun.wait(60)
        for number, name in enumerate(TRACED):
            graph = trace.graph_of(catalogue.find(name).default_choice(), "train" if number % 2 else "eval")
            assert graph.nodes[-1].output_shape == (1000,)
        assert thread.is_alive()
    finally:
        may_end.set()
        thread.join(100)
        torch.set_num_threads(threads)
    assert found == [alone]
