"""Runs are found by words, named, described, and copied with the columns that are wanted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from explorer.runs.folder.about import About
from tests.gui.panels.training.bench import Bench
from tests.gui.panels.training.table import column, look_for, shown


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
