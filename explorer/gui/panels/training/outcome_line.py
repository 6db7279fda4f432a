"""What came of the run that is shown, where there is something to say: it ended early, did not fit, or overfitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.gui import theme
from explorer.gui.text import say, tr
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.runs.curves import diagnosis
from explorer.training.events import Failed

if TYPE_CHECKING:
    from explorer.runs.curves.history import History

_SIGN = 16  # px


class OutcomeLine(QWidget):
    """One line; it is there only where there is something to say.

    Signals:
        batch_size_taken(int): The run is to be begun anew with batches of this size, which fit in memory.
    """

    batch_size_taken = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._said: tuple[str, int | None, bool] | None = None
        self._sign, self.words, self.again = QLabel(), ElidedLabel(), QPushButton()
        self.words.setObjectName("outcome")
        self.again.setObjectName("fittingBatchButton")
        self.again.setIconSize(QSize(_SIGN, _SIGN))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.again)
        self.again.clicked.connect(self._on_again)
        self.show_history(None, can_start=False)

    def show_history(self, history: History | None, *, can_start: bool, classes: int = 0) -> None:
        """Says what there is to say of `history`, of a run that is over; nothing for None.

        `classes` is how many its network tells apart; 0 where that is not known.
        """
        self._history = history
        words = "" if history is None else _words(history, classes)
        fits = self._fits
        said = (words, fits, can_start)
        if said == self._said:
            return
        self._said = said
        self.setVisible(bool(words))
        self.words.setText(words)
        self.again.setVisible(fits is not None)
        self.again.setEnabled(can_start)
        if fits is not None:
            self.again.setText(tr("training.train_with_batch", size=fits))
        self.restyle()

    @property
    def _fits(self) -> int | None:
        ending = None if self._history is None else self._history.ending
        return ending.fits if isinstance(ending, Failed) else None

    def _on_again(self) -> None:
        if self._fits is not None:
            self.batch_size_taken.emit(self._fits)

    def restyle(self) -> None:
        name, colour = ("info-circle", "accent") if self._fits is None else ("alert-circle", "danger")
        self._sign.setPixmap(theme.icon(name, colour, _SIGN).pixmap(_SIGN, _SIGN))


def _words(history: History, classes: int) -> str:
    ending = history.ending
    if isinstance(ending, Failed):
        return say(ending.message) if ending.fits is not None else ""
    if ending is None:
        return ""
    if history.ended_early is not None:
        return say(history.ended_early.message)
    found = diagnosis.diagnose(history, classes) if classes else None
    return "" if found is None else say(found)
