"""The program's end: Qt's objects go first and in order, and Python is not taken apart with torch and Qt in it."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import atexit, sys, threading, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from explorer import app
from explorer.gui import window as program

create = program.create_window
gone = []

def create_watched(words):
    application, window = create(words)
    window.state.destroyed.connect(lambda: gone.append("state"))
    kept.append(QWidget())  # held by Python to its end, as by the traceback of a defect
    kept[0].destroyed.connect(lambda: gone.append("widget"))
    kept.append(window)
    window.painted.connect(lambda: QTimer.singleShot(WHEN, window.close))
    threading.Thread(target=time.sleep, args=(600,), daemon=False).start()  # a library's, which nobody can end
    return application, window

kept = []
program.create_window = create_watched
leave = program.ending.leave

def leave_watched(application, status):
    print(sorted(gone), status, flush=True)
    leave(application, status)

program.ending.leave = leave_watched
atexit.register(lambda: print("taken apart", flush=True))
app.main([])
"""


def test_objects_go_in_order_and_the_process_ends_though_a_thread_does_not(tmp_path: Path) -> None:
    for moment in ("0", "300"):  # before anything is imported behind the window, and within that
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CNN_EXPLORER_HOME": str(tmp_path)}
        line = [sys.executable, "-X", "faulthandler", "-c", CODE.replace("WHEN", moment)]
        done = subprocess.run(line, env=environment, check=False, capture_output=True, text=True, timeout=90)
        assert (done.returncode, done.stdout, done.stderr) == (0, "['state', 'widget'] 0\n", "")
