"""The exact mode: what it holds for, and what it refuses."""

import contextlib

import torch

from explorer.training import failures
from explorer.training.exact import deterministic, tuned


def test_on_the_cpu_nothing_is_changed():
    with deterministic(torch.device("cpu")):
        assert not torch.are_deterministic_algorithms_enabled()


def test_on_a_gpu_it_holds_within_only(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    with contextlib.suppress(KeyError), deterministic(torch.device("cuda")):
        assert torch.are_deterministic_algorithms_enabled()
        assert not torch.backends.cudnn.benchmark
        raise KeyError
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cudnn.benchmark


def test_the_ways_of_cudnn_are_tried_within_only(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", False)
    with tuned(torch.device("cpu")):
        assert not torch.backends.cudnn.benchmark
    with contextlib.suppress(KeyError), tuned(torch.device("cuda")):
        assert torch.backends.cudnn.benchmark
        raise KeyError
    assert not torch.backends.cudnn.benchmark


def test_an_operation_without_an_exact_form_is_named():
    error = RuntimeError("adaptive_avg_pool2d_backward_cuda does not have a deterministic implementation, but you set")
    known = failures.explain(error, batch_size=8, device=torch.device("cuda"))
    assert known is not None
    assert "adaptive_avg_pool2d_backward_cuda" in known.message.en
    assert "Exact on a GPU" in known.hint.en
