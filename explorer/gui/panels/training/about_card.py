"""A card in which the user names a run, tags it and writes a note about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.gui.services import network_names
from explorer.gui.text import tr
from explorer.runs.folder.about import LONGEST_NAME, About

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent

    from explorer.runs.shelf.record import RunRecord

_WIDTH, _NOTE = 320, 96  # px


class AboutCard(QFrame):
    """Opens over the table; what was typed is taken when it closes, except by Escape.

    Signals:
        changed(str, object): The run, and the `About` that the user has typed.
    """

    changed = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("aboutCard")
        self.setProperty("role", "popover")
        self.setFixedWidth(_WIDTH)
        self._run: str | None = None
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self.name, self.tags, self.note = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(_NOTE)
        self._labels = {name: QLabel() for name in ("name", "tags", "note")}
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(4)
        column.addWidget(self._title)
        fields: dict[str, QWidget] = {"name": self.name, "tags": self.tags, "note": self.note}
        for key, field in fields.items():
            label = self._labels[key]
            label.setProperty("role", "caption")
            label.setBuddy(field)
            column.addSpacing(4)
            column.addWidget(label)
            column.addWidget(field)
            field.setObjectName(f"{key}Field")
        self.name.returnPressed.connect(self.close)
        self.tags.returnPressed.connect(self.close)

    def open_for(self, record: RunRecord, at: QPoint, *, focus: str = "note") -> None:
        """Shows what is said of `record`, with the card's corner at `at` on the screen."""
        self._title.setText(tr("training.run", number=record.number) + f" · {self._network(record)}")
        for key, label in self._labels.items():
            label.setText(tr(f"runs.about_{key}"))
            getattr(self, key).setAccessibleName(tr(f"runs.about_{key}"))
        self.tags.setPlaceholderText(tr("runs.about_tags_hint"))
        self.note.setPlaceholderText(tr("runs.about_note_hint"))
        self._run = record.id
        self.name.setText(record.about.name)
        self.tags.setText(tr("common.list_separator").join(record.about.tags))
        self.note.setPlainText(record.about.note)
        self.adjustSize()
        room = self.screen().availableGeometry()
        x = max(min(at.x(), room.right() - self.width()), room.left())
        y = max(min(at.y(), room.bottom() - self.height()), room.top())
        self.move(x, y)
        self.show()
        getattr(self, focus).setFocus(Qt.FocusReason.PopupFocusReason)

    def _network(self, record: RunRecord) -> str:
        return network_names.name(record.plan.choice)

    @property
    def about(self) -> About:
        """What is typed; tags stand between commas, also Chinese ones."""
        tags = self.tags.text().replace("\uff0c", ",").replace("\u3001", ",").split(",")
        return About.of(self.name.text(), self.note.toPlainText(), tags)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._run = None  # as it was
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        run, self._run = self._run, None
        if run is not None:
            self.changed.emit(run, self.about)
