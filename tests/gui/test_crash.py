"""Defects reach the log and, not too often, the window."""

import logging
import subprocess
import sys
import threading

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer import paths
from explorer.gui import crash
from explorer.gui.crash import Reporter
from explorer.gui.dialogs.crash_report import CrashDialog


def _defect(words: str) -> tuple[type[BaseException], BaseException, None]:
    return ValueError, ValueError(words), None


def test_report_names_versions_and_the_error() -> None:
    told: list[str] = []
    reporter = Reporter()
    reporter.reported.connect(told.append)
    reporter.take(*_defect("too many cats"))
    assert "CNN Explorer" in told[0]
    assert "Python 3" in told[0]
    assert "ValueError: too many cats" in told[0]


def test_many_in_a_row_are_told_once_and_counted() -> None:
    now = [0.0]
    told: list[str] = []
    reporter = Reporter(clock=lambda: now[0])
    reporter.reported.connect(told.append)
    for _ in range(10):
        reporter.take(*_defect("again"))
        now[0] += 0.1
    assert len(told) == 1
    now[0] += Reporter.QUIET_S
    reporter.take(*_defect("later"))
    assert len(told) == 2
    assert "9 more" in told[1]


def test_hooks_catch_all_threads_and_write_the_log() -> None:
    before = sys.excepthook
    reporter = crash.install()
    told: list[str] = []
    reporter.reported.connect(told.append)
    try:
        sys.excepthook(*_defect("on the GUI thread"))
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        for handler in logging.getLogger("explorer").handlers:
            handler.flush()
        log = crash.log_file().read_text()
    finally:
        crash.uninstall()
        logging.getLogger("explorer").handlers.clear()
    sys.excepthook = before
    assert "on the GUI thread" in log
    assert "ZeroDivisionError" in log
    assert len(told) == 1


def test_crash_of_a_library_leaves_its_place(tmp_path) -> None:
    program = "import faulthandler, os\nfrom explorer.gui import crash\ncrash.install()\nfaulthandler._sigsegv()\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode != 0
    assert "Segmentation fault" in crash.crash_file().read_text()
    assert "<string>" in crash.crash_file().read_text()
    previous = crash.install().previous
    crash.uninstall()
    logging.getLogger("explorer").handlers.clear()
    assert "Segmentation fault" in previous
    assert crash.crash_file().read_text() == ""


def test_folder_that_cannot_be_written_does_not_stop_the_start(tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(blocked))
    crash.install()
    crash.uninstall()
    logging.getLogger("explorer").handlers.clear()
    assert paths.home() == blocked


def test_dialog_shows_the_report_on_request_and_copies_it(qtbot: QtBot, qapp) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = CrashDialog("the report", parent)
    dialog.show()
    field = dialog.findChild(QPlainTextEdit)
    assert not field.isVisible()
    show, copy, _ = dialog.findChildren(QPushButton)
    show.click()
    assert field.isVisible()
    dialog.add("and another")
    copy.click()
    assert qapp.clipboard().text() == "the report\n\nand another"


def test_dialog_says_when_it_is_of_the_last_time(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    now, before = CrashDialog("r", parent), CrashDialog("r", parent, is_from_before=True)
    assert "last time" in before.windowTitle()
    assert "last time" not in now.windowTitle()


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    logging.getLogger("explorer").propagate = True
