import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path):
    line = [sys.executable, "-m", "tests.runs.kill_loop", str(tmp_path), "8"]
    done = subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True, timeout=110)
    facts = json.loads(done.stdout)
    assert facts["kills"] >= 3
    assert facts["step"] > 0
    assert facts["readable"] == facts["interrupted"] == facts["kills"]
    assert facts["same"]
    assert facts["left"] == []
    assert facts["history"] == 120
    assert facts["status"] == "finished"
