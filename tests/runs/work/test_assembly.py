"""How many images are tested at a time."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from explorer.runs.work import assembly
from tests.runs.digest import plan

CPU, GPU = torch.device("cpu"), torch.device("cuda", 0)


@pytest.fixture
def gpu_of(monkeypatch):
    def has(gigabytes):
        found = SimpleNamespace(total_memory=gigabytes << 30)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: found)

    return has


def with_input(side, **config):
    what = plan(**config)
    return replace(what, choice=replace(what.choice, input_shape=(1, side, side)))


def test_a_gpu_with_little_memory_tests_no_more_images_at_a_time_than_it_learns_from(gpu_of):
    gpu_of(8)
    assert assembly.test_batch_size(with_input(96, batch_size=12), GPU) == 12
    assert assembly.test_batch_size(with_input(96, batch_size=5000), GPU) == 1024


def test_where_there_is_room_tests_are_quick_whatever_the_batch_size(gpu_of):
    gpu_of(139)
    assert assembly.test_batch_size(with_input(96, batch_size=12), GPU) == 1024
    assert assembly.test_batch_size(with_input(224, batch_size=12), GPU) == (1 << 24) // 224**2


def test_on_the_cpu_the_batch_size_does_not_matter_to_a_test():
    sizes = {assembly.test_batch_size(with_input(96, batch_size=size), CPU) for size in (1, 12, 5000)}
    assert sizes == {(1 << 20) // 96**2}
