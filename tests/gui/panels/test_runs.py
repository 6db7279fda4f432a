import json

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu

from explorer.bilingual import Text
from explorer.gui import text
from explorer.gui.panels.training.run_columns import COLUMNS
from explorer.gui.state import FromRun
from explorer.runs.about import About
from explorer.runs.plan import RunPlan
from explorer.runs.store import Store
from explorer.training.events import Failed, Paused, Resumed, Stopped
from tests.gui.panels.training_window import Bench, bench
from tests.gui.recorded_runs import plan, recorded

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
    assert words[5:9] == ["Fork…", "Use these settings", "Export network…", "Columns"]
    assert words[9:] == ["Show folder", "Copy plan", "Copy table as Markdown", "Copy table as CSV", "Delete"]
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


def select(runs: Bench, *numbers: str) -> None:
    """Selects the rows of these runs together, as with Ctrl."""
    view = runs.find("runsTable")
    view.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row, number in enumerate(shown(runs, "number")):
        if number in numbers:
            view.selectionModel().select(view.model().index(row, 0), flags)


def look_for(runs: Bench, text: str) -> None:
    runs.find("runsFilter").setText(text)
    runs.qtbot.waitUntil(lambda: not runs.panel.runs._typing.isActive())


def test_runs_are_found_by_words_and_numbers(runs: Bench) -> None:
    runs.store_run(architecture="lenet_bn", epochs=2)
    runs.store_run(epochs=3)
    assert runs.find("runsCount").text() == "2 runs"
    look_for(runs, "epochs>2")
    assert shown(runs, "number") == ["2"]
    assert runs.find("runsCount").text() == "1 of 2 runs"
    look_for(runs, "batch norm")  # as the table calls it
    assert shown(runs, "number") == ["1"]
    look_for(runs, "nothing")
    assert not runs.find("runsTable").isVisible()
    assert runs.panel.runs._empty.text() == "No run is like that"
    runs.find("showAllRunsButton").click()
    runs.wait(lambda: shown(runs, "number") == ["2", "1"])


def test_what_is_not_found_stays_selected_by_coming_back(runs: Bench) -> None:
    runs.store_run(architecture="lenet_bn")
    run = runs.store_run()
    runs.control.open_run(run)
    look_for(runs, "lenet_bn")
    assert runs.panel.runs.selected is None
    assert runs.state.shown_run == run  # looking for another does not change what is looked at
    look_for(runs, "")
    assert runs.panel.runs.selected is not None
    assert runs.panel.runs.selected.id == run


def test_a_run_is_renamed_in_place(runs: Bench) -> None:
    run = runs.store_run()
    runs.control.open_run(run)
    view = runs.find("runsTable")
    assert shown(runs, "name") == ["LeNet"]
    runs.qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor.text() == ""
    runs.qtbot.keyClicks(editor, "my first")
    runs.qtbot.keyClick(editor, Qt.Key.Key_Return)
    runs.wait(lambda: shown(runs, "name") == ["my first · LeNet"])
    runs.wait(lambda: runs.store.record(run).about.name == "my first")
    look_for(runs, "name:first")
    assert shown(runs, "number") == ["1"]


def test_the_card_takes_tags_and_a_note_but_not_after_escape(runs: Bench) -> None:
    run = runs.store_run()
    runs.control.open_run(run)
    runs.panel.runs.actions_.named["about"].trigger()
    card = runs.panel.runs.card
    assert card.isVisible()
    card.tags.setText("good, baseline\uff0cgood")
    card.note.setPlainText("what came of it")
    runs.qtbot.keyClick(card.tags, Qt.Key.Key_Return)
    assert not card.isVisible()
    runs.wait(lambda: runs.store.record(run).about.tags == ("good", "baseline"))
    assert shown(runs, "tags") == ["good, baseline"]
    runs.panel.runs.actions_.named["about"].trigger()
    card.note.setPlainText("something else")
    runs.qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert runs.state.runs[0].about.note == "what came of it"


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


def test_columns_are_chosen_and_remembered(runs: Bench) -> None:
    runs.store_run()
    view = runs.find("runsTable")
    assert view.isColumnHidden(column("tags"))
    menu = view.columns_menu(view)
    wanted = {action.text(): action for action in menu.actions()}
    assert "#" not in wanted
    wanted["Tags"].trigger()
    wanted["Loss"].trigger()
    assert not view.isColumnHidden(column("tags"))
    assert view.isColumnHidden(column("loss"))
    view.horizontalHeader().moveSection(view.horizontalHeader().visualIndex(column("tags")), 2)
    view.setColumnWidth(column("data"), 222)
    view.sortByColumn(column("test"), Qt.SortOrder.AscendingOrder)
    kept, columns = view.arrangement(), view.shown_columns
    wanted["Usual columns"].trigger()
    assert view.isColumnHidden(column("tags"))
    view.arrange(kept)
    assert view.shown_columns == columns
    assert view.columnWidth(column("data")) == 222
    assert view.horizontalHeader().sortIndicatorSection() == column("test")
    for damaged in ("", "{", "[]", '{"columns": [["nothing", 3]], "by": "nothing"}', '{"columns": 3}'):
        view.arrange(damaged)
        assert view.shown_columns == columns


def test_the_table_is_copied_as_shown(runs: Bench) -> None:
    run = runs.store_run(epochs=2)
    runs.store_run(architecture="lenet_bn", epochs=3)
    runs.control.shelf.describe(run, About.of("a|b"))
    look_for(runs, "epochs<3")
    actions = runs.panel.runs.actions_.named
    actions["copy_markdown"].trigger()
    head, rule, row = QGuiApplication.clipboard().text().splitlines()
    assert head.startswith("| # | Name | Data | Test |")
    assert rule.startswith("| --- | --- | --- | --: |")
    assert row.startswith("| 1 | a\\|b · LeNet | Handwritten digits |")
    actions["copy_csv"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("#,Name,Data,Test,")
    assert lines[1].startswith("1,a|b · LeNet,Handwritten digits,")


def test_waiting_runs_say_so_and_can_be_moved_and_started(runs: Bench) -> None:
    for _ in range(3):
        runs.store.create(plan(2, "digits", runs.state.choice), queued=True)
    runs.control.refresh()
    runs.wait(lambda: shown(runs, "status") == ["waiting"] * 3)
    assert runs.find("startQueueButton").text() == "Start queue (3)"
    view = runs.find("runsTable")
    view.sortByColumn(column("status"), Qt.SortOrder.AscendingOrder)
    assert shown(runs, "number") == ["1", "2", "3"]
    view.selectRow(2)
    actions = runs.panel.runs.actions_.named
    assert actions["resume"].text() == "Start now"
    assert actions["up"].isEnabled()
    assert not actions["down"].isEnabled()
    actions["up"].trigger()
    runs.wait(lambda: shown(runs, "number") == ["1", "3", "2"])
    runs.find("startQueueButton").click()
    runs.wait(lambda: [record.status for record in runs.state.runs] == ["finished"] * 3)
    assert not runs.panel.runs.note.isVisible()


def test_what_is_in_the_table_can_be_heard(runs: Bench) -> None:
    runs.store_run()
    model = runs.find("runsTable").model()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, column("compare")).data(role) == "Run 1, not compared"
    assert model.index(0, column("status")).data(role) == "Status: finished"
    for button in runs.panel.runs.bar._buttons:
        assert button.accessibleName()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_stopped_runs_are_put_back_into_the_queue_and_out_again(runs: Bench, language: str) -> None:
    text.set_language(language)
    runs.panel.retranslate()
    first, second = (runs.store_run(ending=Stopped("x")) for _ in range(2))
    finished = runs.store_run()
    actions, view = runs.panel.runs.actions_, runs.find("runsTable")
    runs.control.open_run(finished)
    assert not actions.named["queue"].isVisible()
    view.selectAll()
    assert actions.named["queue"].text() == {"en": "Put back into the queue", "zh": "放回队列"}[language]
    actions.named["queue"].trigger()
    runs.wait(lambda: [record.id for record in runs.control.queue.waiting] == [first, second])
    assert shown(runs, "status") == [text.tr("training.status_finished"), *[text.tr("runs.status_queued")] * 2]
    assert not actions.named["queue"].isVisible()
    menu = actions.menu()
    assert actions.named["unqueue"] in menu.actions()
    view.selectRow(shown(runs, "number").index("1"))
    actions.named["unqueue"].trigger()
    runs.wait(lambda: [record.id for record in runs.control.queue.waiting] == [second])
    menu.close()


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
