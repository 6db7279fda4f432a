"""A run is written as a page from the table of runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui import text
from explorer.gui.dialogs.report_desk import ReportDesk
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.gui.widgets.words.notices import Notice, Notices
from explorer.runs.shelf.store import Store
from tests.gui.stored_moments import stored_run


class Program:
    def __init__(self, qtbot: QtBot, root: Path) -> None:
        self.state, self.store = AppState(catalogue.find("lenet").default_choice()), Store(root)
        self.run = stored_run(self.store)
        self.control = RunControl(self.state, self.store)
        qtbot.waitUntil(lambda: bool(self.state.runs))
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.notices = Notices(self.window)
        self.desk = ReportDesk(self.state, self.control, self.notices, self.window)
        self.noticed: list[str] = []
        self.state.noticed.connect(lambda message, hint, level: self.noticed.append(str(message)))

    @property
    def said(self) -> list[str]:
        return [message.words for message in self.notices.shown()]

    def close(self) -> None:
        self.desk.close()
        self.control.close()
        self.store.close()


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    made = Program(qtbot, tmp_path / "runs")
    yield made
    made.close()
    text.set_language("en")


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    """Answers the question for a file; returns what was proposed."""
    proposed: list[str] = []

    def ask(parent: object, title: str, name: str, kinds: str) -> tuple[str, str]:
        proposed.append(Path(name).name)
        return "" if path is None else str(path), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return proposed


def test_the_page_is_written_and_can_be_opened(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not opened.append(url))
    proposed = choose(monkeypatch, tmp_path / "mine")
    program.desk.open(program.run)
    assert proposed == ["report-1-lenet.html"]
    assert program.said == ["Writing the report of run 1…"]
    qtbot.waitUntil(lambda: "Saved: mine.html" in program.said)
    assert "LeNet" in (tmp_path / "mine.html").read_text(encoding="utf-8")
    notice = next(n for n in program.window.findChildren(Notice) if n.message.words == "Saved: mine.html")
    notice.offer_button.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "mine.html"))]


def test_it_is_in_the_language_of_the_window(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text.set_language("zh")
    choose(monkeypatch, tmp_path / "报告.html")
    program.desk.open(program.run)
    qtbot.waitUntil((tmp_path / "报告.html").exists)
    assert "测试准确率" in (tmp_path / "报告.html").read_text(encoding="utf-8")


def test_without_a_file_nothing_is_written(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, None)
    program.desk.open(program.run)
    assert not program.said


def test_a_place_that_cannot_be_written_is_said(
    qtbot: QtBot, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    choose(monkeypatch, tmp_path / "file" / "report.html")
    program.desk.open(program.run)
    qtbot.waitUntil(lambda: bool(program.noticed))
    assert "report.html" in program.noticed[0]
