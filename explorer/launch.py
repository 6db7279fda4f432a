"""Makes sure that everything the program needs is there, then starts it. Uses the standard library alone.

Where the dependencies are missing it makes a private virtual environment beside the program (or in the user's data
folder, where that place cannot be written), installs them with pip's own progress, and goes on in there. The next
start finds them and costs nothing.
"""

import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer import app, system_libraries

ROOT = Path(__file__).resolve().parent.parent
BAD_INPUT = 2

# What is imported, for each distribution of pyproject.toml whose module has another name.
_MODULES = {
    "fonttools": "fontTools",
    "import-linter": "importlinter",
    "pillow": "PIL",
    "pyside6-essentials": "PySide6",
    "pytest-qt": "pytestqt",
    "pytest-timeout": "pytest_timeout",
}
_WINDOW_ONLY = {"PySide6", "pyqtgraph"}
_STAMP = "installed.txt"  # in the environment: for which Python and which requirements it was made
_LONGEST_PATH = 180  # characters; of the files of PySide6 from the folder of the program on
_WINDOWS_LIMIT = 260  # of a path, unless the machine was set to allow longer ones
_INSIDE = "CNN_EXPLORER_IN_OWN_ENVIRONMENT"  # set for the second start, so that there is never a third


def main(argv: Sequence[str]) -> int:
    """Starts the program with `argv`; exit status 2 where something is missing that only the user can provide."""
    refusal = app.refusal(argv)
    if refusal is not None:  # before anything is installed for it
        _say(f"cnn-explorer: {refusal}")
        return BAD_INPUT
    wants_window = app.needs_window(argv)
    status = ensure_environment(["main.py", *argv], needs_qt=wants_window)
    if status is not None:
        return status
    if wants_window:
        offscreen = bool(argv) and argv[0] == "tour"
        problem = system_libraries.problem(offscreen=offscreen)
        if problem is not None:
            _say(problem)
            return BAD_INPUT
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read when torch is loaded
    return app.main(list(argv))


def ensure_environment(command: Sequence[str], *, needs_qt: bool = True, extras: Sequence[str] = ()) -> int | None:
    """Returns None where this interpreter has all it needs; else runs `command` in one that has: the exit status.

    `command` is what follows `python` on the command line, run in the program's folder if it is not main.py.
    """
    missing = _missing(extras, needs_qt=needs_qt)
    if not missing:
        return None
    if os.environ.get(_INSIDE):
        _say(f"The packages {', '.join(missing)} cannot be imported, although they were installed.\n"
             f"Delete the folder {sys.prefix} and start again.")  # fmt: skip
        return BAD_INPUT
    folder = _environment_folder()
    python = _python_of(folder)
    if not (python.exists() and _is_installed(folder, extras)):
        status = _install(folder, extras)
        if status != 0:
            return status
    return _continue_in(python, command)


def requirements(extras: Sequence[str] = ()) -> list[str]:
    """The dependencies that pyproject.toml names, with those of `extras`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional: Mapping[str, list[str]] = project["optional-dependencies"]
    return [*project["dependencies"], *(item for extra in extras for item in optional[extra])]


def _missing(extras: Sequence[str], *, needs_qt: bool) -> list[str]:
    if not (ROOT / "pyproject.toml").exists():
        return []  # installed by pip, which has seen to it
    modules = [_module(requirement) for requirement in requirements(extras)]
    return [
        module
        for module in modules
        if (needs_qt or module not in _WINDOW_ONLY) and importlib.util.find_spec(module) is None
    ]


def _module(requirement: str) -> str:
    name = requirement
    for separator in "<>=!~;[ ":
        name = name.split(separator)[0]
    return _MODULES.get(name.lower(), name.replace("-", "_"))


def _environment_folder() -> Path:
    if _can_hold_environment(ROOT):
        return ROOT / ".venv"
    return Path(os.environ.get("CNN_EXPLORER_HOME") or _data_folder()) / "CNN Explorer" / "environment"


def _data_folder() -> Path:
    """Where the system keeps what programs store for a user."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _can_hold_environment(folder: Path) -> bool:
    """Whether files can be made in `folder`, which Windows tells of by trial alone, with names as long as is needed."""
    if os.name != "nt":
        return os.access(folder, os.W_OK)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return len(str(folder)) + _LONGEST_PATH < _WINDOWS_LIMIT
    except OSError:
        return False


def _python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _is_installed(folder: Path, extras: Sequence[str]) -> bool:
    try:
        installed = (folder / _STAMP).read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return set(_stamp(extras)) <= set(installed)


def _stamp(extras: Sequence[str]) -> list[str]:
    return [sys.version.replace("\n", " "), *requirements(extras)]


def _install(folder: Path, extras: Sequence[str]) -> int:
    """Makes the environment; pip's output goes to the terminal. Returns 0, or the exit status to end with."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not system_libraries.install([f"python{version}-venv"], "Python's virtual environments"):
            return BAD_INPUT
    _say(f"Setting up, once: installing PyTorch, Qt and what else is needed into {folder}.\n"
         "This downloads several gigabytes on Linux and takes some minutes.")  # fmt: skip
    python = str(_python_of(folder))
    steps = [
        [sys.executable, "-m", "venv", str(folder)],
        [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "on", *requirements(extras)],
    ]
    for step in steps:
        status = subprocess.call(step, stdout=sys.stderr)
        if status != 0:
            _say("The installation did not succeed; what went wrong stands above. "
                 "Check the network connection and the free disk space (8 GB), then start again.\n"
                 f"Where it found no version of a package, there is none for {_machine()}: "
                 "take a Python that PyTorch has packages for.")  # fmt: skip
            return BAD_INPUT
    (folder / _STAMP).write_text("\n".join(_stamp(extras)), encoding="utf-8")
    return 0


def _machine() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"Python {version} on {platform.system()} {platform.machine()}"


def _continue_in(python: Path, command: Sequence[str]) -> int:
    environment = {**os.environ, _INSIDE: "1", "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE")}
    first, *rest = command
    line = [str(python), str(ROOT / first) if first.endswith(".py") else first, *rest]
    if os.name == "nt":  # there, exec would return to the shell at once
        return _status_of(subprocess.Popen(line, env=environment))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # the program was started with it closed
            stream.flush()
    return os.execve(line[0], line, environment)


def _status_of(child: "subprocess.Popen[bytes]") -> int:
    """Waits for its end, also after Ctrl-C, which goes to both: it may have something to save."""
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
