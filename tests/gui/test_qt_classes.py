"""Qt's classes are all made on the GUI thread, in pieces, before the program's own thread names any."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

from pytestqt.qtbot import QtBot

from explorer.gui import qt_classes
from explorer.gui.qt_classes import QtClasses

CODE = """
import sys, threading
from explorer.app import create_window
from explorer.gui import window as program

def made():
    modules = [module for name, module in sys.modules.items() if name.startswith("PySide6.Qt")]
    return {f"{module.__name__}.{name}" for module in modules for name in list(vars(module)) if name.startswith("Q")}

def noted():
    before, loaded = made(), set(sys.modules)
    prepare()
    new = [name for name in made() - before if name.rsplit(".", 1)[0] in loaded]  # others the window does not use
    print(threading.current_thread().name, len(before) > 500, new)
    session._warmup._is_closed = True

prepare = program.import_what_is_seen_later
program.import_what_is_seen_later = noted
app, window = create_window([])
session = window.findChild(program.Session)
session._warmup._thread.join = lambda: None
print(threading.current_thread().name, len(made()) > 500)
window.show()
while session._warmup._thread.ident is None or session._warmup._thread.is_alive():
    app.processEvents()
window.close()
"""


def test_none_is_made_on_the_thread_that_imports_the_rest(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CNN_EXPLORER_HOME": str(tmp_path)}
    line = [sys.executable, "-c", CODE]
    done = subprocess.run(line, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["MainThread False", "warmup True []"]


def test_are_made_in_pieces_and_once(qtbot: QtBot, monkeypatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(qt_classes, "_classes", lambda: (asked.append(number) for number in range(5)))
    monkeypatch.setattr(qt_classes, "SLICE_S", 0.0)
    classes = QtClasses()
    with qtbot.waitSignal(classes.made):
        classes.make()
        assert asked == []
        classes.make()
    assert asked == [0, 1, 2, 3, 4]


def test_stopped_makes_no_more(qtbot: QtBot, monkeypatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr(qt_classes, "_classes", lambda: iter(range(5)))
    classes = QtClasses()
    classes.made.connect(lambda: told.append(True))
    classes.make()
    classes.stop()
    qtbot.wait(30)
    assert told == []


def test_modules_that_another_thread_imports_meanwhile_do_no_harm(monkeypatch) -> None:
    class Name(str):
        __slots__ = ()

        def startswith(self, *_: object) -> bool:  # while the modules are gone through
            monkeypatch.setitem(sys.modules, "imported meanwhile", ModuleType("meanwhile"))
            return False

    monkeypatch.setitem(sys.modules, Name("being gone through"), ModuleType("through"))
    assert len(list(qt_classes._classes())) > 500


def test_other_threads_wait_for_a_window_that_is_being_opened(qtbot: QtBot) -> None:
    told: list[str] = []
    qt_classes.wait()  # no window is
    qt_classes.expect()
    classes = QtClasses()
    thread = threading.Thread(target=lambda: (qt_classes.wait(), told.append("waited")))
    thread.start()
    classes.made.connect(lambda: told.append("made"))
    qtbot.wait(30)
    assert told == []
    classes.make()
    qtbot.waitUntil(lambda: "waited" in told)
    assert sorted(told) == ["made", "waited"]
    thread.join()
    qt_classes.expect()
    classes.stop()
    qt_classes.wait()  # nor after one that was closed before
