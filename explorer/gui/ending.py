"""The end of the program: when everything is saved and every worker has ended, the process ends where it stands.

Python would take itself apart with torch and Qt in it: objects are destroyed in the order in which they happen to be
found, some after Qt has gone, while libraries still have threads of their own. That ended in a crash now and then, and
so did destroying the window by itself.
"""

import ctypes
import logging
import os
import sys
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """Ends the process; what was said and logged is written, and what was copied can still be pasted."""
    if sys.platform == "win32":
        ctypes.WinDLL("ole32").OleFlushClipboard()  # else it goes with the process, which would have given it on demand
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(status)
