"""Names that the program proposes for files, allowed on every system, and the folder in which it asks for them."""

import os
import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from explorer import paths

LONGEST = 120  # characters; file systems allow 255 bytes, and a Chinese character takes three
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')  # by Windows; the slash by all
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # of Windows, whatever the ending


def folder() -> Path:
    """Where to ask for a file at first: where the program was started, unless that is its own folder or one for none.

    Then the user's documents, or home.
    """
    here, own = Path.cwd(), paths.program_folder()
    if own not in (here, *here.parents) and here != Path(here.anchor) and os.access(here, os.W_OK):
        return here
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents) if documents and Path(documents).is_dir() else Path.home()


def fit(name: str) -> str:
    """`name` as that of a file, without its ending: a slash becomes a hyphen, and a device gets an underscore."""
    kept = _FORBIDDEN.sub("-", name)[:LONGEST].strip(" .")
    return f"{kept}_" if _DEVICES.fullmatch(kept) else kept or "network"
