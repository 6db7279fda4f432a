"""Where resources, settings, data sets and runs live."""

import os
from functools import cache
from pathlib import Path

APP_NAME = "CNN Explorer"


@cache
def program_folder() -> Path:
    """The folder that holds the package `explorer`."""
    return Path(__file__).resolve().parent.parent


@cache
def resources() -> Path:
    """The read-only files that are shipped with the program."""
    beside_package = program_folder() / "resources"
    if beside_package.is_dir():
        return beside_package
    return Path(__file__).resolve().parent / "resources"  # where the wheel puts them


def child_environment() -> dict[str, str]:
    """The environment for `python -m explorer...` in a process of its own: it finds the program from any folder."""
    known = [str(program_folder()), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(known), "PYTHONUTF8": "1"}


def home() -> Path:
    """The user's data folder: `CNN_EXPLORER_HOME`, or the platform's place for `CNN Explorer`."""
    override = os.environ.get("CNN_EXPLORER_HOME")
    if override:
        return Path(override)
    import platformdirs  # here: a machine that only trains may be without it

    return platformdirs.user_data_path(APP_NAME, appauthor=False)


def runs() -> Path:
    return home() / "runs"


def datasets() -> Path:
    return home() / "datasets"


def settings_file() -> Path:
    return home() / "settings.json"


def views_file() -> Path:
    return home() / "views.json"


def models_file() -> Path:
    return home() / "models.json"
