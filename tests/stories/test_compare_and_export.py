"""Networks are compared, and a graph is saved, by the buttons and dialogs of the window."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QTableView, QToolButton, QWidget

from explorer.gui.dialogs.export import ExportDialog
from explorer.gui.tour import Hands
from explorer.gui.widgets.words.notices import Notice


def test_two_networks_are_compared_and_the_table_is_taken_along(hands: Hands) -> None:
    hands.window.header._workspaces.button("compare").click()
    compare = hands.window.workspaces.compare
    assert compare is not None
    hands.wait("the comparison", lambda: compare.comparing.comparison is not None and not compare.comparing.is_busy)
    hands.click("compareRightNetwork", QToolButton)
    search = QApplication.focusWidget()
    assert search is not None
    assert search.objectName() == "architectureSearch"
    QTest.keyClicks(search, "nin")
    QTest.keyClick(search, Qt.Key.Key_Return)
    hands.wait("NiN", lambda: (told := compare.comparing.comparison) is not None and told.names[1] == "NiN", 60)
    comparison = compare.comparing.comparison
    assert comparison is not None
    table = hands.find(QTableView, "compareTable")
    assert table.model().rowCount() == 1 + len(comparison.stages)
    compare.copy("markdown")
    assert QGuiApplication.clipboard().text().startswith("## LeNet → NiN")
    hands.window.header._workspaces.button("explore").click()
    assert hands.state.choice.architecture == "lenet"
    hands.find(QWidget, "graphView")


def save(hands: Hands, kind: str, suffix: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    hands.window.commands["graph.export"].trigger()
    dialog = hands.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.choose(kind, suffix)
    hands.wait("the preview", lambda: not dialog._previews.is_busy, 20)
    dialog.accept_button.click()
    hands.wait("the file", path.is_file, 20)
    hands.wait("the notice", lambda: path.name in notices(hands))
    hands.wait("the dialog is gone", lambda: hands.window.findChild(ExportDialog) is None)


def notices(hands: Hands) -> str:
    return " ".join(
        label.text() for notice in hands.window.findChildren(Notice) for label in notice.findChildren(QLabel)
    )


def test_a_figure_a_table_and_code_are_saved_by_the_dialog(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(hands, "figure", ".png", tmp_path / "figure.png", monkeypatch)
    with Image.open(tmp_path / "figure.png") as image:
        assert min(image.size) > 100
    save(hands, "drawing", ".svg", tmp_path / "graph.svg", monkeypatch)
    assert ">5×5 conv, 6<" in (tmp_path / "graph.svg").read_text(encoding="utf-8")
    save(hands, "table", ".csv", tmp_path / "layers.csv", monkeypatch)
    assert "Conv2d" in (tmp_path / "layers.csv").read_text(encoding="utf-8")
    save(hands, "model", ".py", tmp_path / "lenet.py", monkeypatch)
    compile((tmp_path / "lenet.py").read_text(encoding="utf-8"), "lenet.py", "exec")
