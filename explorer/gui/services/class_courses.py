"""How well each class was recognised in each stored test of a run; every file is read once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.evaluation.over_time import Recalls
    from explorer.runs.looking.candidates import Candidate


class Courses(NamedTuple):
    """Share of recognised images, float32 (classes, tests); `epochs` are those of the tests."""

    run: str
    epochs: tuple[int, ...]
    names: tuple[str, ...]
    recalls: NDArray[np.float32]


class ClassCourses(QObject):
    """Reads the stored answers of the tests on a worker.

    Signals:
        read(Courses): What was asked for last.
    """

    read = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Candidate, tuple[tuple[str, ...], Recalls]] = {}  # touched on the worker alone
        self._worker = Latest("class courses", self)
        self._worker.done.connect(self.read)
        self._worker.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def ask(self, run: str, epochs: tuple[Candidate, ...]) -> None:
        """Has the tests `epochs` of `run` read; `read` follows."""
        self._worker.request(partial(_courses, self._known, run, epochs))

    def _on_failed(self, error: Exception) -> None:
        raise error

    def close(self) -> None:
        """Ends the worker; call it once."""
        self._worker.close()


def _courses(
    known: dict[Candidate, tuple[tuple[str, ...], Recalls]], run: str, epochs: tuple[Candidate, ...]
) -> Courses:
    """On the worker; a test whose file is damaged is left out."""
    from explorer.evaluation.over_time import recalls, side_by_side
    from explorer.runs.folder.answers import EpochAnswers

    for gone in [candidate for candidate in known if candidate not in epochs]:
        del known[gone]
    found, numbers = [], []
    names: tuple[str, ...] = ()
    for candidate in epochs:
        if candidate not in known:
            try:
                answers = EpochAnswers(candidate.number, candidate.path).read()
            except ExplorerError:
                continue
            known[candidate] = answers.classes, recalls(answers)
        named, column = known[candidate]
        names = max(names, named, key=len)
        found.append(column)
        numbers.append(candidate.number)
    return Courses(run, tuple(numbers), names, side_by_side(found))
