"""Short messages that lie over a corner of the window for a while and can be closed; they may offer, but never ask."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from explorer.gui import theme

WIDTH, MARGIN, MOST = 360, 12, 4
_ICONS = {
    "info": ("info-circle", "accent"),
    "warning": ("alert-triangle", "warning"),
    "error": ("alert-circle", "danger"),
}
_SECONDS = {"info": 6, "warning": 12, "error": 30}
_OFFER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Message:
    """Words and a second line (or ""); `level` is "info", "warning" or "error".

    `offer`: What the button under the words says, "" for none.
    """

    words: str
    hint: str = ""
    level: str = "info"
    offer: str = ""


class Notice(QFrame):
    """One message, with a button to close it."""

    def __init__(self, message: Message, close_words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = message
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self.setProperty("level", message.level)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(f"{message.words} {message.hint}".strip())
        self._sign = QLabel()
        self._words = QLabel(message.words)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "strong")
        self._hint = QLabel(message.hint)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "secondary")
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "flat")
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setAccessibleName(close_words)
        self.close_button.setToolTip(close_words)
        self.offer_button = QPushButton(message.offer)
        self.offer_button.setProperty("role", "link")
        self.offer_button.setProperty("flush", True)  # its words begin where those above begin
        for button in (self.close_button, self.offer_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the focus along when it all goes
        self._lay_out()
        self._hint.setVisible(bool(message.hint))  # now that they are in it; before, each would have been a window
        self.offer_button.setVisible(bool(message.offer))
        seconds = _OFFER_SECONDS if message.offer else _SECONDS[message.level]
        self.timer = QTimer(self, singleShot=True, interval=seconds * 1000)
        self.timer.start()

    def _lay_out(self) -> None:
        for label in (self._words, self._hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._words)
        words.addWidget(self._hint)
        words.addWidget(self.offer_button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 6, 10)
        layout.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self.restyle()

    def restyle(self) -> None:
        name, colour = _ICONS[self.message.level]
        self._sign.setPixmap(theme.icon(name, colour, 18).pixmap(18, 18))
        self.close_button.setIcon(theme.icon("x", "secondary", 14))


class Notices(QObject):
    """Stacks notices over the lower right corner of a widget, newest at the bottom.

    While the pointer rests on one it stays.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._shown: list[Notice] = []

    def shown(self) -> tuple[Message, ...]:
        return tuple(notice.message for notice in self._shown)

    def show(self, message: Message, close_words: str, accept: Callable[[], object] | None = None) -> None:
        """Adds a message; the same one again only stays longer. `accept` does what the message offers."""
        for notice in self._shown:
            if notice.message == message:
                notice.timer.start()
                return
        if len(self._shown) == MOST:
            self._remove(self._shown[0])
        notice = Notice(message, close_words, self._over)
        notice.close_button.clicked.connect(self._on_close)
        if accept is not None:
            notice.offer_button.clicked.connect(lambda: accept())
            notice.offer_button.clicked.connect(self._on_close)
        notice.timer.timeout.connect(self._on_time)
        if not self._shown:
            self._over.installEventFilter(self)  # only now: it is asked about everything that happens to the window
        self._shown.append(notice)
        notice.show()
        self.arrange()

    def take_back(self, message: Message) -> bool:
        """Removes a message; False if it is no longer there."""
        for notice in self._shown:
            if notice.message == message:
                self._remove(notice)
                return True
        return False

    def restyle(self) -> None:
        for notice in self._shown:
            notice.restyle()

    def arrange(self) -> None:
        """Puts the notices where they belong."""
        bottom = self._over.height() - MARGIN
        for notice in reversed(self._shown):
            height = notice.heightForWidth(WIDTH)
            notice.resize(WIDTH, height if height > 0 else notice.sizeHint().height())
            notice.move(self._over.width() - WIDTH - MARGIN, bottom - notice.height())
            notice.raise_()
            bottom -= notice.height() + 8

    def _on_close(self) -> None:
        button = self.sender()
        for notice in list(self._shown):
            if button in (notice.close_button, notice.offer_button):
                self._remove(notice)

    def _on_time(self) -> None:
        timer = self.sender()
        for notice in list(self._shown):
            if notice.timer is timer:
                if notice.underMouse():
                    notice.timer.start()
                else:
                    self._remove(notice)

    def _remove(self, notice: Notice) -> None:
        self._shown.remove(notice)
        if not self._shown:
            self._over.removeEventFilter(self)
        notice.hide()
        notice.deleteLater()
        self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.arrange()
        return super().eventFilter(watched, event)
