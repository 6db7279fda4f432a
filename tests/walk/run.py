"""Runs one walk in a process of its own and judges it: by what it noted, how it ended, and what it said."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from explorer.launch import ROOT

LIMIT_S = 600.0
LAST = 12  # steps that a report shows
_SAID = ("Traceback", "Qt", "QObject", "Fatal", "leaked", "Exception ignored", "Error", "terminate called", "Timeout")


@dataclass(frozen=True)
class Outcome:
    """How a walk ended.

    Attributes:
        status: The exit status; negative for a signal.
        defects: What was noted on the way.
        said: What went to the terminal, if it tells of a defect.
        crash: Where all threads were, if a library crashed.
        slow: Steps that took longer than a second.
    """

    folder: Path
    seed: int
    status: int
    defects: str
    said: str
    crash: str
    steps: int
    slow: str
    seconds: float

    @property
    def is_clean(self) -> bool:
        return self.status == 0 and not (self.defects or self.said or self.crash)

    def report(self) -> str:
        """The seed, the steps to replay, and all that was noted."""
        steps = (self.folder / "steps.jsonl").read_text(encoding="utf-8").splitlines()
        lines = [f"seed {self.seed}, exit status {self.status}; the last of {self.steps} steps:", *steps[-LAST:]]
        replay = f"again: python -m tests.walk --seeds {self.seed} --replay {self.folder / 'steps.jsonl'}"
        return "\n".join([*lines, replay, self.defects, self.said, self.crash])


def walk(
    folder: Path, *, seed: int, steps: int, platform: str = "offscreen", hang: float = 5.0, replay: Path | None = None
) -> Outcome:
    """Takes a walk of so many `steps`, which writes into `folder`; of odd seeds it begins before torch is there.

    Args:
        hang: After so many seconds a window that does not answer is a defect.
    """
    given = None if replay is None else replay.read_text(encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    line = [sys.executable, "-X", "faulthandler", "-m", "tests.walk.child", str(folder), "--seed", str(seed)]
    line += ["--steps", str(steps), "--hang", str(hang), *(["--early"] if seed % 2 else [])]
    if given is not None:
        (folder / "given.jsonl").write_text(given, encoding="utf-8")
        line += ["--replay", str(folder / "given.jsonl")]
    environment = {**os.environ, "QT_QPA_PLATFORM": platform, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    begun = time.monotonic()
    with (folder / "said.txt").open("w", encoding="utf-8") as said:
        status = _run(line, environment, said.fileno())
    seconds = time.monotonic() - begun
    return _judge(folder, seed, status, seconds)


def _run(line: list[str], environment: dict[str, str], out: int) -> int:
    try:
        return subprocess.run(
            line, cwd=ROOT, env=environment, stdout=out, stderr=out, timeout=LIMIT_S, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return 124


def _judge(folder: Path, seed: int, status: int, seconds: float) -> Outcome:
    lines = [json.loads(line) for line in _read(folder / "steps.jsonl").splitlines()]
    said = _read(folder / "said.txt")
    slow = [f"{line['name']} {line['slow']}" for line in lines if "slow" in line]
    return Outcome(
        folder,
        seed,
        status,
        defects=_read(folder / "defects.txt"),
        said=said if any(word in said for word in _SAID) else "",
        crash=_read(folder / "home" / "crash.txt"),
        steps=len(lines) - len(slow),
        slow=", ".join(slow),
        seconds=seconds,
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
