"""The second choice of the page of evaluations, and what the two together say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.text import say_all, sentences, tr
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from explorer.evaluation.comparison import Comparison
    from explorer.evaluation.summary import Summary


class Comparing(QObject):
    """Compares two summaries on a worker.

    Signals:
        changed: Another comparison, or none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison: Comparison | None = None
        self.error: ExplorerError | None = None
        self._pair: tuple[Summary | None, Summary | None] = (None, None)
        self._worker = Latest("comparison", self)
        self._worker.done.connect(self._on_done)
        self._worker.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def compare(self, first: Summary | None, second: Summary | None) -> None:
        """Compares these two; `changed` follows where they are others than before."""
        if first is self._pair[0] and second is self._pair[1]:
            return
        self._pair = first, second
        self._worker.cancel()
        if first is not None and second is not None:
            self._worker.request(partial(_compared, first, second))
        elif self.comparison is not None or self.error is not None:
            self.comparison = self.error = None
            self.changed.emit()

    def words(self) -> str:
        """What the comparison says, on a line."""
        if self.error is not None:
            return say_all(self.error.message, self.error.hint)
        found = self.comparison
        if found is None:
            return ""
        values = {
            "first": count(len(found.only_first)),
            "second": count(len(found.only_second)),
            "both": count(found.both_right),
            "none": count(found.both_wrong),
        }
        if found.chance < 0.001:
            chance = tr("evaluation.chance_tiny")
        else:
            chance = tr(
                "evaluation.chance" if found.chance < 0.05 else "evaluation.chance_high", p=f"{found.chance:.2g}"
            )
        return sentences((tr("evaluation.compared", **values), chance))

    def _on_done(self, found: Comparison) -> None:
        self.comparison, self.error = found, None
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self.comparison, self.error = None, error
        self.changed.emit()

    def close(self) -> None:
        """Ends the worker; call it once."""
        self._worker.close()


def _compared(first: Summary, second: Summary) -> Comparison:
    """On the worker."""
    from explorer.evaluation.comparison import compare

    return compare(first.answers, second.answers)
