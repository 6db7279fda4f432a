"""A run that is killed at any moment ends as if it had not been."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(400)  # eight processes one after the other, on a machine that may have much else to do
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path):
    check(tmp_path, kills=6)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_hundred_kills(tmp_path):
    facts = check(tmp_path, kills=100)
    assert facts["kills"] == 100


def check(folder, *, kills):
    line = [sys.executable, "-m", "tests.runs.kill_loop", str(folder), str(kills)]
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True)
    facts = json.loads(done.stdout)
    assert facts["kills"] >= 3
    assert facts["step"] > 0
    assert facts["readable"] == facts["interrupted"] == facts["kills"]
    assert facts["same"]
    assert facts["left"] == []
    assert facts["history"] == facts["steps"]
    assert facts["status"] == "finished"
    return facts
