"""Work away from the GUI thread: questions of which only the newest counts, and errands that are all run."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

_LEFT = -1  # the generation of an answer that only tells that the work has ended


class Latest(QObject):
    """Runs functions one after the other on its own thread; an answer overtaken by a newer request is dropped.

    Signals:
        done(object): The result of the newest request; on the GUI thread.
        failed(Exception): What the newest request raised; on the GUI thread.
    """

    done = Signal(object)
    failed = Signal(object)
    _arrived = Signal(object, int)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._generation = 0
        self._is_closed = False
        self._waiting: Future[object] | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        return self._waiting is not None

    def request(self, work: Callable[[], object]) -> None:
        """Runs `work` soon; a request that waits its turn is forgotten. Ignored after `close` or `leave`."""
        if self._is_closed:
            return
        self._generation += 1
        generation = self._generation
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._pool.submit(work)
        self._waiting.add_done_callback(lambda future: self._report(future, generation))

    def cancel(self) -> None:
        """Drops the answer that is under way."""
        self._generation += 1
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def close(self) -> None:
        """Forgets what waits and waits for what runs."""
        self.cancel()
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def leave(self) -> None:
        """Forgets what waits, and lets what runs come to its end unheard: for a dialog, which cannot wait for it.

        From now on this belongs to nobody; it goes when the work has ended, since that must not find it gone.
        """
        running = self._waiting
        self.cancel()
        self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.setParent(None)
        _left.add(self)
        if running is None or running.done():
            self._go()
        else:
            running.add_done_callback(lambda future: self._arrived.emit(future, _LEFT))

    def _go(self) -> None:
        if self in _left:
            _left.remove(self)
            self.deleteLater()

    def _report(self, future: Future[object], generation: int) -> None:
        # Called on the worker thread, or on the GUI thread for a cancelled request.
        if not future.cancelled() and generation == self._generation:
            self._arrived.emit(future, generation)

    def _deliver(self, future: Future[object], generation: int) -> None:
        if generation == _LEFT:
            self._go()
        if generation != self._generation or self._is_closed:
            return
        self._waiting = None
        error = future.exception()
        if error is None:
            self.done.emit(future.result())
        else:
            self.failed.emit(error)


_left: set[Latest] = set()


class Errands(QObject):
    """Runs functions one after the other on its own thread, each of them, and answers on the GUI thread.

    For work that has effects (writing, deleting), where none may be left out; `Latest` is for questions.
    """

    _arrived = Signal(object, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._is_closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def do(
        self,
        work: Callable[[], object],
        then: Callable[[Any], None] | None = None,
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Runs `work` when its turn comes, then calls `then` with the result, or `otherwise` with what it raised.

        Without `otherwise` the exception is raised on the GUI thread, as a defect. Ignored after `close`.
        """
        if not self._is_closed:
            future = self._pool.submit(work)
            future.add_done_callback(lambda done: self._arrived.emit(done, then, otherwise))

    def close(self) -> None:
        """Waits until everything asked for has been done; nothing is answered any more."""
        if not self._is_closed:
            self._is_closed = True
            self._arrived.disconnect(self._deliver)
            self._pool.shutdown(wait=True)

    def _deliver(
        self,
        future: Future[object],
        then: Callable[[Any], None] | None,
        otherwise: Callable[[BaseException], None] | None,
    ) -> None:
        if self._is_closed:
            return
        error = future.exception()
        if error is None:
            if then is not None:
                then(future.result())
        elif otherwise is not None:
            otherwise(error)
        else:
            raise error


def close_all(owner: QObject) -> None:
    """Closes all workers of `owner` and its dialogs, and those that were left: none may outlive its object."""
    for latest in (*owner.findChildren(Latest), *_left):
        latest.close()
    _left.clear()
    for errands in owner.findChildren(Errands):
        errands.close()
