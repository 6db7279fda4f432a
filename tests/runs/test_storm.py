"""Whatever is done with runs, in any order: each stays readable, and comes to the end to which it would have come."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs fork and waitid")


def check(folder: Path, *, sequences: int, seed: int, timeout: float) -> None:
    line = [sys.executable, "-m", "tests.runs.storm", str(folder), str(sequences), str(seed)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["compared"] >= sequences / 2
    assert told["done"]["kill"] + told["done"]["train"] >= sequences


def test_two_sequences(tmp_path: Path) -> None:
    check(tmp_path, sequences=2, seed=4, timeout=110)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_sequences(tmp_path: Path) -> None:
    check(tmp_path, sequences=60, seed=5, timeout=890)
