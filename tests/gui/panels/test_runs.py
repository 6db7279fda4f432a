import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from explorer.bilingual import Text
from explorer.gui.panels.training.run_table import COLUMNS
from explorer.gui.state import FromRun
from explorer.runs.plan import RunPlan
from explorer.training.events import Failed, Stopped
from tests.gui.panels.training_window import Bench, bench

__all__ = ["bench"]


def column(key: str) -> int:
    return [column.key for column in COLUMNS].index(key)


def shown(bench: Bench, key: str) -> list[str]:
    model = bench.find("runsTable").model()
    return [model.index(row, column(key)).data() for row in range(model.rowCount())]


@pytest.fixture
def runs(bench: Bench) -> Bench:
    bench.panel.pages.show_page(1)
    return bench


def test_no_runs_says_how_to_make_one(runs: Bench) -> None:
    assert not runs.find("runsTable").isVisible()
    assert runs.panel.runs._empty.isVisible()


def test_a_run_is_told_in_one_row(runs: Bench) -> None:
    runs.store_run(epochs=3)
    assert runs.find("runsTable").isVisible()
    row = {column.key: shown(runs, column.key)[0] for column in COLUMNS}
    assert (row["number"], row["architecture"], row["data"]) == ("1", "LeNet", "Handwritten digits")
    assert (row["epochs"], row["status"], row["duration"]) == ("3/3", "finished", "1 s")
    assert row["test"].endswith("%")
    assert float(row["loss"]) > 0


def test_numbers_are_sorted_as_numbers(runs: Bench) -> None:
    for slowness in (3.0, 1.0, 2.0):
        runs.store_run(slowness=slowness)
    runs.find("runsTable").sortByColumn(column("test"), Qt.SortOrder.AscendingOrder)
    values = [float(words.rstrip("%")) for words in shown(runs, "test")]
    assert values == sorted(values)
    assert shown(runs, "number") == ["1", "3", "2"]


def test_choosing_a_row_shows_that_run(runs: Bench) -> None:
    other, run = runs.store_run(architecture="lenet_bn"), runs.store_run()
    view = runs.find("runsTable")
    view.selectRow(shown(runs, "number").index("1"))
    assert runs.state.shown_run == other
    assert runs.state.choice.architecture == "lenet_bn"
    assert runs.state.weights == FromRun(other)
    runs.qtbot.keyClick(view, Qt.Key.Key_Up)
    assert runs.state.shown_run == run
    assert runs.state.choice.architecture == "lenet"


def test_a_new_run_is_selected_without_being_opened_twice(runs: Bench) -> None:
    runs.store_run()
    runs.panel.start()
    runs.wait(lambda: runs.state.training is not None)
    assert runs.panel.runs.selected is not None
    assert runs.panel.runs.selected.id == runs.state.training
    assert shown(runs, "status")[0] == "running"
    runs.control.pause()
    assert shown(runs, "status")[0] == "paused"


def test_space_and_the_tick_compare(runs: Bench) -> None:
    run = runs.store_run()
    view = runs.find("runsTable")
    view.selectRow(0)
    runs.qtbot.keyClick(view, Qt.Key.Key_Space)
    assert runs.panel.runs.compared == (run,)
    where = view.visualRect(view.model().index(0, 0)).center()
    runs.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert runs.panel.runs.compared == ()


def test_deleting_can_be_undone(runs: Bench) -> None:
    run = runs.store_run()
    view = runs.find("runsTable")
    view.selectRow(0)
    view.setFocus()
    runs.qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert runs.state.runs == ()
    undo = runs.find("undoDeleteButton")
    assert undo.isVisible()
    runs.qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    runs.wait(lambda: [record.id for record in runs.state.runs] == [run])
    assert not undo.isVisible()


def test_a_deleted_run_is_not_compared_any_more(runs: Bench) -> None:
    run = runs.store_run()
    runs.panel.runs.table.toggle_compared(run)
    runs.control.delete_runs((run,))
    assert runs.panel.runs.compared == ()


def test_only_what_can_be_resumed_is_offered(runs: Bench) -> None:
    finished = runs.store_run()
    stopped = runs.store_run(ending=Stopped("x"))
    actions = runs.panel.runs._actions
    runs.control.open_run(finished)
    assert not actions["resume"].isEnabled()
    runs.control.open_run(stopped)
    assert actions["resume"].isEnabled()
    actions["resume"].trigger()
    runs.wait(lambda: runs.state.training == stopped)
    assert not actions["resume"].isEnabled()
    assert not actions["delete"].isEnabled()


def test_the_plan_is_copied(runs: Bench) -> None:
    run = runs.store_run()
    runs.control.open_run(run)
    runs.panel.runs._actions["copy"].trigger()
    copied = RunPlan.from_json(json.loads(QGuiApplication.clipboard().text()))
    assert copied == runs.store.plan(run)


def test_a_failure_says_why(runs: Bench) -> None:
    runs.store_run(ending=Failed("x", Text("The loss is not a number.", "损失不是数。"), Text("Lower it.", "降低它。")))
    model = runs.find("runsTable").model()
    assert shown(runs, "status") == ["failed"]
    tip = model.index(0, column("status")).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "The loss is not a number.\nLower it."


def test_the_menu_offers_the_same_as_the_buttons(runs: Bench) -> None:
    runs.store_run()
    view = runs.find("runsTable")
    view.selectRow(0)
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 2)).center())
    menu = runs.panel.runs.findChild(QMenu)
    assert menu is not None
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["Resume", "Compare", "Show folder", "Copy plan", "Delete"]
    menu.close()
    view.customContextMenuRequested.emit(QPoint(5, 2000))


def test_side_by_side_where_there_is_room(runs: Bench) -> None:
    runs.store_run()
    assert not runs.panel.curves.isVisible()
    runs.panel.resize(1400, 300)
    assert runs.panel.curves.isVisible()
    assert runs.find("runsTable").isVisible()
    runs.panel.resize(900, 264)
    assert runs.panel.width() == 900
    assert not runs.panel.curves.isVisible()
