"""Where in the user's code an operation was called."""

from __future__ import annotations

import linecache
import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from types import TracebackType

_HIDDEN_FOLDERS = (os.path.dirname(torch.__file__) + os.sep, str(Path(__file__).parents[1]) + os.sep)


def place(trace: TracebackType | None) -> tuple[str, str]:
    """The innermost line outside of torch and of this package as "file.py:12", and what is written there."""
    for frame in reversed(traceback.extract_tb(trace)):
        if not frame.filename.startswith(_HIDDEN_FOLDERS) and frame.lineno:
            line = linecache.getline(frame.filename, frame.lineno).strip()
            return f"{os.path.basename(frame.filename)}:{frame.lineno}", line
    return "", ""
