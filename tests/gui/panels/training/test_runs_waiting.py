"""Runs that wait for their turn, in the table."""

import pytest
from PySide6.QtCore import Qt

from explorer.gui import text
from explorer.training.events import Stopped
from tests.gui.panels.training.bench import Bench
from tests.gui.panels.training.table import column, shown
from tests.gui.recorded_runs import plan


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
