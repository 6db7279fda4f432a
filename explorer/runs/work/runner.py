"""A run on a thread of its own: start, pause, resume, stop, and a queue of what happens. No torch, no Qt."""

from __future__ import annotations

import logging
import threading
import traceback
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from explorer.bilingual import Text
from explorer.errors import BatchTooLarge, ExplorerError
from explorer.training.config import check_lr
from explorer.training.events import Event, Failed, Finished, LearningRateChanged, Paused, Resumed, Stopped, Warned

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from explorer.runs.folder.checkpoint import Snapshot

    Answer = Callable[[Snapshot | None], None]

_logger = logging.getLogger(__name__)


class Work(Protocol):
    """What a runner runs: `runs.execute.Execution`, or a stand-in."""

    def events(self) -> Generator[Event, None, None]: ...

    def snapshot(self) -> Snapshot | None:
        """A copy of the weights at a step boundary; None before there are any."""

    def set_lr(self, lr: float) -> LearningRateChanged | None:
        """Changes the learning rate at a step boundary; None before the first step."""

    def rest(self) -> Event | None:
        """Saves the place where the run waits, also after a change meanwhile; what to tell, if anything."""

    def before_saving(self, call: Callable[[], None]) -> None:
        """Has `call` called before each save of the weights, which is not to be ahead of the events that are kept."""


class Sink(Protocol):
    """What keeps the events: `runs.recorder.Recorder`."""

    def append(self, event: Event) -> Warned | None: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def keep_place(self) -> None:
        """The run is about to be stopped because the program ends."""

    def on_stop_request(self, stop: Callable[[], None]) -> None:
        """Has `stop` called, on any thread, when another process asks for it."""


class Runner:
    """Runs `work` once. Every method may be called from any thread.

    `work` is called on the runner's thread, so that importing torch, building and loading happen there. After the last
    of its events comes exactly one ending; the sink has been closed by then.
    """

    def __init__(self, run: str, work: Callable[[], Work], *, recorder: Sink | None = None) -> None:
        self.run = run
        self._make_work = work
        self._recorder = recorder
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._changed = threading.Condition()
        self._must_stop = self._must_pause = self._has_ended = False
        self._requests: list[Answer] = []
        self._new_lr: float | None = None
        self._is_asked = False  # a request came since the last look
        self._thread = threading.Thread(target=self._main, name=f"run {run}", daemon=True)

    # -- from outside -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        if self._recorder is not None:
            self._recorder.on_stop_request(self.stop)
        self._thread.start()

    def pause(self) -> None:
        """Holds the run at the next step boundary."""
        self._set(pause=True)

    def resume(self) -> None:
        self._set(pause=False)

    def stop(self) -> None:
        """Ends the run at the next step boundary, also when it is paused."""
        with self._changed:
            self._must_stop = True
            self._changed.notify_all()

    def break_off(self) -> None:
        """As `stop`, because the program ends: a run from the queue comes first in it."""
        if self._recorder is not None:
            self._recorder.keep_place()
        self.stop()

    def join(self, timeout: float | None = None) -> bool:
        """Waits for the end; True if it has come."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_paused(self) -> bool:
        return self._must_pause and not self._has_ended

    @property
    def has_ended(self) -> bool:
        return self._has_ended

    def drain(self) -> list[Event]:
        """What has happened since the last call."""
        found = []
        for _ in range(self._events.qsize()):
            try:
                found.append(self._events.get_nowait())
            except Empty:
                break
        return found

    def request_snapshot(self, answer: Callable[[Snapshot | None], None]) -> bool:
        """Calls `answer` with the weights, on the run's thread, at the next step boundary or at once while paused.

        `answer` gets None if the run ends without having had weights. Returns False, and never calls it, if the run is
        over: its weights are in its checkpoint then.
        """
        with self._changed:
            if self._has_ended:
                return False
            self._requests.append(answer)
            self._is_asked = True
            self._changed.notify_all()
            return True

    def set_lr(self, lr: float) -> bool:
        """Trains with `lr` from the next step boundary on, and scales what a schedule says of later steps alike.

        A `LearningRateChanged` tells when it has happened; while paused, at once. Returns False if the run is over.

        Raises:
            ExplorerError: `lr` is not a finite number above 0.
        """
        check_lr(lr)
        with self._changed:
            if self._has_ended:
                return False
            self._new_lr = lr
            self._is_asked = True
            self._changed.notify_all()
            return True

    def _set(self, *, pause: bool) -> None:
        with self._changed:
            self._must_pause = pause
            self._changed.notify_all()

    # -- on the run's thread ----------------------------------------------------------------------------------------

    def _main(self) -> None:
        # The one place where a run's exceptions stop: whatever happens, one ending is reported.
        try:
            ending = self._pump()
        except ExplorerError as error:
            fits = error.fits if isinstance(error, BatchTooLarge) else None
            ending = Failed(self.run, error.message, error.hint, fits=fits)
        except Exception:
            _logger.exception("run %s failed", self.run)
            ending = self._defect()
        self._publish(ending, is_last=True)

    def _pump(self) -> Event:
        if self._must_stop:
            return Stopped(self.run)
        work = self._make_work()
        if self._recorder is not None:
            work.before_saving(self._recorder.flush)
        with closing(work.events()) as events:
            for event in events:
                self._publish(event)
                if not self._may_go_on(work):
                    return Stopped(self.run)
        if self._requests:
            self._answer(work)
        return Finished(self.run)

    def _may_go_on(self, work: Work) -> bool:
        """Answers requests, and waits while the run is paused. False if the run is to stop."""
        is_told = False
        while True:
            self._serve(work)
            if is_told and (warning := work.rest()) is not None:
                self._publish(warning)
            with self._changed:
                if self._must_stop:
                    return False
                if not self._must_pause:
                    break
                if is_told:
                    self._changed.wait_for(lambda: self._must_stop or not self._must_pause or self._is_asked)
            if not is_told:
                self._tell_pause(Paused(self.run))
            is_told = True
        if is_told:
            self._tell_pause(Resumed(self.run))
        return True

    def _tell_pause(self, event: Paused | Resumed) -> None:
        """Tells also those who read along in the files, at once."""
        self._publish(event)
        if self._recorder is not None:
            self._recorder.flush()

    def _serve(self, work: Work) -> None:
        with self._changed:
            self._is_asked = False
        self._change_lr(work)
        if self._requests:
            self._answer(work)

    def _change_lr(self, work: Work) -> None:
        lr = self._new_lr
        if lr is None or (event := work.set_lr(lr)) is None:
            return
        with self._changed:
            if self._new_lr == lr:  # else a newer wish came meanwhile
                self._new_lr = None
        self._publish(event)

    def _answer(self, work: Work) -> None:
        snapshot = work.snapshot()
        if snapshot is None:  # no weights yet: the requests wait for the next event
            return
        with self._changed:
            requests, self._requests = self._requests, []
        for answer in requests:
            _call(answer, snapshot)

    def _publish(self, event: Event, *, is_last: bool = False) -> None:
        if self._recorder is not None:
            warning = self._recorder.append(event)
            if warning is not None:
                self._events.put(warning)
            if is_last:
                self._recorder.close()
        if is_last:
            with self._changed:
                self._has_ended = True
                requests, self._requests = self._requests, []
            for answer in requests:
                _call(answer, None)
        self._events.put(event)

    def _defect(self) -> Failed:
        return Failed(
            self.run,
            Text("The run ended by a defect of the program.", "运行因程序缺陷而终止。"),
            Text("Please report it with the details.", "请附上详细信息报告此问题。"),
            traceback.format_exc(),
        )


def _call(answer: Answer, snapshot: Snapshot | None) -> None:
    try:
        answer(snapshot)
    except Exception:
        # Whoever looks on must not be able to end the training.
        _logger.exception("the receiver of a snapshot failed")
