"""Two networks side by side: their graphs, and what differs between them, computed on a worker."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.catalogue import Card, Choice
from explorer.graph import labels
from explorer.graph.compare.stages import Comparison, compare
from explorer.gui.background import Latest
from explorer.gui.services.graphs import GraphService
from explorer.gui.state import AppState
from explorer.gui.text import say, tr

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

# What a network is best looked at beside: what it was an answer to, or what was the answer to it.
PARTNERS = {
    "lenet": "alexnet",
    "lenet_bn": "lenet",
    "alexnet": "vgg11",
    "vgg11": "nin",
    "nin": "googlenet",
    "googlenet": "resnet18",
    "resnet18": "resnet18_preact",
    "resnet18_preact": "resnet18",
    "densenet": "resnet18",
    "mnist_inception": "mnist_residual",
    "mnist_residual": "mnist_inception",
    "cifar_resnet": "resnet18",
}
USUAL = "resnet18"


def partner(card: Card) -> Card:
    """A sensible card to compare `card` with; in the zoo the next one, which is mostly of the same family."""
    named = PARTNERS.get(card.name)
    if named is not None:
        return catalogue.find(named)
    if card.family == catalogue.MINE:
        return catalogue.find("resnet18")
    cards = [each for each in catalogue.cards().values() if each.family == card.family]
    if card not in cards:  # a model of the user
        return catalogue.find(USUAL)
    place = cards.index(card)
    return cards[place + 1] if place + 1 < len(cards) else cards[place - 1]


class Comparing(QObject):
    """Keeps a comparison in step with two choices. Each side is a state of its own, with a network and its graph.

    Signals:
        changed: `comparison` is another, or None while a new one is being made.
    """

    changed = Signal()

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._begun_with = state.choice
        kept: OrderedDict[str, LayerGraph] = OrderedDict()
        self.left = AppState(state.choice, self)
        self.right = AppState(partner(state.card).default_choice(), self)
        self._worker = Latest("compare", self)
        self._worker.done.connect(self._on_compared)
        self._comparison: Comparison | None = None
        for side in self.sides:
            self._join(side)
        self._services = tuple(GraphService(side, self, kept=kept) for side in self.sides)
        for side in self.sides:
            side.graph_changed.connect(self._compare)
        state.language_changed.connect(self._compare)
        self._compare()

    def _join(self, side: AppState) -> None:
        """Lets a side know what holds for the whole program, and the program what a side has to say."""
        state = self._state
        state.ready_changed.connect(side.set_ready)
        state.language_changed.connect(side.language_changed)
        state.theme_changed.connect(side.theme_changed)
        side.noticed.connect(state.noticed)
        if state.is_ready:
            side.set_ready()

    @property
    def sides(self) -> tuple[AppState, AppState]:
        return self.left, self.right

    @property
    def comparison(self) -> Comparison | None:
        """Of the graphs that the sides have now."""
        return self._comparison

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy or any(service.is_busy for service in self._services)

    def begin(self) -> None:
        """Comes back: where another network has been looked at since, it is the left one now."""
        if self._state.choice == self._begun_with:
            return
        self._begun_with = self._state.choice
        self.left.set_choice(self._state.choice)
        if self.right.choice == self.left.choice:
            self.right.set_choice(partner(self.left.card).default_choice())

    def swap(self) -> None:
        left, right = self.left.choice, self.right.choice
        self.left.set_choice(right)
        self.right.set_choice(left)

    def close(self) -> None:
        """Waits for the workers; call it once, before the program ends."""
        for service in self._services:
            service.close()
        self._worker.close()

    def names(self) -> tuple[str, str]:
        """What to call the sides: their titles, and where these are equal the settings that differ."""
        titles = (self.left.card.title, self.right.card.title)
        if titles[0] != titles[1]:
            return titles
        ours, theirs = (differing(*pair) for pair in (self._choices(), self._choices()[::-1]))
        return f"{titles[0]} {ours}".strip(), f"{titles[1]} {theirs}".strip()

    def _choices(self) -> tuple[Choice, Choice]:
        return self.left.choice, self.right.choice

    def _compare(self) -> None:
        self._worker.cancel()
        if self._comparison is not None:
            self._comparison = None
            self.changed.emit()
        left, right = self.left.graph, self.right.graph
        if left is not None and right is not None:
            names = self.names()
            self._worker.request(lambda: compare(left, right, *names))

    def _on_compared(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.changed.emit()


def setting_words(title: str, value: object) -> str:
    """A setting as it is said in a name: "Channel ratio 4"."""
    written = tr("architectures.on" if value else "architectures.off") if isinstance(value, bool) else f"{value}"
    return tr("compare.setting", name=title, value=written)


def in_short(choice: Choice) -> str:
    """Input size, and what is not as the architecture has it by default: "1×224×224 · Channel ratio 4"."""
    card = catalogue.find(choice.architecture)
    parts = [labels.shape(choice.input_shape)]
    if choice.classes != card.classes:
        parts.append(tr("compare.classes", count=choice.classes))
    parts += [
        setting_words(say(setting.title), choice.settings[setting.name])
        for setting in card.settings
        if choice.settings[setting.name] != setting.default
    ]
    return " · ".join(parts)


def differing(choice: Choice, other: Choice) -> str:
    """The settings of `choice` that `other`, of the same architecture, has otherwise: "(ratio 4)"."""
    card = catalogue.find(choice.architecture)
    told = [
        setting_words(say(setting.title), choice.settings[setting.name])
        for setting in card.settings
        if choice.settings[setting.name] != other.settings.get(setting.name)
    ]
    if choice.input_shape != other.input_shape:
        told.append(labels.shape(choice.input_shape))
    if choice.classes != other.classes:
        told.append(tr("compare.classes", count=choice.classes))
    return f"({', '.join(told)})" if told else ""
