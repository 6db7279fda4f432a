"""Trains models of the user in processes of their own, which are then followed like those that others began."""

from __future__ import annotations

import contextlib
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer import catalogue, paths
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import own, recent
from explorer.gui.background import Errands
from explorer.gui.state import Level
from explorer.runs.folder import own_source
from explorer.runs.shelf.record import Status

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from explorer.catalogue import Choice, OwnModel
    from explorer.gui.state import AppState
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.store import Store

LOOK_MS = 250  # between two looks whether a process has begun or ended
_TOLD = 2000  # characters of what a process said last


@dataclass(slots=True)
class _Process:
    """A process that trains `run`; it stops the run and ends when its input is closed."""

    run: str
    process: subprocess.Popen[bytes]
    said: Path
    has_begun: bool = False
    is_paused: bool = False

    def tell(self, word: bytes) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended
            self.process.stdin.write(word + b"\n")
            self.process.stdin.flush()

    def ask_to_end(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()


class OwnTraining(QObject):
    """Starts the processes and tells when one could not begin. Lives on the GUI thread; files are touched elsewhere.

    Args:
        refresh: Has the list of runs read anew.

    Signals:
        changed: A process is starting, or has started, or has ended.
        lost: One has ended before its run, which waits in the queue again.
    """

    changed = Signal()
    lost = Signal()

    def __init__(self, state: AppState, store: Store, refresh: Callable[[], None], parent: QObject | None = None):
        super().__init__(parent)
        self._state, self._store, self._refresh = state, store, refresh
        self._errands = Errands("own training", self)
        self._processes: list[_Process] = []
        self._is_making = False
        self._ended = 0  # processes of which it is not known yet what has become of their runs
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_starting(self) -> bool:
        return self._is_making or self._ended > 0 or any(not process.has_begun for process in self._processes)

    def trains(self, run: str | None) -> bool:
        """Whether a process that was started here trains `run`, which then can be paused."""
        return self._process(run) is not None

    def is_paused(self, run: str | None) -> bool:
        process = self._process(run)
        return process is not None and process.is_paused

    def set_paused(self, run: str, *, is_paused: bool) -> None:
        """Has the process wait at its next step boundary, or go on."""
        process = self._process(run)
        if process is not None:
            process.is_paused = is_paused
            process.tell(own_source.PAUSE if is_paused else own_source.RESUME)
            self.changed.emit()

    def _process(self, run: str | None) -> _Process | None:
        return next((process for process in self._processes if process.run == run), None)

    def start(self, plan: RunPlan) -> None:
        """Begins a new run of the model `plan.own`, and shows it."""

        def make() -> _Process:
            record = self._store.create(plan)
            self._store.let_go(record.id)
            return self._spawn(record.id)

        self._make(make)

    def resume(self, run: str) -> None:
        """Goes on with a stored run where it ended."""

        def make() -> _Process:
            check_trust(self._store.plan(run), self._store.folder(run))
            return self._spawn(run)

        self._make(make)

    def show(self, record: RunRecord, then: Callable[[], None]) -> None:
        """Shows the network of a run with the code that it was trained with, then calls `then`."""
        plan = record.plan
        assert plan.own is not None
        given, folder = plan.own, self._store.folder(record.id)

        def shown(model: OwnModel) -> None:
            if model.path == given.path:
                if catalogue.own(model.card.name) is None:
                    catalogue.add_own(model)
                self._state.set_choice(plan.choice)
            else:
                kept = _of_run(model, record.number)
                catalogue.add_own(kept)
                self._state.set_choice(replace(plan.choice, architecture=kept.card.name))
                self._tell_change(given, folder)
            then()

        def find() -> OwnModel:
            check_trust(plan, folder)
            return own_source.of_run(given, folder)

        self._errands.do(find, shown, self._could_not)

    def close(self) -> None:
        """Has the processes stop their runs, which they save, and end."""
        self._timer.stop()
        for process in self._processes:
            process.ask_to_end()
            # Somebody has to wait for it, or else it stays in the system's table; the window does not.
            threading.Thread(target=process.process.wait, name=f"end of {process.run}", daemon=True).start()
        self._processes.clear()
        self._errands.close()

    # -- processes --------------------------------------------------------------------------------------------------

    def _make(self, make: Callable[[], _Process]) -> None:
        self._is_making = True
        self.changed.emit()
        self._errands.do(make, self._take, self._could_not)

    def _spawn(self, run: str) -> _Process:
        import subprocess  # here, since the window is shown without

        said = self._store.folder(run) / "process.log"
        command = [sys.executable, "-m", "explorer", "train", "--resume", run, "--runs-dir", str(self._store.root)]
        with said.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--until-input-ends"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=out,
                env=paths.child_environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the window, which then has this one end
            )
        return _Process(run, process, said)

    def _take(self, process: _Process) -> None:
        self._is_making = False
        self._processes.append(process)
        self._timer.start()
        self.changed.emit()

    def _could_not(self, error: BaseException) -> None:
        self._is_making = False
        self.changed.emit()
        if not isinstance(error, ExplorerError | OSError):
            raise error
        known = error if isinstance(error, ExplorerError) else _not_started(str(error))
        self._state.refuse(known)

    def _look(self) -> None:
        for process in list(self._processes):
            record = next((record for record in self._state.runs if record.id == process.run), None)
            if process.process.poll() is not None:
                self._on_ended(process)
            elif not process.has_begun and record is not None and record.status == Status.RUNNING:
                process.has_begun = True
                self._state.show_run(process.run)  # it is followed now
                self.changed.emit()
            elif not process.has_begun:
                self._refresh()
        if not self._processes:
            self._timer.stop()

    def _on_ended(self, process: _Process) -> None:
        self._processes.remove(process)
        process.ask_to_end()
        self._ended += 1
        self.changed.emit()
        self._refresh()

        def read() -> tuple[RunRecord, str]:
            said = process.said.read_text(encoding="utf-8", errors="replace")[-_TOLD:].strip()
            return self._store.record(process.run), said

        def tell(found: tuple[RunRecord, str]) -> None:
            record, said = found
            if record.status == Status.QUEUED:
                self.lost.emit()
            settle()
            if record.status == Status.FAILED and record.message is not None:
                self._state.notice(record.message, record.hint, Level.ERROR)
            elif process.process.returncode and not record.steps:
                self._state.refuse(_not_started(said.split("\n")[-1]))

        def fail(error: BaseException) -> None:
            settle()
            self._could_not(error)

        def settle() -> None:
            self._ended -= 1
            self.changed.emit()

        self._errands.do(read, tell, fail)

    def _tell_change(self, model: OwnModel, folder: Path) -> None:
        change = own_source.change(model, folder)
        if change is not None:
            self._state.notice(change, None, Level.INFO)


def is_network_of(choice: Choice, plan: RunPlan, folder: Path) -> bool:
    """Whether `choice` is the network of the run in `folder`: what it plans, or the same from its copy of the file."""
    if plan.own is None or choice == plan.choice:
        return choice == plan.choice
    copy = folder / own_source.FOLDER / plan.own.path.name
    return choice == replace(plan.choice, architecture=own.name_of(copy, plan.own.class_name))


def _of_run(model: OwnModel, number: int) -> OwnModel:
    """The copy of a model in the folder of a run, under a name of its own beside the file as it is now."""
    name = own.name_of(model.path, model.class_name)
    return replace(model, card=replace(model.card, name=name, title=f"{model.card.title} #{number}"))


def check_trust(plan: RunPlan, folder: Path) -> None:
    """Refuses to run code that comes with a run, which may be from elsewhere, until the user has agreed to it once.

    Raises:
        ExplorerError: The user has not.
    """
    assert plan.own is not None
    copy = folder / own_source.FOLDER / plan.own.path.name
    if not {str(plan.own.path), str(copy)} & recent.load().trusted:
        raise ExplorerError(
            Text(
                f"This run brings code of its own, {plan.own.path.name}, which you have not opened yet.",
                f"此运行自带代码 {plan.own.path.name}，您尚未打开过它。",
            ),
            Text(f"Open {copy} first, if you trust where it comes from.", f"若来源可信，请先打开 {copy}。"),
        )


def _not_started(reason: str) -> ExplorerError:
    return ExplorerError(
        Text("The training of your model could not begin.", "无法开始训练您的模型。"),
        Text(reason, reason) if reason else None,
    )
