"""The list of architectures, with a search."""

import math
import re
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from explorer import catalogue
from explorer.catalogue import LECTURE, MINE, ZOO, Card, Choice
from explorer.graph import labels
from explorer.gui import elsewhere, theme
from explorer.gui.services.own_models import OwnModels
from explorer.gui.state import AppState
from explorer.gui.text import say, table, tr
from explorer.gui.widgets.tables.row_list import Heading, Item, Link, Row, RowList
from explorer.gui.widgets.words import numerals

OPEN = "open"
_GROUP = re.compile(r"(Wide )?[A-Za-z]+?(?=V\d|[XY]-|[-\s\d]|$)")  # before what tells members apart
_TOP, _GAP = 12, 4  # px
_HEADINGS = {LECTURE: "architectures.lecture", ZOO: "architectures.zoo", MINE: "models.mine"}


class ArchitecturesPanel(QWidget):
    """Chooses the architecture; each comes back with the settings it had.

    Signals:
        open_requested: The user wants to open a model from a file.

    Args:
        own: The user's own models; without them there is no place for them in the list.
    """

    open_requested = Signal()

    def __init__(self, state: AppState, own: OwnModels | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._own = own
        self._last: dict[str, Choice] = {}
        self._open: set[str] = set()  # headings
        self._open_to(state.card)
        self._search = QLineEdit()
        self._search.setObjectName("architectureSearch")
        self._search.setClearButtonEnabled(True)
        self._search.setProperty("role", "search")
        self._search_icon = self._search.addAction(
            theme.icon("search", "faint", 16), QLineEdit.ActionPosition.LeadingPosition
        )
        self._list = RowList()
        self._list.setObjectName("architectureList")
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, margin=16)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "empty")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setSpacing(_GAP)
        layout.setContentsMargins(0, _TOP, 0, 0)
        margins = QVBoxLayout()
        margins.setContentsMargins(12, 0, 12, 0)
        margins.addWidget(self._search)
        layout.addLayout(margins)
        layout.addWidget(self._pages)
        self._connect()
        self._retranslate()

    def begin_search(self) -> None:
        """Puts the cursor into the search."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _connect(self) -> None:
        self._search.textChanged.connect(self._fill)
        self._search.returnPressed.connect(self._choose_first)
        self._search.installEventFilter(self)
        self._list.chosen.connect(self._on_chosen)
        self._list.toggled.connect(self._on_toggled)
        self._list.activated_link.connect(self._on_link)
        self._list.menu_requested.connect(self._show_menu)
        if self._own is not None:
            self._own.changed.connect(self._fill)
        self._state.choice_changed.connect(self._on_choice_changed)
        self._state.language_changed.connect(self._retranslate)
        self._state.theme_changed.connect(self._on_theme_changed)

    def _retranslate(self) -> None:
        self._search.setPlaceholderText(tr("architectures.search", count=len(catalogue.cards())))
        self._search.setAccessibleName(tr("architectures.search_name"))
        self._list.setAccessibleName(tr("architectures.list_name"))
        self._fill()

    def _fill(self) -> None:
        wanted = self._search.text().strip()
        found = self._search_for(wanted)
        self._list.show_items(self._items(found, is_search=bool(wanted)), self._state.choice.architecture)
        self._empty.setText(tr("architectures.nothing_found", words=wanted))
        self._pages.setCurrentWidget(self._list if found else self._empty)
        if not wanted:  # what is below does not move while one types
            self.setMaximumHeight(self._list.content_height() + self._search.sizeHint().height() + _TOP + _GAP)

    def _items(self, cards: list[Card], *, is_search: bool) -> tuple[Item, ...]:
        lecture = [card for card in cards if card.family == LECTURE]
        zoo = [card for card in cards if card.family == ZOO]
        mine = [card for card in cards if card.family == MINE]
        items: list[Item] = []
        if lecture:
            items += [Heading(LECTURE, tr("architectures.lecture")), *map(_row, lecture)]
        if mine or (self._own is not None and not is_search):
            items.append(Heading(MINE, tr("models.mine")))
            items += [self._own_row(card) for card in mine]
        if self._own is not None and not is_search:
            items.append(Link(OPEN, tr("models.open"), "folder-open", tr("models.open_tip")))
        if zoo:
            is_open = ZOO in self._open
            items.append(Heading(ZOO, tr("architectures.zoo"), str(len(zoo)), None if is_search else is_open))
            items += map(_row, zoo) if is_search else self._groups(zoo) if is_open else []
        return tuple(items)

    def _groups(self, cards: list[Card]) -> list[Item]:
        """The families by the alphabet; one with a single member is a row of its own."""
        found: dict[str, list[Card]] = {}
        for card in cards:
            found.setdefault(_group(card), []).append(card)
        items: list[Item] = []
        for name in sorted(found, key=str.casefold):
            members = found[name]
            if len(members) > 1:
                key = f"{ZOO}/{name}"
                items.append(Heading(key, name, str(len(members)), key in self._open, is_group=True))
                items += map(_row, members) if key in self._open else []
            else:
                items.append(_row(members[0]))
        return items

    def _open_to(self, card: Card) -> bool:
        """Opens what `card` is in; whether anything was closed."""
        wanted = {ZOO, f"{ZOO}/{_group(card)}"} if card.family == ZOO else set()
        is_closed = not wanted <= self._open
        self._open |= wanted
        return is_closed

    def _search_for(self, words: str) -> list[Card]:
        own = [] if self._own is None else [model.card for model in self._own.models]
        return _search(words, [*catalogue.cards().values(), *own])

    def _own_row(self, card: Card) -> Row:
        is_missing = self._own is not None and self._own.is_missing(card.name)
        note = tr("models.missing" if is_missing else "models.row_note", title=say(card.titles), path=card.source)
        length, amount = (_bar_length(card.params), labels.count(card.params)) if card.params else (0.0, "–")
        return Row(card.name, str(card.year), say(card.titles), length, amount, note, is_off=is_missing)

    def _choose_first(self) -> None:
        rows = [item for item in self._list.rows().items() if isinstance(item, Row)]
        if rows and self._search.text().strip():
            self._on_chosen(rows[0].key)
            self._list.mark(rows[0].key)

    def _on_chosen(self, name: str) -> None:
        self._last[self._state.choice.architecture] = self._state.choice
        self._state.set_choice(self._last.get(name) or catalogue.find(name).default_choice())

    def _on_link(self, key: str) -> None:
        self.open_requested.emit()

    def _show_menu(self, name: str, place: QPoint) -> None:
        """What can be done with a model of the user."""
        model = catalogue.own(name)
        if model is None or self._own is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reload = menu.addAction(
            theme.icon("refresh", "secondary"), tr("models.reload"), partial(self._own.reload, name)
        )
        reload.setEnabled(not self._own.is_missing(name))
        menu.addAction(
            theme.icon("folder", "secondary"),
            tr("models.show_folder"),
            partial(elsewhere.show_folder, self._state, model.path.parent),
        )
        menu.addAction(theme.icon("x", "secondary"), tr("models.forget"), partial(self._own.forget, name))
        menu.popup(place)

    def _on_toggled(self, key: str) -> None:
        self._open ^= {key}
        self._fill()
        if key in self._open:
            self._list.show_under(key)

    def _on_choice_changed(self) -> None:
        name = self._state.choice.architecture
        if name == self._list.rows().chosen():
            return
        if self._open_to(self._state.card):
            self._fill()
        self._list.mark(name)

    def _on_theme_changed(self) -> None:
        self._search_icon.setIcon(theme.icon("search", "faint", 16))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._list.setFocus(Qt.FocusReason.TabFocusReason)
                if not self._list.currentIndex().isValid():  # the network that is shown is not among those found
                    self._choose_first()
                return True
            if event.key() == Qt.Key.Key_Escape and self._search.text():
                self._search.clear()
                return True
        return super().eventFilter(watched, event)


def _group(card: Card) -> str:
    """The family that a network of the zoo belongs to by its name: "EfficientNet" of "EfficientNetV2-S"."""
    found = _GROUP.match(card.title)
    return card.title if found is None else found.group()


def _row(card: Card) -> Row:
    params = numerals.count(card.params)
    note = tr("architectures.row_note", title=say(card.titles), year=card.year, params=params, source=say(card.sources))
    return Row(card.name, str(card.year), say(card.titles), _bar_length(card.params), labels.count(card.params), note)


def _bar_length(params: int) -> float:
    """The place of `params` between the smallest and the largest architecture, on a logarithmic scale, 0-1."""
    sizes = [card.params for card in catalogue.cards().values()]
    low, high = math.log(min(sizes) * 0.8), math.log(max(sizes))
    return min(max((math.log(max(params, 1)) - low) / (high - low), 0.02), 1.0)


def _search(words: str, cards: list[Card]) -> list[Card]:
    """The cards that every word occurs in: in name, title, year or kind; failing those, in what is said of them."""
    wanted = words.casefold().split()
    by_name = [card for card in cards if all(word in _names(card) for word in wanted)]
    return by_name or [card for card in cards if all(word in _names(card) + _idea(card) for word in wanted)]


def _names(card: Card) -> str:
    kind = table()[_HEADINGS[card.family]]
    compact = card.title.replace("-", "").replace(" ", "")
    return " ".join(
        (card.name, card.title, card.title_zh, compact, str(card.year), card.source, kind.en, kind.zh)
    ).casefold()


def _idea(card: Card) -> str:
    settings = " ".join(f"{setting.title.en} {setting.title.zh}" for setting in card.settings)
    words = f" {card.about.en} {card.about.zh} {settings}".casefold()
    return words + words.replace("×", "x")  # as it is typed
