"""A store of runs, and trainings on one thread."""

import pytest
import torch

from explorer.runs.store import Store


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
