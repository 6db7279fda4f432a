"""The data page: which data sets there are, and of one of them its figures, classes, images and batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.data import cards
from explorer.data.folder_archive import SUFFIXES
from explorer.gui import theme
from explorer.gui.class_text import say_classes
from explorer.gui.panels.labs import data_page_list
from explorer.gui.panels.labs.data_page_batch import BatchView
from explorer.gui.panels.labs.data_page_classes import ROW, ClassRows
from explorer.gui.panels.labs.data_page_figures import Figures
from explorer.gui.panels.labs.data_page_head import Head
from explorer.gui.services.data_facts import BATCH_SHOWN, CLASS_SHOWN, ClassImages, DataFacts, Stage
from explorer.gui.text import say, tr
from explorer.gui.widgets.tables.row_list import RowList

if TYPE_CHECKING:
    from explorer.data.preview import BatchPreview
    from explorer.errors import ExplorerError
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState

_LIST_WIDTH = 268  # px, as the panel of the architectures
_ROWS_SHOWN = 10  # classes without scrolling
_WIDEST = 1400


class DataPage(QWidget):
    """A list of the data sets beside what is known of the chosen one."""

    def __init__(self, state: AppState, run_control: RunControl | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataPage")
        self._state = state
        self._folders: list[str] = []
        self._start = self._number = 0
        self._has_begun = False
        self.data = DataFacts(state, self)
        self.list = RowList()
        self.head = Head(self.data)
        self.figures, self.notes = Figures(), _label("secondary", wrap=True)
        self.classes, self.batch = ClassRows(), BatchView()
        self._heads = {name: _label("strong") for name in ("class_table", "batch", "classes")}
        self._columns = {name: _label("caption") for name in ("class_column", "train_column", "samples_column")}
        self.batch_hint, self.class_names = (_label("secondary", wrap=True) for _ in range(2))
        self.other_samples, self.another_batch = QPushButton(), QPushButton()
        self._lay_out()
        self._connect()
        self.retranslate()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "panel")
        side.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 8)
        column.addWidget(self.list)
        self.list.setObjectName("dataList")
        line = QFrame()
        line.setProperty("role", "upright-line")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(line)
        row.addWidget(self._scrolled(), 1)
        for button in (self.other_samples, self.another_batch):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.another_batch.setObjectName("anotherBatch")

    def _scrolled(self) -> QWidget:
        self._class_card = _card(_beside(self._heads["class_table"], self.other_samples), self._class_table())
        self._batch_card = _card(_beside(self._heads["batch"], self.another_batch), self.batch_hint, self.batch)
        self._names_card = _card(self._heads["classes"], self.class_names)
        page = QWidget()
        page.setProperty("role", "page")
        scroll = QScrollArea(self, widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)  # while it is empty: with all in it, that takes half as long as all of the page
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 8, 20, 20)
        column.setSpacing(16)
        for widget in (self.head, self.figures, self._names_card, self.notes, self._class_card, self._batch_card):
            widget.setMaximumWidth(_WIDEST)
            column.addWidget(widget)
        column.addStretch(1)
        return scroll

    def _class_table(self) -> QWidget:
        """Captions over the rows, which scroll where there are many."""
        whole = QWidget()
        self._captions = QWidget()
        self._captions.setFixedHeight(20)
        for caption in self._columns.values():
            caption.setParent(self._captions)
        self._rows = QScrollArea(widgetResizable=True)
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.classes.setProperty("role", "page")
        self._rows.setWidget(self.classes)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._captions)
        column.addWidget(self._rows)
        return whole

    def _connect(self) -> None:
        state, data = self._state, self.data
        self.list.chosen.connect(self.open)
        self.list.activated_link.connect(self._ask_for_own)
        self.head.train_requested.connect(self._train)
        data.changed.connect(self._show)
        data.there_changed.connect(self._fill)
        data.class_images_read.connect(self._on_class_images)
        data.batch_read.connect(self._on_batch)
        data.batch_refused.connect(self._on_batch_refused)
        self.classes.wanted.connect(self._on_wanted)
        self.other_samples.clicked.connect(self._turn_samples)
        self.another_batch.clicked.connect(self._turn_batch)
        state.choice_changed.connect(self._on_choice_changed)

    # -- what the labs ask of a page --------------------------------------------------------------------------------

    def begin(self) -> None:
        """It has come to the front: looks at what is there, first at the data of the next run."""
        self.data.look_what_is_there()
        draft = self._state.draft
        if not self._has_begun:
            self._has_begun = True
            usual = "digits" if self._state.choice.input_shape[0] == 1 else "shapes"
            self.open(usual if draft is None else draft.dataset)
        else:
            self.data.follow_place()
            self.data.follow_size()
            self._ask_for_batch()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("data.page"))
        self.list.setAccessibleName(tr("data.list"))
        for name, label in (self._heads | self._columns).items():
            label.setText(tr(f"data.{name}"))
        self._name_counts()
        self.other_samples.setText(tr("data.other_samples"))
        self.other_samples.setToolTip(tr("data.other_samples_tip"))
        self.another_batch.setText(tr("data.another_batch"))
        for part in (self.head, self.classes, self.batch):
            part.retranslate()
        self._place_columns()
        self.restyle()
        self._fill()
        self._show_words()

    def restyle(self) -> None:
        for button in (self.other_samples, self.another_batch):
            button.setIcon(theme.icon("refresh", "secondary", 16))
        self._name_counts()
        self.head.restyle()
        for widget in (self.list.viewport(), self.figures, self.classes, self.batch):
            widget.update()

    def close_services(self) -> None:
        """Ends the workers; called once."""
        self.data.close()

    # -- what the user does -----------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Looks at the data set `name`."""
        if name.startswith(cards.FOLDER_PREFIX) and name not in self._folders:
            self._folders.append(name)
            self._fill()
        self._start = self._number = 0
        self.data.open(name)
        self.list.mark(name)

    def _ask_for_own(self, link: str) -> None:
        if link == data_page_list.OPEN_FOLDER:
            place = QFileDialog.getExistingDirectory(self.window(), tr("data.open_folder_tip"))
        else:
            kinds = f"{tr('data.archives')} ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"
            place, _ = QFileDialog.getOpenFileName(self.window(), tr("data.open_archive_tip"), "", kinds)
        if place:
            self.open(f"{cards.FOLDER_PREFIX}{place}")

    def _train(self) -> None:
        self._state.request_dataset(self.data.card.name)

    def _turn_samples(self) -> None:
        self._start += min(CLASS_SHOWN, self.classes.room())
        self.classes.forget_images()

    def _turn_batch(self) -> None:
        self._number += 1
        self._ask_for_batch()

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        self.list.show_items(data_page_list.items(self._folders, self.data.there), self.data.card.name)

    def _show(self) -> None:
        facts = self.data.facts if self.data.stage is Stage.READY else None
        for widget in (self._class_card, self._batch_card):
            widget.setVisible(facts is not None)
        self._names_card.setVisible(facts is None and bool(self.data.card.classes))
        self.figures.setVisible(facts is not None or bool(self.data.card.images))
        self.classes.show_facts(facts)
        self.batch.show_batch(None)
        self._show_words()
        if facts is not None:
            self._rows.setFixedHeight(min(len(facts.classes), _ROWS_SHOWN) * ROW)
            self._place_columns()
            self._ask_for_batch()

    def _show_words(self) -> None:
        """What is said in words of the language, and has to be said anew in another one."""
        facts = self.data.facts
        self.class_names.setText(" · ".join(say_classes(self.data.card.classes)))
        self.notes.setVisible(facts is not None and bool(facts.notes))
        if facts is None:
            self.figures.show_card(self.data.card)
        else:
            self.figures.show_facts(facts)
            self.notes.setText("\n".join(f"• {say(note)}" for note in facts.notes))
        self._name_batch()

    def _name_counts(self) -> None:
        """Over the counts stands what the colours of the bars mean."""
        marks = [
            f'<span style="color: {getattr(theme.colours(), colour)}">■</span> {tr(f"data.{name}")}'
            for name, colour in (("train_column", "accent"), ("test_column", "success"))
        ]
        self._columns["train_column"].setText("&nbsp;&nbsp;".join(marks))

    def _place_columns(self) -> None:
        places = {
            "class_column": 0,
            "train_column": self.classes.bars_left(),
            "samples_column": self.classes.samples_left(),
        }
        for name, left in places.items():
            self._columns[name].move(left, 0)
            self._columns[name].adjustSize()

    def _on_wanted(self, labels: tuple[int, ...]) -> None:
        self.data.ask_for_classes(labels, self._start)

    def _on_class_images(self, images: ClassImages) -> None:
        self.classes.show_images(images.facts, images.by_class)

    def _on_choice_changed(self) -> None:
        self._show_words()
        if self.isVisible():
            self.data.follow_size()
            self._ask_for_batch()

    def _ask_for_batch(self) -> None:
        if self.data.stage is Stage.READY:
            self.data.ask_for_batch(self._number)

    def _on_batch(self, batch: BatchPreview) -> None:
        self._name_batch()
        self.batch.show_batch(batch, () if self.data.facts is None else self.data.facts.classes)

    def _on_batch_refused(self, error: ExplorerError) -> None:
        self.batch.show_batch(None)
        self.batch_hint.setText(say(error.message))

    def _name_batch(self) -> None:
        self.batch_hint.setText(tr("data.batch_hint", count=BATCH_SHOWN, network=say(self._state.card.titles)))


def _label(role: str, *, wrap: bool = False) -> QLabel:
    label = QLabel(wordWrap=wrap)
    label.setProperty("role", role)
    return label


def _beside(head: QLabel, button: QPushButton) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(head, 1)
    row.addWidget(button)
    return whole


def _card(*parts: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 14)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    return card
