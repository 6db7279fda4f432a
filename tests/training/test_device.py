"""Devices: picked, described, and what is decided by them."""

import os

import pytest
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.training import device

no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="is about a machine without a GPU")


@no_gpu
def test_auto_is_the_cpu_where_there_is_no_gpu():
    assert device.pick() == torch.device("cpu")
    assert [info.name for info in device.devices()] == ["auto", "cpu"]


@no_gpu
@pytest.mark.parametrize("name", ["cuda", "cuda:1", "mps", "xpu", "meta", "toaster", "", "cpu:7"])
def test_a_missing_device_is_refused_with_what_there_is(name):
    with pytest.raises(ExplorerError, match="no device") as caught:
        device.pick(name)
    assert "auto, cpu" in caught.value.hint.en


def test_description_of_the_cpu():
    cores = device.core_count()
    assert device.describe("cpu").en == ("CPU · 1 core" if cores == 1 else f"CPU · {cores} cores")
    assert device.describe("cpu").zh == f"CPU · {cores} 核"


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "init", lambda: None)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: "NVIDIA H200")


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize("error", [RuntimeError("driver too old"), torch.cuda.DeferredCudaCallError("capability")])
def test_gpus_of_a_driver_that_fails_are_none(monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr(torch.cuda, "init", fail)
    assert [info.name for info in device.devices()] == ["auto", "cpu"]
    assert device.pick() == torch.device("cpu")
    with pytest.raises(ExplorerError, match="no device"):
        device.pick("cuda")


@pytest.mark.usefixtures("two_gpus")
def test_a_gpu_that_does_not_answer_is_said_not_to(monkeypatch):
    def fail(device):
        raise RuntimeError("CUDA error: unknown error")

    monkeypatch.setattr(torch.cuda, "mem_get_info", fail)
    assert device.describe("cuda:1").en == "cuda:1: no answer"


@pytest.mark.usefixtures("two_gpus")
def test_a_gpu_is_described_by_name_and_memory(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda index: (137 << 30, 139 << 30))
    assert device.describe().en == "NVIDIA H200 · 2.0 / 139 GB"
    assert [info.name for info in device.devices()] == ["auto", "cuda", "cuda:1", "cpu"]
    assert device.pick("cuda:1") == torch.device("cuda", 1)
    assert device.devices()[0].title.zh == "自动（NVIDIA H200）"


def test_precision():
    cpu = torch.device("cpu")
    assert device.precision_for("auto", cpu) == "fp32"
    assert device.precision_for("bf16", cpu) == "bf16"
    with device.autocast(cpu, "bf16"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16
    with device.autocast(cpu, "fp32"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_channels_last_is_for_convolutions_of_torchs_own():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(1))

    cpu = torch.device("cpu")
    assert device.prefers_channels_last(nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)), cpu)
    assert not device.prefers_channels_last(nn.Sequential(nn.Conv2d(1, 1, 1), Own()), cpu)
    assert not device.prefers_channels_last(nn.Linear(1, 1), cpu)


def test_a_core_is_left_to_the_window(monkeypatch):
    before = torch.get_num_threads()
    asked = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    monkeypatch.setattr(device, "core_count", lambda: 8)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    device.leave_a_core()
    monkeypatch.setattr(device, "core_count", lambda: 1)
    device.leave_a_core()
    assert asked == [7, 1]
    monkeypatch.undo()
    assert torch.get_num_threads() == before


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux only")
def test_cores_that_the_process_may_not_use_do_not_count(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3})
    assert device.core_count() == 2
