"""The row over the runs table: how many there are, what is looked for, what was deleted or waits, and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.gui.widgets.words.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.runs.shelf.record import RunRecord

_FIELD = 240  # px: as wide as the field becomes


class FilterField(QLineEdit):
    """Takes what runs are looked for; Escape clears it, and leaves it when it is empty.

    Signals:
        left: The keyboard is to go to the table.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runsFilter")
        self.setProperty("role", "search")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(72)
        self.setMaximumWidth(_FIELD)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)

    def retranslate(self) -> None:
        self.setPlaceholderText(tr("runs.filter"))
        self.setToolTip(tr("runs.filter_tip"))
        self.setAccessibleName(tr("runs.filter_name"))
        self.setAccessibleDescription(tr("runs.filter_tip"))

    def restyle(self) -> None:
        self._glass.setIcon(theme.icon("search", "faint", 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class RunsNote(QFrame):
    """A few words, there only where runs were just deleted, or else where some wait for their turn.

    Signals:
        undo_requested: What was deleted is to come back.
        go_on_requested: The queue is to be begun, or to go on.
    """

    undo_requested = Signal()
    go_on_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deleted: tuple[RunRecord, ...] = ()
        self._waiting, self._is_held, self._is_busy = 0, False, False
        self._queue_words, self._undo_words = ElidedLabel(), ElidedLabel()
        self.go_on, self.undo = QPushButton(), QPushButton()
        self.go_on.setObjectName("startQueueButton")
        self.undo.setObjectName("undoDeleteButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 2, 0)
        row.setSpacing(6)
        for words, button in ((self._queue_words, self.go_on), (self._undo_words, self.undo)):
            words.setProperty("role", "secondary")
            button.setProperty("role", "link")
            row.addWidget(words)
            row.addWidget(button)
        self.go_on.clicked.connect(self.go_on_requested)
        self.undo.clicked.connect(self.undo_requested)
        self._show()

    def show_deleted(self, records: tuple[RunRecord, ...]) -> None:
        """Offers to bring these back."""
        self._deleted = records
        self._show()

    def forget_deleted(self) -> None:
        """Takes the offer away."""
        self.show_deleted(())

    def show_queue(self, waiting: int, *, is_held: bool, is_busy: bool) -> None:
        """Says how many wait, and what for; `is_busy` where something trains that they cannot begin beside."""
        if (waiting, is_held, is_busy) != (self._waiting, self._is_held, self._is_busy):
            self._waiting, self._is_held, self._is_busy = waiting, is_held, is_busy
            self._show()

    def _show(self) -> None:
        gone = self._deleted
        self._undo_words.setText(
            tr("runs.deleted_one", number=gone[0].number) if len(gone) == 1 else tr("runs.deleted", count=len(gone))
        )
        self._queue_words.setText(tr("runs.queue_next", count=self._waiting))
        self.undo.setText(tr("training.undo"))
        self.go_on.setText(tr("runs.queue_go_on" if self._is_busy else "runs.queue_start", count=self._waiting))
        self.go_on.setToolTip(tr("runs.queue_start_tip"))
        for widget in (self._undo_words, self.undo):
            widget.setVisible(bool(gone))
        self._queue_words.setVisible(bool(self._waiting) and not self._is_held and not gone)
        self.go_on.setVisible(bool(self._waiting) and self._is_held and not gone)
        self.setVisible(bool(gone) or bool(self._waiting))

    def retranslate(self) -> None:
        self._show()


class RunsBar(QWidget):
    """Count, filter, note and buttons: in one row, as the panel is low."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count, self.filter, self.note = QLabel(), FilterField(), RunsNote()
        self.count.setObjectName("runsCount")
        self.count.setProperty("role", "strong")
        self.count.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)  # the filter gives way
        self._row = QHBoxLayout(self)
        self._row.setSpacing(4)
        self._row.addWidget(self.count)
        self._row.addSpacing(6)
        self._row.addWidget(self.filter, 1)
        self._row.addWidget(self.note)
        self._row.addStretch(0)
        self._buttons = []
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setProperty("role", "flat")
            button.setIconSize(QSize(16, 16))
            self._row.addWidget(button)
            self._buttons.append(button)
        self.keep_free(0)

    def keep_free(self, width: int) -> None:
        """Leaves `width` pixels at the right to somebody else."""
        self._row.setContentsMargins(4, 0, width, 4)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """How many there are is said where there is room for all of it; the filter and the buttons stay."""
        margins = self._row.contentsMargins()
        around = margins.left() + margins.right() + 12 + self._row.spacing() * (len(self._buttons) + 3)
        fixed = sum(button.sizeHint().width() for button in self._buttons) + self.filter.minimumWidth()
        self.count.setVisible(self.width() >= around + fixed + self.count.sizeHint().width())

    def show_count(self, shown: int, count: int) -> None:
        """Says "12 of 40 runs", or "40 runs" where all are shown."""
        few = "runs.count" if count != 1 else "runs.count_one"
        self.count.setText(tr("runs.count_of", shown=shown, count=count) if shown != count else tr(few, count=count))
        self.filter.setVisible(count > 0)
        self._fit()

    def retranslate(self) -> None:
        self.filter.retranslate()
        self.note.retranslate()
        for button in self._buttons:
            button.setAccessibleName(button.defaultAction().text())

    def restyle(self) -> None:
        self.filter.restyle()
