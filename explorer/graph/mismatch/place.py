"""Where in the user's code an operation was called."""

from __future__ import annotations

import dis
import linecache
import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from types import TracebackType

_MISTAKES = (ArithmeticError, AttributeError, NameError, KeyError)
_HIDDEN_FOLDERS = (os.path.dirname(torch.__file__) + os.sep, str(Path(__file__).parents[1]) + os.sep)


def place(trace: TracebackType | None) -> tuple[str, str]:
    """The innermost line outside of torch and of this package as "file.py:12", and what is written there."""
    for frame in reversed(traceback.extract_tb(trace)):
        if not frame.filename.startswith(_HIDDEN_FOLDERS) and frame.lineno:
            line = linecache.getline(frame.filename, frame.lineno).strip()
            return f"{os.path.basename(frame.filename)}:{frame.lineno}", line
    return "", ""


def is_own(error: BaseException) -> bool:
    """Whether the user's code gave up by itself: by a `raise` or `assert` of its own, or by a mistake in its Python.

    Else an operation of torch could not run. Functions of torch that are no Python leave no trace of themselves.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename.startswith(_HIDDEN_FOLDERS):
        return False
    if isinstance(error, _MISTAKES):
        return True
    done = trace.tb_frame.f_code.co_code[trace.tb_lasti]
    return dis.opname[done] == "RAISE_VARARGS"
