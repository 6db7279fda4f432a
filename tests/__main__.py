"""`python3 -m tests`: sets up what is missing, then checks style, types and imports and runs all tests.

Tests marked `slow` are left out; `python3 -m tests --all` runs them too. Those of runs and of the window take half
the time, and run beside the others in a process of their own. With other arguments only pytest runs, once, with these:
`python3 -m tests tests/graph -k resnet`.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from explorer import system_libraries
from explorer.launch import ROOT, ensure_environment

CHECKS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("imports", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
)
BESIDE = ("tests/gui", "tests/stories", "tests/runs")  # take about as long as all others
# For the tests that drive a real window on a virtual screen.
SCREEN_PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}


def main(arguments: list[str]) -> int:
    status = ensure_environment(["-m", "tests", *arguments], extras=["test"])
    if status is not None:
        return status
    problem = system_libraries.problem(offscreen=True)
    if problem is not None:
        print(problem, file=sys.stderr)
        return 2
    _ensure_screen_programs()
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    if arguments and arguments != ["--all"]:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment)
    failed = [name for name, command in CHECKS if not _passes(name, command, environment)]
    failed += _failed_halves([] if arguments else ["-m", "not slow"], environment)
    if failed:
        print(f"Checks that did not pass: {', '.join(failed)}.", flush=True)
    return len(failed)


def _failed_halves(selection: list[str], environment: dict[str, str]) -> list[str]:
    """Runs tests in two processes; what the second one prints comes when the first one has ended."""
    command = [sys.executable, "-m", "pytest", "-q", *selection]
    print("== tests ==", flush=True)
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told,
        subprocess.Popen([*command, *BESIDE], cwd=ROOT, env=environment, stdout=told, stderr=told) as other,
    ):
        ignored = [f"--ignore={folder}" for folder in BESIDE]
        status = subprocess.call([*command, *ignored], cwd=ROOT, env=environment)
        other_status = other.wait()
        told.seek(0)
        print(f"== tests of runs and of the window ==\n{told.read()}", flush=True)
    return ["tests"] * bool(status) + ["tests of runs and of the window"] * bool(other_status)


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    print(f"== {name} ==", flush=True)
    return subprocess.call([sys.executable, *command], cwd=ROOT, env=environment) == 0


def _ensure_screen_programs() -> None:
    """Installs what is missing where that is possible; without it those tests are skipped, saying so."""
    missing = [package for program, package in SCREEN_PROGRAMS.items() if shutil.which(program) is None]
    x11 = system_libraries.missing_packages(system_libraries.X11_LIBRARIES)
    if missing or x11:
        system_libraries.install([*missing, *x11], "the tests in a real window")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
