"""The program's end: neither Qt nor Python is taken apart, and a thread that cannot be ended does not keep it."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import atexit, sys, threading, time
from PySide6.QtCore import QTimer
from explorer import app
from explorer.gui import window as program

create = program.create_window

def create_watched(words):
    application, window = create(words)
    window.destroyed.connect(lambda: print("destroyed", flush=True))
    window.painted.connect(lambda: QTimer.singleShot(WHEN, window.close))
    threading.Thread(target=time.sleep, args=(600,), daemon=False).start()  # a library's, which nobody can end
    return application, window

program.create_window = create_watched
print("what was said is written")
atexit.register(lambda: print("taken apart", flush=True))
app.main([])
"""


def test_process_ends_where_it_stands(tmp_path: Path) -> None:
    for moment in ("0", "300"):  # before anything is imported behind the window, and within that
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CNN_EXPLORER_HOME": str(tmp_path)}
        line = [sys.executable, "-X", "faulthandler", "-c", CODE.replace("WHEN", moment)]
        done = subprocess.run(line, env=environment, check=False, capture_output=True, text=True, timeout=90)
        assert (done.returncode, done.stdout, done.stderr) == (0, "what was said is written\n", "")
