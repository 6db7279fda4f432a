"""The thread of a run: stop, pause, snapshots, and how it ends."""

import threading
import time

import pytest

from explorer.bilingual import Text
from explorer.errors import BatchTooLarge, ExplorerError
from explorer.runs.work.runner import Runner
from explorer.training.events import (
    ENDINGS,
    Failed,
    Finished,
    LearningRateChanged,
    Paused,
    Resumed,
    Started,
    Steps,
    Stopped,
    Warned,
)
from tests.runs.recorded import Endless, whole_run


class Replay:
    def events(self):
        yield from whole_run()

    def rest(self):
        """It has no place to save."""

    def before_saving(self, call):
        """It saves nothing."""

    def snapshot(self):
        return "weights"


class Sink:
    def __init__(self, *, warn_at: int = -1) -> None:
        self.events = []
        self.is_closed = False
        self.flushes = 0
        self._warn_at = warn_at

    def append(self, event):
        assert not self.is_closed
        self.events.append(event)
        return Warned("r", Text("full", "满")) if len(self.events) == self._warn_at else None

    def flush(self):
        self.flushes += 1

    def close(self):
        self.is_closed = True

    def on_stop_request(self, stop):
        self.stop = stop


def wait_for(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.002)


def run_to_end(work, **kwargs):
    runner = Runner("r", work, **kwargs)
    runner.start()
    assert runner.join(60)
    return runner.drain()


def endings(events):
    return [event for event in events if isinstance(event, ENDINGS)]


def test_a_run_that_comes_to_its_end():
    sink = Sink()
    events = run_to_end(Replay, recorder=sink)
    assert events == [*whole_run(), Finished("r")]
    assert sink.events == events
    assert sink.is_closed


def test_stop_answers_at_the_next_step_and_closes_the_work():
    work = Endless()
    runner = Runner("r", lambda: work)
    runner.start()
    wait_for(lambda: work.step > 3)
    runner.stop()
    asked_at = work.step
    assert runner.join(60)
    assert work.step <= asked_at + 1
    assert work.is_closed
    events = runner.drain()
    assert endings(events) == [Stopped("r")]
    assert isinstance(events[-1], Stopped)
    assert runner.drain() == []


def test_stop_before_start_never_makes_the_work():
    runner = Runner("r", lambda: pytest.fail("made"))
    runner.stop()
    runner.start()
    assert runner.join(60)
    assert runner.drain() == [Stopped("r")]


def test_pause_holds_and_resume_goes_on():
    work, sink = Endless(), Sink()
    runner = Runner("r", lambda: work, recorder=sink)
    runner.start()
    wait_for(lambda: work.step > 2)
    runner.pause()
    wait_for(lambda: sink.flushes == 1)
    assert runner.is_paused
    held = work.step
    time.sleep(0.1)
    assert work.step == held
    runner.resume()
    wait_for(lambda: work.step > held + 2)
    runner.stop()
    assert runner.join(60)
    events = runner.drain()
    losses = [event.step for event in events if isinstance(event, Steps)]
    assert losses == list(range(1, len(losses) + 1))
    told = [event for event in events if isinstance(event, Paused | Resumed)]
    assert told == [Paused("r"), Resumed("r")]
    assert events[events.index(told[0]) - 1].step == held


def test_stop_while_paused():
    work = Endless()
    runner = Runner("r", lambda: work)
    runner.pause()
    runner.start()
    time.sleep(0.05)
    runner.stop()
    assert runner.join(60)
    assert endings(runner.drain()) == [Stopped("r")]
    assert work.is_closed


def test_a_snapshot_comes_on_the_run_thread_also_while_paused():
    work = Endless()
    runner = Runner("r", lambda: work)
    got = []

    def answer(snapshot):
        got.append((snapshot, threading.current_thread().name))

    assert runner.request_snapshot(answer)  # before there are weights: waits for them
    runner.start()
    wait_for(lambda: len(got) == 1)
    runner.pause()
    time.sleep(0.05)
    assert runner.request_snapshot(answer)
    assert runner.request_snapshot(answer)
    wait_for(lambda: len(got) == 3)
    assert got[1] == (work.step, "run r")
    runner.stop()
    assert runner.join(60)
    assert not runner.request_snapshot(answer)
    assert len(got) == 3


def test_a_request_that_cannot_be_met_is_told_so():
    def work():
        raise ExplorerError(Text("no", "否"))

    runner = Runner("r", work)
    got = []
    runner.request_snapshot(got.append)
    runner.start()
    assert runner.join(60)
    assert got == [None]


def test_a_receiver_that_raises_does_not_end_the_run(caplog):
    def answer(snapshot):
        raise RuntimeError("mine")

    work = Endless()
    runner = Runner("r", lambda: work)
    runner.request_snapshot(answer)
    runner.start()
    wait_for(lambda: work.step > 10)
    runner.stop()
    assert runner.join(60)
    assert endings(runner.drain()) == [Stopped("r")]
    assert "mine" in caplog.text


def test_a_refusal_of_the_core_is_shown_as_it_is():
    error = ExplorerError(Text("too big", "太大"), Text("less", "少些"))

    def fail(step):
        if step == 3:
            raise error

    events = run_to_end(lambda: Endless(fail=fail))
    assert events[-1] == Failed("r", error.message, error.hint)
    assert len(endings(events)) == 1


def test_the_batch_size_that_fits_is_told():
    error = BatchTooLarge(Text("too big", "太大"), Text("48 fit", "48 可以"), 48)

    def fail(step):
        raise error

    assert run_to_end(lambda: Endless(fail=fail))[-1] == Failed("r", error.message, error.hint, fits=48)


def test_a_defect_is_reported_with_its_traceback(caplog):
    def fail(step):
        raise ZeroDivisionError("the very cause")

    events = run_to_end(lambda: Endless(fail=fail))
    (failed,) = endings(events)
    assert isinstance(failed, Failed)
    assert "the very cause" in failed.details
    assert "defect" in failed.message.en


def test_a_sink_that_warns_does_not_disturb():
    events = run_to_end(Replay, recorder=Sink(warn_at=3))
    assert [event for event in events if isinstance(event, Warned)] == [Warned("r", Text("full", "满"))]
    assert events[-1] == Finished("r")


def test_draining_while_it_runs_loses_nothing():
    work = Endless()
    runner = Runner("r", lambda: work)
    runner.start()
    events = []
    wait_for(lambda: (events.extend(runner.drain()), work.step > 50)[1])
    runner.stop()
    runner.join(60)
    events += runner.drain()
    assert isinstance(events[0], Started)
    assert [event.step for event in events if isinstance(event, Steps)] == list(range(1, work.step + 1))


class Adjustable(Endless):
    """Has a learning rate once it has taken three steps."""

    def __init__(self) -> None:
        super().__init__()
        self.rates = []

    def set_lr(self, lr):
        if self.step < 3:
            return None
        self.rates.append((lr, threading.current_thread().name))
        return LearningRateChanged("r", self.step, lr, 1.0)


def test_the_rate_is_changed_on_the_run_thread_as_soon_as_there_is_one_and_also_while_paused():
    work, sink = Adjustable(), Sink()
    runner = Runner("r", lambda: work, recorder=sink)
    assert runner.set_lr(0.5)  # before there is anything to set
    runner.start()
    wait_for(lambda: work.rates == [(0.5, "run r")])
    runner.pause()
    wait_for(lambda: sink.flushes == 1)
    assert runner.set_lr(0.25)
    wait_for(lambda: len(work.rates) == 2)
    held = work.step
    runner.stop()
    assert runner.join(60)
    changes = [event for event in runner.drain() if isinstance(event, LearningRateChanged)]
    assert [(event.step, event.lr) for event in changes] == [(3, 0.5), (held, 0.25)]
    assert [event for event in sink.events if isinstance(event, LearningRateChanged)] == changes
    assert not runner.set_lr(0.1)


def test_what_is_no_rate_is_refused_at_once():
    runner = Runner("r", Adjustable)
    for lr in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ExplorerError, match="learning rate"):
            runner.set_lr(lr)
