"""How many threads a training takes."""

import os

import pytest

from explorer.training import threads


@pytest.mark.parametrize(
    ("cores", "asked", "expected"),
    [(8, None, 7), (2, None, 1), (1, None, 1), (8, "3", 3), (8, "64", 7), (8, "many", 7), (8, "0", 1)],
)
def test_a_core_is_left_and_openmp_is_heard(monkeypatch, cores, asked, expected):
    monkeypatch.setattr(threads, "core_count", lambda: cores)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert threads.usual() == expected


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux only")
def test_only_cores_of_this_process_count(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 2, 5})
    assert threads.core_count() == 3
