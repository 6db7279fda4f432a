"""`python3 -m tests`: sets up what is missing, then checks style, types and imports and runs all tests.

Tests marked `slow` are left out; `python3 -m tests --all` runs them too. The tests run in parts, as many beside each
other as there are processors. With other arguments only pytest runs, once, with these:
`python3 -m tests tests/graph -k resnet`.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from explorer import system_libraries
from explorer.launch import ROOT, ensure_environment


@dataclass(frozen=True, slots=True)
class Part:
    """What one process checks: `python ARGUMENTS`."""

    name: str
    arguments: tuple[str, ...]


QUICK = (
    Part("style", ("-m", "ruff", "check", ".")),
    Part("format", ("-m", "ruff", "format", "--check", ".")),
    Part("imports", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
)
TYPES = Part("types", ("-m", "mypy"))
# The one that takes longest first, so that all end at about the same time; what is named nowhere comes last.
FOLDERS = (("gui",), ("runs",), ("graph",), ("commands", "stories"))
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
    selection = () if arguments else ("-m", "not slow")
    parts = [*_of_tests(selection), TYPES]
    with ThreadPoolExecutor(os.cpu_count()) as beside:
        failed = [part.name for part in QUICK if not _passes(part, environment)]
        passed = beside.map(lambda part: _passes(part, environment), parts)
        failed += [part.name for part, is_good in zip(parts, passed, strict=True) if not is_good]
    if failed:
        print(f"Checks that did not pass: {', '.join(failed)}.", flush=True)
    return len(failed)


def _of_tests(selection: tuple[str, ...]) -> list[Part]:
    command = ("-m", "pytest", "-q", *selection)
    parts = []
    for names in FOLDERS:
        folders = [f"tests/{name}" for name in names]
        parts.append(Part(f"tests of {' and '.join(names)}", (*command, *folders)))
    ignored = [f"--ignore=tests/{name}" for names in FOLDERS for name in names]
    return [*parts, Part("other tests", (*command, *ignored))]


def _passes(part: Part, environment: dict[str, str]) -> bool:
    """Prints what the process said when it has ended: others run at the same time."""
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
    done = subprocess.run([sys.executable, *part.arguments], cwd=ROOT, env=environment, check=False, **told)
    print(f"== {part.name} ==\n{done.stdout}", end="", flush=True)
    return done.returncode == 0


def _ensure_screen_programs() -> None:
    """Installs what is missing where that is possible; without it those tests are skipped, saying so."""
    missing = [package for program, package in SCREEN_PROGRAMS.items() if shutil.which(program) is None]
    x11 = system_libraries.missing_packages(system_libraries.X11_LIBRARIES)
    if missing or x11:
        system_libraries.install([*missing, *x11], "the tests in a real window")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
