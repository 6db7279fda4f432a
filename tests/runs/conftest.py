"""A store of runs, and trainings on one thread."""

import pytest
import torch

from explorer import catalogue
from explorer.runs.shelf.store import Store
from explorer.runs.work import execute
from tests.runs.digest import EVERYTHING, plan, with_dropout


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "runs")
    yield made
    made.close()


@pytest.fixture
def one_thread():
    """Losses to the last bit, however many cores there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def every_step(monkeypatch):
    """Reports after each step."""
    monkeypatch.setattr(execute, "REPORT_SECONDS", 1e-9)


@pytest.fixture
def everything(monkeypatch):
    """A plan with every option, and a network in which each has something to do."""
    monkeypatch.setattr(catalogue, "build", with_dropout)
    return plan(**EVERYTHING)
