"""The table of runs: what a row tells, and what can be done with the run that it is of."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from explorer.bilingual import Text
from explorer.gui import text
from explorer.gui.panels.training.run_columns import COLUMNS
from explorer.gui.state import FromRun
from explorer.runs.folder.about import About
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.events import Failed, Paused, Resumed, Stopped
from tests.gui.panels.training.bench import Bench
from tests.gui.panels.training.table import column, select, shown
from tests.gui.recorded_runs import plan, recorded


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
    actions = runs.panel.runs.actions_.named
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
    runs.panel.runs.actions_.named["copy"].trigger()
    copied = RunPlan.from_json(json.loads(QGuiApplication.clipboard().text()))
    assert copied == runs.store.plan(run)


def test_a_failure_says_why(runs: Bench) -> None:
    runs.store_run(ending=Failed("x", Text("The loss is not a number.", "损失不是数。"), Text("Lower it.", "降低它。")))
    model = runs.find("runsTable").model()
    assert shown(runs, "status") == ["failed"]
    tip = model.index(0, column("status")).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "The loss is not a number.\nLower it."


def test_the_menu_has_everything(runs: Bench) -> None:
    runs.store_run()
    view = runs.find("runsTable")
    view.selectRow(0)
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 2)).center())
    menu = runs.panel.runs.findChild(QMenu)
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.isVisible() and not action.isSeparator()]
    assert words[:5] == ["Resume", "Compare", "Evaluate", "Rename", "Name, tags and note…"]
    assert words[5:8] == ["Repeat with other seeds…", "Fork…", "Use these settings"]
    assert words[8:11] == ["Export network…", "Report…", "Columns"]
    assert words[11:] == ["Show folder", "Copy plan", "Copy table as Markdown", "Copy table as CSV", "Delete"]
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


def test_several_are_deleted_and_brought_back(runs: Bench) -> None:
    newest = [runs.store_run() for _ in range(4)][-1]
    select(runs, "1", "3", "4")
    assert runs.panel.runs.selected is None
    assert runs.state.shown_run == newest  # those that come to the selection are not opened
    runs.panel.runs.actions_.named["delete"].trigger()
    assert shown(runs, "number") == ["2"]
    assert "3 runs deleted" in runs.panel.runs.note._undo_words.text()
    runs.find("undoDeleteButton").click()
    runs.wait(lambda: shown(runs, "number") == ["4", "3", "2", "1"])


def test_several_are_selected_while_the_list_changes(runs: Bench) -> None:
    first = runs.store_run()
    runs.store_run()
    runs.store_run()
    select(runs, "1", "2")
    runs.store_run()
    runs.control.shelf.describe(first, About.of("named"))
    assert [record.number for record in runs.panel.runs.actions_.selected] == [2, 1]


def test_one_run_that_changes_redraws_one_row(runs: Bench) -> None:
    first = runs.store_run()
    runs.store_run()
    table = runs.panel.runs.table
    told: list[tuple[int, int]] = []
    resets: list[str] = []
    table.dataChanged.connect(lambda top, bottom: told.append((top.row(), bottom.row())))
    table.modelReset.connect(lambda: resets.append("reset"))
    table.layoutChanged.connect(lambda: resets.append("layout"))
    runs.control.shelf.describe(first, About.of("named"))
    assert told == [(1, 1)]
    runs.store_run()
    assert resets == []


def test_what_is_in_the_table_can_be_heard(runs: Bench) -> None:
    runs.store_run()
    model = runs.find("runsTable").model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, column("compare")).data(role) == "Run 1, not compared"
    assert model.index(0, column("status")).data(role) == "Status: finished"
    for button in runs.panel.runs.bar._buttons:
        assert button.accessibleName()


def test_a_pause_in_another_process_is_shown(runs: Bench) -> None:
    other = Store(runs.store.root)
    run = other.create(plan()).id
    recorder = other.recorder(run)
    for event in [*recorded(run)][:6]:
        recorder.append(event)
    recorder.append(Paused(run))
    runs.control.refresh()
    runs.wait(lambda: shown(runs, "status") == ["paused"])
    recorder.append(Resumed(run))
    runs.control.refresh()
    runs.wait(lambda: shown(runs, "status") == ["running"])
    recorder.close()
    other.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_network_of_a_run_is_exported_from_the_menu(runs: Bench, language: str) -> None:
    text.set_language(language)
    runs.panel.retranslate()
    run = runs.store_run()
    runs.control.open_run(run)
    action = runs.panel.runs.actions_.named["export"]
    assert action.text() == {"en": "Export network…", "zh": "导出网络…"}[language]
    with runs.qtbot.waitSignal(runs.panel.export_requested) as wanted:
        action.trigger()
    assert wanted.args == [run]
