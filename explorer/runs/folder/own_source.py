"""The file of a user's model in the folder of a run: what was trained stays known when the file changes. No torch."""

import filecmp
import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from explorer import atomic
from explorer.bilingual import Text
from explorer.catalogue import OwnModel

FOLDER = "source"
PAUSE, RESUME = b"pause", b"resume"  # what the window tells the process that trains, a line each


def keep(own: OwnModel, run_folder: Path) -> None:
    """Copies the model's file into the folder of a run that begins.

    Raises:
        OSError: The file cannot be read, or the folder not be written.
    """
    folder = run_folder / FOLDER
    folder.mkdir(exist_ok=True)
    atomic.write_bytes(folder / own.path.name, own.path.read_bytes())


def of_run(own: OwnModel, run_folder: Path) -> OwnModel:
    """`own` with the code that the run trains: its file, or the run's copy where the file is another now, or gone."""
    copy = run_folder / FOLDER / own.path.name
    if not copy.is_file() or _is_same(own.path, copy):
        return own
    return replace(own, path=copy)


def digest(own: OwnModel, run_folder: Path) -> str:
    """The same text for runs that train the same code; "" where the run's copy cannot be read."""
    try:
        return _digest(run_folder / FOLDER / own.path.name)
    except OSError:
        return ""


@lru_cache(1024)
def _digest(copy: Path) -> str:
    """Kept: nobody writes the copy after the run has begun."""
    return hashlib.sha256(copy.read_bytes()).hexdigest()


def change(own: OwnModel, run_folder: Path) -> Text | None:
    """What has become of the file since the run began; None where it is as it was."""
    if of_run(own, run_folder) == own:
        return None
    name = own.path.name
    if not own.path.is_file():
        return Text(f"{name} is gone; the run uses its own copy.", f"{name} 已不存在；运行将使用其副本。")
    return Text(
        f"{name} has changed since the run began; the run uses its own copy.",
        f"{name} 在运行开始后已更改；运行将使用其副本。",
    )


def _is_same(path: Path, copy: Path) -> bool:
    try:
        return filecmp.cmp(path, copy, shallow=False)
    except OSError:
        return False
