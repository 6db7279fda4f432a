"""Clears away what is left of sandboxes whose program was killed: their folders, and processes that still run."""

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

PREFIX = "cnn-explorer-"
_FOLDER = re.compile(re.escape(PREFIX) + r"(\d+)-\w+")


def prefix() -> str:
    """How the folder of a sandbox begins that this process makes."""
    return f"{PREFIX}{os.getpid()}-"


def clear() -> int:
    """Ends and deletes what belongs to programs that are gone; how many sandboxes there were. Needs no torch."""
    found = _folders()
    if not found:
        return 0
    import psutil  # takes a while, and mostly there is nothing

    from explorer.graph.user_model import marked

    cleared = 0
    for folder, owner, made in found:
        with contextlib.suppress(psutil.Error):
            if psutil.pid_exists(owner) and psutil.Process(owner).create_time() <= made:
                continue
        marked.kill(folder.name)
        shutil.rmtree(folder, ignore_errors=True)
        cleared += 1
    return cleared


def _folders() -> list[tuple[Path, int, float]]:
    """Folders of sandboxes, with the process that made each and when it was last changed, in seconds."""
    found = []
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            match = _FOLDER.fullmatch(entry.name)
            with contextlib.suppress(OSError):  # it has just been deleted
                if match is not None and entry.is_dir(follow_symlinks=False):
                    found.append((Path(entry.path), int(match[1]), entry.stat(follow_symlinks=False).st_mtime))
    return found
