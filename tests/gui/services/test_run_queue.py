"""Runs that wait begin one after the other, and when they may."""

from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.state import AppState, Level
from explorer.runs.folder.about import About
from explorer.runs.plan import Origin, RunPlan
from explorer.runs.shelf.store import Status, Store
from tests.gui.recorded_runs import plan, wait_until
from tests.gui.services.conftest import Make


def lenet(epochs: int = 2) -> RunPlan:
    return plan(epochs, "digits", catalogue.find("lenet").default_choice())


def statuses(state: AppState) -> list[str]:
    """Of all runs, the first one first."""
    return [str(record.status) for record in reversed(state.runs)]


def test_what_waits_begins_when_the_run_before_has_ended(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.005)
    control.start(lenet(60))  # goes on until the others wait, however busy the machine is
    wait_until(qtbot, lambda: state.training is not None)
    first = state.training
    for _ in range(2):
        control.queue.add(lenet())
    wait_until(qtbot, lambda: len(control.queue.waiting) == 2)
    assert statuses(state) == ["running", "queued", "queued"]
    wait_until(qtbot, lambda: state.training not in (None, first))
    assert state.shown_run == state.training  # whoever looked at the run before looks at this one
    wait_until(qtbot, lambda: statuses(state) == ["finished"] * 3)
    wait_until(qtbot, lambda: control.queue.is_held)  # a moment after the list of the runs has changed


def test_one_that_fails_does_not_hold_up_the_next(qtbot: QtBot, make: Make, state: AppState) -> None:
    error = ExplorerError(Text("The loss is not a number.", "损失不是数。"))
    control = make(pause=0.02, fail=error)
    control.start(lenet())
    control.queue.add(lenet())
    wait_until(qtbot, lambda: statuses(state) == ["failed", "failed"])


def test_a_failure_in_the_queue_says_which_run_it_was(qtbot: QtBot, make: Make, state: AppState) -> None:
    error = ExplorerError(Text("The loss is not a number.", "损失不是数。"))
    control, told = make(pause=0.02, fail=error), []
    state.noticed.connect(lambda message, _, level: told.append(message.en) if level == Level.ERROR else None)
    for _ in range(2):
        control.queue.add(lenet())
    wait_until(qtbot, lambda: statuses(state) == ["failed", "failed"] and len(told) == 2)
    assert told == ["Run 1: The loss is not a number.", "The loss is not a number."]  # the last one is looked at


def test_after_a_stop_the_queue_waits_until_it_is_told_to_go_on(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    control.start(lenet(50))
    wait_until(qtbot, lambda: state.training is not None)
    control.queue.add(lenet())
    wait_until(qtbot, lambda: len(control.queue.waiting) == 1)
    assert not control.queue.is_held
    control.stop()
    assert control.queue.is_held
    wait_until(qtbot, lambda: not control.is_busy)
    qtbot.wait(100)
    assert statuses(state) == ["stopped", "queued"]
    control.queue.go_on()
    wait_until(qtbot, lambda: statuses(state) == ["stopped", "finished"])


def test_a_run_of_the_queue_that_ends_with_the_window_comes_first_in_the_next(
    qtbot: QtBot, make: Make, state: AppState, store: Store
) -> None:
    control = make(pause=0.02)
    for epochs in (50, 2):
        control.queue.add(lenet(epochs))
    wait_until(qtbot, lambda: state.training is not None and len(control.queue.waiting) == 1)
    first = state.training
    control.close()
    state.set_training(None)
    again = make()
    wait_until(qtbot, lambda: [record.id for record in again.queue.waiting][:1] == [first])
    assert len(again.queue.waiting) == 2
    qtbot.wait(100)
    assert not again.is_busy
    again.queue.go_on()
    wait_until(qtbot, lambda: statuses(state) == ["finished"] * 2)


def test_after_a_restart_nothing_begins_by_itself(
    qtbot: QtBot, make: Make, state: AppState, store: Store, asked: list[tuple[str, bool]]
) -> None:
    for _ in range(2):
        store.create(lenet(), queued=True)
    control = make()
    wait_until(qtbot, lambda: len(control.queue.waiting) == 2)
    qtbot.wait(100)
    assert not control.is_busy
    control.queue.move(control.queue.waiting[1].id, -1)
    wait_until(qtbot, lambda: [record.number for record in control.queue.waiting] == [2, 1])
    control.queue.go_on()
    wait_until(qtbot, lambda: statuses(state) == ["finished"] * 2)
    assert [run for run, _ in asked] == [state.runs[0].id, state.runs[1].id]


def test_a_run_that_ends_before_the_new_one_is_listed_lets_it_begin(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make()
    state.noticed.connect(lambda *_: state.training_changed.emit())  # as an end does, between adding and listing
    control.queue.add(lenet())
    wait_until(qtbot, lambda: statuses(state) == ["finished"])


def test_what_is_moved_up_begins_first_also_at_once(
    qtbot: QtBot, make: Make, state: AppState, store: Store, asked: list[tuple[str, bool]]
) -> None:
    first, second = (store.create(lenet(), queued=True).id for _ in range(2))
    control = make()
    wait_until(qtbot, lambda: len(control.queue.waiting) == 2)
    control.queue.move(second, -1)
    control.queue.go_on()
    wait_until(qtbot, lambda: state.training == first)
    assert [record.id for record in state.runs] == [second, first]  # in its place, also before the list is read anew
    wait_until(qtbot, lambda: statuses(state) == ["finished"] * 2)
    assert [run for run, _ in asked] == [second, first]


def test_who_looks_at_something_else_goes_on_looking(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make(pause=0.02)
    control.start(lenet(3))
    wait_until(qtbot, lambda: state.training is not None)
    control.queue.add(lenet())
    state.show_run(None)
    state.set_choice(catalogue.find("alexnet").default_choice())
    state.show_run("another")
    first = state.training
    wait_until(qtbot, lambda: state.training not in (None, first))
    assert state.shown_run == "another"
    assert state.choice.architecture == "alexnet"
    wait_until(qtbot, lambda: statuses(state) == ["finished"] * 2)


def test_one_that_cannot_begin_holds_the_queue(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    run = store.create(lenet(), queued=True).id
    other = Store(store.root)
    control = make()
    wait_until(qtbot, lambda: len(control.queue.waiting) == 1)
    recorder = other.recorder(run)  # another process was quicker
    with qtbot.waitSignal(state.noticed):
        control.queue.go_on()
    assert control.queue.is_held
    recorder.close()
    other.close()


def test_a_fork_of_weights_that_are_gone_is_refused(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make()
    from dataclasses import replace

    lost = replace(lenet(), origin=Origin("nobody", 3, 1200))
    for begin in (control.start, control.queue.add):
        with qtbot.waitSignal(state.noticed) as told:
            begin(lost)
        assert "run 3 after step 1200" in told.args[0].en
        assert told.args[2] == Level.ERROR
    assert state.runs == ()


def test_words_about_a_run_are_shown_at_once_and_kept(qtbot: QtBot, make: Make, state: AppState, store: Store) -> None:
    run = store.create(lenet(), queued=True).id
    control = make()
    wait_until(qtbot, lambda: len(state.runs) == 1)
    control.shelf.describe(run, About.of("first", "a note", ("good",)))
    assert state.runs[0].about.name == "first"
    wait_until(qtbot, lambda: store.record(run).about.tags == ("good",))


def test_several_are_deleted_and_brought_back_but_not_what_trains(
    qtbot: QtBot, make: Make, state: AppState, store: Store
) -> None:
    waiting = [store.create(lenet(), queued=True).id for _ in range(3)]
    control = make(pause=0.02)
    wait_until(qtbot, lambda: len(state.runs) == 3)
    control.start(lenet(50))
    wait_until(qtbot, lambda: state.training is not None)
    training = state.training
    assert training is not None
    with qtbot.waitSignal(state.noticed):
        control.delete_runs((waiting[0], training, waiting[2]))
    assert [record.id for record in reversed(state.runs)] == [waiting[1], training]
    control.undo_delete()
    wait_until(qtbot, lambda: len(state.runs) == 4)
    control.delete_runs(waiting)
    control.close()
    assert [record.status for record in store.records()] == [Status.STOPPED]


def test_a_stopped_run_goes_on_when_its_turn_comes(
    qtbot: QtBot, make: Make, state: AppState, asked: list[tuple[str, bool]]
) -> None:
    control = make(pause=0.02)
    control.start(lenet(50))
    wait_until(qtbot, lambda: state.training is not None)
    first = state.training
    assert first is not None
    control.stop()
    wait_until(qtbot, lambda: not control.is_busy and statuses(state) == ["stopped"])
    control.queue.put_back([first])  # nothing trains: the user says when
    wait_until(qtbot, lambda: statuses(state) == ["queued"])
    qtbot.wait(100)
    assert not control.is_busy
    control.queue.take_out([first])
    wait_until(qtbot, lambda: statuses(state) == ["stopped"])
    control.start(lenet(2))
    wait_until(qtbot, lambda: state.training not in (None, first))
    control.queue.put_back([first])
    wait_until(qtbot, lambda: statuses(state)[0] == "queued")
    wait_until(qtbot, lambda: asked[-1] == (first, True))
    control.stop()


def test_what_cannot_be_put_back_is_told(qtbot: QtBot, make: Make, state: AppState) -> None:
    control = make()
    control.start(lenet(1))
    wait_until(qtbot, lambda: statuses(state) == ["finished"])
    with qtbot.waitSignal(state.noticed) as told:
        control.queue.put_back([state.runs[0].id])
    assert "is finished" in told.args[0].en
    assert "已经完成" in told.args[0].zh
