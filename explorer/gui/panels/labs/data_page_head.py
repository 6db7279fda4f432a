"""The head of the data page: which data set, training on it, and getting it where it is not there yet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer import paths
from explorer.data import cards
from explorer.data.sources import SOURCES
from explorer.gui import theme
from explorer.gui.services.data_facts import DataFacts, Stage
from explorer.gui.text import say, tr
from explorer.gui.widgets.words.numerals import count
from explorer.gui.widgets.words.progress_bar import ProgressBar

if TYPE_CHECKING:
    from explorer.data.cards import DatasetCard
    from explorer.gui.services.data_download import Progress


class Head(QWidget):
    """Title, words and source; what is being done, with its buttons.

    Signals:
        train_requested: The data set is to be that of the next run.
    """

    train_requested = Signal()

    def __init__(self, data: DataFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self.title, self.about, self.source = _label("title"), _label("secondary"), _label("caption")
        self.says, self.hint = _label("strong"), _label("secondary")
        self._box = QFrame()  # what is being done, or has to be
        self.train = QPushButton()
        self.get = QPushButton()
        self.cancel = QPushButton()
        self.bar = ProgressBar()
        self._lay_out()
        self.train.clicked.connect(self.train_requested)
        self.get.clicked.connect(self._get)
        self.cancel.clicked.connect(self._cancel)
        data.changed.connect(self.refresh)
        data.progressed.connect(self._show_progress)
        self.retranslate()

    def _lay_out(self) -> None:
        names = {"dataTrain": self.train, "dataDownload": self.get, "dataCancel": self.cancel}
        for name, button in names.items():
            button.setObjectName(name)
        self.bar.setObjectName("dataProgress")
        self.train.setProperty("role", "primary")
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self.title, self.about, self.source):
            words.addWidget(label)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        upper.addLayout(words, 1)
        upper.addWidget(self.train, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.get, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._box.setProperty("role", "card")
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(16, 12, 16, 14)
        inner.setSpacing(8)
        for widget in (self.says, self.bar, self.hint):
            inner.addWidget(widget)
        inner.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(upper)
        whole.addWidget(self._box)

    def retranslate(self) -> None:
        self.train.setText(tr("data.train"))
        self.train.setToolTip(tr("data.train_tip"))
        self.cancel.setToolTip(tr("data.cancel_tip"))
        self.restyle()
        self.refresh()

    def restyle(self) -> None:
        self.train.setIcon(theme.icon("player-play", "on_accent", 16))
        self._draw_get()
        self.cancel.setIcon(theme.icon("x", "secondary", 16))

    def _draw_get(self) -> None:
        self.get.setIcon(theme.icon("refresh" if self._data.stage is Stage.FAILED else "download", "text", 16))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Shows the present data set and its stage."""
        data, card = self._data, self._data.card
        self.title.setText(say(cards.short_title(card.name)))
        self.about.setText(_about(card))
        self.source.setText(tr("data.source", source=card.source))
        self.source.setVisible(bool(card.source))
        self.train.setEnabled(data.stage in (Stage.READY, Stage.MISSING))
        is_loading = data.stage in (Stage.DOWNLOADING, Stage.READING)
        can_get = card.needs_download and data.stage in (Stage.MISSING, Stage.FAILED)
        self.bar.setVisible(is_loading)
        self.cancel.setVisible(data.stage is Stage.DOWNLOADING)
        self.get.setVisible(can_get or data.stage is Stage.FAILED)
        self.get.setText(self._get_words())
        self._draw_get()
        self.get.setToolTip(tr("data.download_tip", place=_place(card)) if can_get else "")
        self._box.setVisible(data.stage is not Stage.READY)
        theme.set_state(self.says, "error" if data.stage is Stage.FAILED else "strong", "role")
        match data.stage:
            case Stage.MISSING:
                self.says.setText(tr("data.missing"))
                self._hint(self._missing_words())
            case Stage.FAILED:
                assert data.error is not None
                self.says.setText(say(data.error.message))
                self._hint("" if data.error.hint is None else say(data.error.hint))
            case _:
                self._show_progress()

    def _get_words(self) -> str:
        card, come = self._data.card, self._data.come_bytes
        if self._data.stage is Stage.FAILED:
            return tr("data.retry")
        if come:
            return tr("data.resume", megabytes=_megabytes(card.download_bytes - come))
        return tr("data.download", megabytes=_megabytes(card.download_bytes))

    def _missing_words(self) -> str:
        card, come = self._data.card, self._data.come_bytes
        whole = _megabytes(card.download_bytes)
        if come:
            return tr("data.part_hint", come=_megabytes(come), megabytes=whole)
        return tr("data.missing_hint", megabytes=whole, place=_place(card))

    def _show_progress(self) -> None:
        data = self._data
        if data.stage is Stage.READING:
            what, fraction = data.read_progress or (None, None)
            self.says.setText(tr("data.reading") if what is None else say(what))
            self._hint("")
            self.bar.show_fraction(fraction)
        elif data.stage is Stage.DOWNLOADING and data.download is not None:
            download = data.download
            self.cancel.setEnabled(not download.is_cancelled)
            self.cancel.setText(tr("data.cancelling" if download.is_cancelled else "data.cancel"))
            progress = download.progress
            self.says.setText(tr("data.reading") if progress is None else say(progress.what))
            self._hint("" if progress is None else _pace(data.card, progress))
            self.bar.show_fraction(None if progress is None else progress.fraction)

    def _hint(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    # -- what the user does -----------------------------------------------------------------------------------------

    def _get(self) -> None:
        if self._data.card.needs_download and not self._data.is_damaged:
            self._data.begin_download()
        else:
            self._data.open(self._data.card.name)

    def _cancel(self) -> None:
        self._data.cancel_download()
        self._show_progress()


def _about(card: DatasetCard) -> str:
    """What the data set is; of a folder where it is."""
    return card.name.partition(":")[2] if card.is_folder else say(card.about)


def _label(role: str) -> QLabel:
    label = QLabel(wordWrap=True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _place(card: DatasetCard) -> str:
    return str(paths.datasets() / SOURCES[card.name].folder) if card.needs_download else ""


def _megabytes(size_bytes: float) -> str:
    return count(round(size_bytes / 1e6))


def _pace(card: DatasetCard, progress: Progress) -> str:
    """How much of it has come, how fast, and how long the rest takes."""
    if progress.fraction is None:
        return ""
    done, total = _megabytes(progress.fraction * card.download_bytes), _megabytes(card.download_bytes)
    if progress.seconds_left is None:
        return tr("data.pace_unknown", done=done, total=total)
    rate = f"{progress.rate / 1e6:.1f}"
    return tr("data.pace", done=done, total=total, rate=rate, left=_left(progress.seconds_left))


def _left(seconds: float) -> str:
    if seconds < 90:
        return tr("data.seconds", s=math.ceil(seconds))
    return tr("data.minutes", m=round(seconds / 60))
