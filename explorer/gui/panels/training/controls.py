"""Start, stop and pause."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui import theme
from explorer.gui.text import tr


class RunButtons(QWidget):
    """Start while nothing trains, else Stop and Pause (or Resume), and what opens the settings of the next run.

    Signals:
        start_requested, stop_requested, pause_requested, resume_requested
        next_toggled: The settings of the next run are wanted, or no longer; see `plans_next`.
    """

    start_requested = Signal()
    stop_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    next_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = QPushButton()
        self.stop = QPushButton()
        self.pause = QPushButton()
        self.next = QPushButton()
        self.next.setCheckable(True)
        self.start.setProperty("role", "primary")
        self.stop.setProperty("role", "danger")
        self._is_paused = self._is_focus_owed = False
        self._why_not = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        names = ("startButton", "stopButton", "pauseButton", "nextRunButton")
        for button, name in zip((self.start, self.stop, self.pause, self.next), names, strict=True):
            button.setObjectName(name)
            button.setIconSize(QSize(16, 16))
            row.addWidget(button)
        self.start.clicked.connect(self.start_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.pause.clicked.connect(self._on_pause_clicked)
        self.next.toggled.connect(self.next_toggled)
        self.show_state(is_training=False, is_paused=False, is_stopping=False, can_start=True)

    @property
    def plans_next(self) -> bool:
        """The settings of the next run are wanted while one is trained."""
        return self.next.isChecked()

    def show_state(
        self, *, is_training: bool, is_paused: bool, is_stopping: bool, can_start: bool, why_not: str = ""
    ) -> None:
        """Shows the buttons for what is going on; `why_not` says why nothing can be started, "" where it can."""
        had_focus = self._is_focus_owed or any(b.hasFocus() for b in (self.start, self.stop, self.pause))
        self._is_paused = is_paused
        self.start.setVisible(not is_training)
        self.stop.setVisible(is_training)
        self.pause.setVisible(is_training)
        self.next.setVisible(is_training)
        self._why_not = why_not
        self.start.setEnabled(can_start and not why_not)
        self.stop.setEnabled(not is_stopping)
        self.pause.setEnabled(not is_stopping)
        self.retranslate()
        # The button that was pressed goes, or cannot be used for a moment: its focus goes to the one that follows.
        successor = self.stop if is_training else self.start
        self._is_focus_owed = had_focus and not successor.isEnabled()
        if had_focus and successor.isEnabled():
            successor.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        pause = "resume" if self._is_paused else "pause"
        for button, name in ((self.start, "start"), (self.stop, "stop"), (self.pause, pause)):
            button.setText(tr(f"training.{name}"))
            button.setToolTip(tr(f"training.{name}_tip"))
            button.setAccessibleName(tr(f"training.{name}"))
        self.next.setText(tr("runs.next"))
        self.next.setToolTip(tr("runs.next_tip"))
        self.next.setAccessibleName(tr("runs.next"))
        if self._why_not:
            self.start.setToolTip(self._why_not)
        self.start.setAccessibleDescription(self._why_not)
        self.restyle()

    def restyle(self) -> None:
        c = theme.colours()
        self.start.setIcon(_glyph("play", c.on_accent if self.start.isEnabled() else c.disabled))
        self.stop.setIcon(_glyph("stop", c.on_danger if self.stop.isEnabled() else c.disabled))
        self.pause.setIcon(_glyph("play" if self._is_paused else "pause", c.text))
        self.next.setIcon(theme.icon("plus", "text", 16))

    def _on_pause_clicked(self) -> None:
        if self._is_paused:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()


def _glyph(name: str, colour: str) -> QPixmap:
    """A filled sign in a field of 16: the drawn icons have outlines only, too light for a coloured button."""
    pixmap = QPixmap(48, 48)
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # The pen rounds the corners.
    painter.setPen(QPen(QColor(colour), 1.6, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(QColor(colour))
    if name == "play":
        painter.drawPolygon([QPointF(4.5, 3.3), QPointF(12.5, 8), QPointF(4.5, 12.7)])
    elif name == "stop":
        painter.drawRect(QRectF(4, 4, 8, 8))
    else:
        painter.drawRect(QRectF(4, 3.6, 1.6, 8.8))
        painter.drawRect(QRectF(10.4, 3.6, 1.6, 8.8))
    painter.end()
    return pixmap
