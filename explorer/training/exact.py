"""Has a GPU compute the same bits each time, or as fast as it can."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def deterministic(device: torch.device) -> Generator[None, None, None]:
    """Only deterministic operations within; one that has no such form raises RuntimeError. Nothing on the CPU.

    A CPU gives the same bits anyway, for the same number of threads.
    """
    if device.type == "cpu":
        yield
        return
    # Two buffers of 4 MB for each stream make cuBLAS repeatable; it reads this when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    was_on = torch.are_deterministic_algorithms_enabled()
    memory: Any = torch.utils.deterministic
    was_tuned, was_filling = torch.backends.cudnn.benchmark, memory.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    memory.fill_uninitialized_memory = False  # a kernel for each new tensor, to find defects
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(was_on)
        torch.backends.cudnn.benchmark = was_tuned
        memory.fill_uninitialized_memory = was_filling


@contextmanager
def tuned(device: torch.device) -> Generator[None, None, None]:
    """Within, cuDNN tries its ways for each shape once and takes the fastest. Nothing without an NVIDIA GPU."""
    if device.type != "cuda":
        yield
        return
    was_tuned = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = was_tuned
