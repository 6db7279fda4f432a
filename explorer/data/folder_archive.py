"""An archive of class folders (.zip, .tar.gz) instead of a folder, unpacked once among the program's data. No torch."""

import hashlib
import os
import shutil
from pathlib import Path

from explorer import paths
from explorer.data.alone import alone_in
from explorer.data.unpack import unpack
from explorer.data.watch import Watch
from explorer.errors import unwritable

SUFFIXES = (".zip", ".tgz", ".tar.gz")


def is_archive(path: Path) -> bool:
    """By its name; whether it can be read shows when it is opened."""
    return path.name.lower().endswith(SUFFIXES) and os.path.isfile(path)


def opened(path: Path, watch: Watch) -> Path:
    """The folder with what is in `path`, an archive; what was unpacked of an older version of it is removed.

    Raises:
        ExplorerError: It is damaged, means harm, or the disk is full.
        OSError: It cannot be looked at.
        Cancelled: The user wants no more of it.
    """
    about = path.stat()
    place = paths.datasets() / "unpacked"
    name = f"{path.name.split('.')[0]}-{_short(str(path.resolve()))}"
    target = place / f"{name}-{_short(f'{about.st_size} {about.st_mtime_ns}')}"
    try:
        with alone_in(place, watch):
            for older in place.glob(f"{name}-*"):
                if older != target:
                    shutil.rmtree(older, ignore_errors=True)
            unpack(path, target, watch)
    except OSError as error:
        raise unwritable(place, error) from error
    return target


def _short(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:12]
