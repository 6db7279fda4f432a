"""Models in files of the user: opened, remembered, watched on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import exported, hints, leftovers, own, recent, source
from explorer.gui.background import Errands
from explorer.gui.state import Level

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from explorer.catalogue import Card, Choice, OwnModel, Shape
    from explorer.graph.user_model.recent import Recent
    from explorer.graph.user_model.source import ModelClass
    from explorer.gui.state import AppState

SETTLE_MS = 400  # editors write a file in several steps


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be decided before a file is opened.

    Attributes:
        models: Classes, functions and variables of a Python file in its order; empty for an exported program.
        input_shapes: What the model may take, the likeliest first: what the file names, and then usual ones.
        is_trusted: The user has agreed before that this file is run.
        likeliest: Which of the models is the network itself.
    """

    path: Path
    models: tuple[ModelClass, ...]
    input_shapes: tuple[Shape, ...]
    is_trusted: bool
    likeliest: str = ""

    @property
    def input_shape(self) -> Shape:
        return self.input_shapes[0]


def restore() -> Recent:
    """What is remembered of the user's models, which are known to the catalogue from now on."""
    kept = recent.load()
    for model in kept.models:
        catalogue.add_own(model)
    return kept


class OwnModels(QObject):
    """The list of the user's models; those in it are known to the catalogue. Files are touched on a worker alone.

    Signals:
        changed: The list, or which files are missing.
        asked(Opening): The user has to decide; `take` follows, or nothing.
        file_changed(str): The file of the model of this name, which is the one shown, has changed; `reload` reads it.
    """

    changed = Signal()
    asked = Signal(object)
    file_changed = Signal(str)

    def __init__(self, state: AppState, kept: Recent | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._recent = restore() if kept is None else kept
        self._missing: frozenset[str] = frozenset()
        self._stamps: dict[str, tuple[int, int]] = {}
        self._errands = Errands("models", self)
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._look_at_file)
        self._watcher.fileChanged.connect(self._settling.start)
        self._watcher.directoryChanged.connect(self._settling.start)
        state.choice_changed.connect(self._follow)
        state.graph_changed.connect(self._learn)
        self._find_missing()
        self._errands.do(leftovers.clear, None, self._refuse)
        self._follow()

    @property
    def models(self) -> tuple[OwnModel, ...]:
        """The newest first."""
        return self._recent.models

    def is_missing(self, name: str) -> bool:
        """The file of the model was not there when it was looked for last."""
        return name in self._missing

    def close(self) -> None:
        """Waits for the worker; call it once, before the program ends."""
        self._state.choice_changed.disconnect(self._follow)
        self._watcher.deleteLater()  # now, on this thread: it listens to the system through a socket
        self._settling.stop()
        self._errands.close()

    # -- opening ----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Reads what a file holds, without running it, and asks the user; shows it where it was opened before."""
        path = path.expanduser().absolute()
        known = [model for model in self.models if model.path == path]
        is_trusted = str(path) in self._recent.trusted

        def read() -> Opening:
            if path.suffix.lower() == exported.SUFFIX:
                return Opening(path, (), (exported.describe(path).input_shape,), is_trusted)
            models = source.models(path)
            likeliest = source.likeliest(path, models).name
            return Opening(path, models, hints.input_shapes(path), is_trusted, likeliest)

        def decide(opening: Opening) -> None:
            if len(known) == 1 and len(opening.models) <= 1:
                self.reload(known[0].card.name)
                self._state.set_choice(known[0].card.default_choice())
            else:
                self.asked.emit(opening)

        self._errands.do(read, decide, self._refuse)

    def take(self, opening: Opening, class_name: str, input_shape: Shape, given: Mapping[str, str]) -> None:
        """Shows a model as the user has decided.

        Raises:
            ExplorerError: An argument is missing.
        """
        model_class = next((model for model in opening.models if model.name == class_name), None)
        model = own.describe(opening.path, model_class, input_shape, given)
        before = catalogue.own(model.card.name)
        if before is not None:
            model = replace(model, revision=before.revision + 1)
        self._know(model)
        self._show(model.card.default_choice())

    def forget(self, name: str) -> None:
        """Takes a model from the list; its file stays."""
        self._recent = self._recent.without(name)
        self._save()
        if self._state.choice.architecture != name:  # else it is known until the program ends
            catalogue.remove_own(name)
        self.changed.emit()

    def reload(self, name: str) -> None:
        """Reads the file of a model again, and traces it again if it is shown."""
        model = catalogue.own(name)
        if model is None:
            return

        def read() -> OwnModel:
            return _again(model)

        self._errands.do(read, self._take_again, self._refuse)

    def _take_again(self, model: OwnModel) -> None:
        before = catalogue.own(model.card.name)
        self._know(model)
        if before is not None and self._state.choice.architecture == model.card.name:
            self._show(_carried_over(self._state.choice, before.card, model.card))

    def _show(self, choice: Choice) -> None:
        if choice == self._state.choice:
            self._state.choice_changed.emit()  # the content of the file is another
        else:
            self._state.set_choice(choice)

    def _know(self, model: OwnModel) -> None:
        catalogue.add_own(model)
        self._recent = self._recent.with_model(model)
        self._missing -= {model.card.name}
        self._save()
        self.changed.emit()

    def _save(self) -> None:
        kept = self._recent

        def failed(error: BaseException) -> None:
            if not isinstance(error, OSError):
                raise error
            self._state.notice(
                Text("The list of your models could not be saved.", "无法保存您的模型列表。"),
                Text(str(error), str(error)),
                Level.WARNING,
            )

        self._errands.do(lambda: recent.save(kept), None, failed)

    def _learn(self) -> None:
        """Notes in the list how many parameters a model has, now that it has been traced."""
        graph, choice = self._state.graph, self._state.choice
        model = catalogue.own(choice.architecture)
        if graph is None or graph.mismatch is not None or model is None or graph.architecture != choice.architecture:
            return
        if all(known.card.name != model.card.name for known in self.models):  # a run's copy of a file
            return
        if choice == model.card.default_choice() and graph.params != model.card.params:
            self._know(replace(model, card=replace(model.card, params=graph.params)))

    # -- files on disk ----------------------------------------------------------------------------------------------

    def _find_missing(self) -> None:
        models = self.models

        def look() -> frozenset[str]:
            return frozenset(model.card.name for model in models if not model.path.is_file())

        def found(missing: frozenset[str]) -> None:
            if missing != self._missing:
                self._missing = missing
                self.changed.emit()

        self._errands.do(look, found, self._refuse)

    def _follow(self) -> None:
        """Watches the file that is shown, and its folder: many editors put another file into its place."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        model = catalogue.own(self._state.choice.architecture)
        wanted = [] if model is None else [str(model.path), str(model.path.parent)]
        if watched and sorted(watched) != sorted(wanted):
            self._watcher.removePaths(watched)
        if wanted and sorted(watched) != sorted(wanted):
            self._watcher.addPaths(wanted)
            self._settling.start()

    def _look_at_file(self) -> None:
        model = catalogue.own(self._state.choice.architecture)
        if model is not None:
            self._errands.do(lambda: _stamp(model.path), lambda stamp: self._compare(model, stamp), self._refuse)

    def _compare(self, model: OwnModel, stamp: tuple[int, int] | None) -> None:
        name = model.card.name
        if (stamp is None) != (name in self._missing):
            self._missing ^= {name}
            self.changed.emit()
        if stamp is None:
            return
        if str(model.path) not in self._watcher.files():  # another file is in its place now
            self._watcher.addPath(str(model.path))
        before = self._stamps.get(name, stamp)
        self._stamps[name] = stamp
        if before != stamp and self._state.choice.architecture == name:
            self.file_changed.emit(name)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)


def _again(model: OwnModel) -> OwnModel:
    """The model as its file describes it now, with what the user had decided."""
    card, path = model.card, model.path
    kept = {setting.name: str(setting.default) for setting in card.settings if setting.name in model.required}
    model_class = source.choose(path, model.class_name) if model.class_name else None
    shape = card.input_shape if model.class_name else exported.describe(path).input_shape
    return own.describe(path, model_class, shape, kept, params=card.params, revision=model.revision + 1)


def _carried_over(choice: Choice, before: Card, now: Card) -> Choice:
    """`choice` for the file as it is now: what the user has changed stays, as far as it still exists."""
    usual = before.default_choice()
    changed = {name: value for name, value in choice.settings.items() if value != usual.settings.get(name)}
    kept = {s.name: changed[s.name] for s in now.settings if type(changed.get(s.name)) is type(s.default)}
    shape = choice.input_shape if choice.input_shape != before.input_shape else now.input_shape
    return replace(now.default_choice(), input_shape=shape, settings={**now.default_choice().settings, **kept})


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
