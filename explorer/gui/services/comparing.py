"""Networks side by side: their graphs, and what differs between them, computed on a worker."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalMapper, Signal

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Card, Choice, Shape
from explorer.graph import labels
from explorer.graph.compare.same_input import common_shape
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
FEWEST, MOST = 2, 4

NO_COMMON_INPUT = Text(
    "There is no input shape that all of these networks take; each keeps its own.",
    "没有这些网络都接受的输入形状；各自保持不变。",
)


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
    """Keeps a comparison in step with the choices of its sides: each is a state of its own, with its graph.

    Signals:
        changed: `comparison` is another, or None while a new one is being made.
        sides_changed: There are more sides, or fewer.
        same_input_changed: `is_same_input` is another.
    """

    changed = Signal()
    sides_changed = Signal()
    same_input_changed = Signal()

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._begun_with = state.choice
        self._kept: OrderedDict[str, LayerGraph] = OrderedDict()
        self._slots: list[AppState] = []  # with those that were in use and wait for the next network
        self._services: list[GraphService] = []
        self._count = 0
        self._own_shapes: dict[str, Shape] = {}  # of the networks, before they were given one input
        self._is_same_input = False
        self._is_adjusting = False
        self._choosing = QSignalMapper(self)
        self._choosing.mappedObject.connect(self._on_choice)
        self._worker = Latest("compare", self)
        self._worker.done.connect(self._on_compared)
        self._comparison: Comparison | None = None
        for choice in (state.choice, partner(state.card).default_choice()):
            self._put(choice)
        state.language_changed.connect(self._compare)
        self._compare()

    def _put(self, choice: Choice) -> None:
        """One side more."""
        self._count += 1
        if self._count <= len(self._slots):
            self._slots[self._count - 1].set_choice(choice)
            return
        side = AppState(choice, self)
        self._join(side)
        self._slots.append(side)
        self._services.append(GraphService(side, self, kept=self._kept))
        side.graph_changed.connect(self._compare)
        self._choosing.setMapping(side, side)
        side.choice_changed.connect(self._choosing.map)

    def _join(self, side: AppState) -> None:
        """Lets a side know what holds for the whole program, and the program what a side has to say."""
        state = self._state
        state.ready_changed.connect(side.set_ready)
        state.language_changed.connect(side.language_changed)
        state.theme_changed.connect(side.theme_changed)
        side.noticed.connect(state.noticed)
        if state.is_ready:
            side.set_ready()

    # -- the sides --------------------------------------------------------------------------------------------------

    @property
    def sides(self) -> tuple[AppState, ...]:
        """The reference first; two at least, `MOST` at most."""
        return tuple(self._slots[: self._count])

    @property
    def left(self) -> AppState:
        return self._slots[0]

    @property
    def right(self) -> AppState:
        return self._slots[1]

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(side.choice for side in self.sides)

    def begin(self) -> None:
        """Comes back: where another network has been looked at since, it is the reference now."""
        if self._state.choice == self._begun_with:
            return
        self._begun_with = self._state.choice
        self.left.set_choice(self._state.choice)
        if self.right.choice == self.left.choice:
            self.right.set_choice(partner(self.left.card).default_choice())

    def stay(self) -> None:
        """Takes the network that is looked at now for one that has been seen here."""
        self._begun_with = self._state.choice

    def add(self) -> None:
        """One network more: what is best looked at beside the last."""
        if self._count < MOST:
            self._put(self._next())
            self._on_sides()

    def remove(self, place: int) -> None:
        """Takes a network out; two remain in any case."""
        if self._count <= FEWEST or not 0 <= place < self._count:
            return
        choices = list(self.choices)
        del choices[place]
        self._count -= 1
        self._show(choices)
        self._on_sides()

    def swap(self, place: int = 0) -> None:
        """The networks at `place` and behind it change their places."""
        choices = list(self.choices)
        choices[place : place + 2] = choices[place : place + 2][::-1]
        self._show(choices)

    def _next(self) -> Choice:
        used = {choice.architecture for choice in self.choices}
        card = self.sides[-1].card
        for _ in range(len(PARTNERS)):
            card = partner(card)
            if card.name not in used:
                return card.default_choice()
        fresh = (name for name in (USUAL, *PARTNERS) if name not in used)
        return catalogue.find(next(fresh, USUAL)).default_choice()

    def _show(self, choices: Sequence[Choice]) -> None:
        self._is_adjusting = True
        for side, choice in zip(self.sides, choices, strict=True):
            side.set_choice(choice)
        self._is_adjusting = False

    def _on_sides(self) -> None:
        self.sides_changed.emit()
        if self._is_same_input:
            self._give_same_input(self.sides)
        self._compare()

    # -- one input for all ------------------------------------------------------------------------------------------

    @property
    def is_same_input(self) -> bool:
        """All networks are given images of one shape, as far as there is one that all take."""
        return self._is_same_input

    def set_same_input(self, is_same: bool) -> None:
        if is_same == self._is_same_input:
            return
        self._is_same_input = is_same
        if is_same:
            self._own_shapes = {choice.architecture: choice.input_shape for choice in self.choices}
            self._give_same_input(self.sides)
        else:
            self._show([self._with_own_shape(choice) for choice in self.choices])
        self.same_input_changed.emit()

    def _with_own_shape(self, choice: Choice) -> Choice:
        usual = catalogue.find(choice.architecture).input_shape
        return replace(choice, input_shape=self._own_shapes.get(choice.architecture, usual))

    def _on_choice(self, side: AppState) -> None:
        if self._is_adjusting or not self._is_same_input or side not in self.sides:
            return
        is_new = side.choice.input_shape == side.card.input_shape  # another network was chosen, not another size
        others = [each for each in self.sides if each is not side]
        self._give_same_input([*others, side] if is_new else [side, *others])

    def _give_same_input(self, preferred: Sequence[AppState]) -> None:
        shape = common_shape([side.choice for side in preferred])
        if shape is None:
            self._state.notice(NO_COMMON_INPUT)
            return
        self._show([replace(choice, input_shape=shape) for choice in self.choices])

    # -- the comparison ---------------------------------------------------------------------------------------------

    @property
    def comparison(self) -> Comparison | None:
        """Of the graphs that the sides have now."""
        return self._comparison

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy or any(service.is_busy for service in self._services)

    def close(self) -> None:
        """Waits for the workers; call it once, before the program ends."""
        for service in self._services:
            service.close()
        self._worker.close()

    def names(self) -> tuple[str, ...]:
        """What to call the sides: their titles, and where these are equal the settings that differ."""
        titles = [say(side.card.titles) for side in self.sides]
        names = []
        for side, title in zip(self.sides, titles, strict=True):
            equals = [other.choice for other in self.sides if other is not side and say(other.card.titles) == title]
            names.append(f"{title} {differing(side.choice, equals)}".strip() if equals else title)
        counts = Counter(names)
        return tuple(f"{name} [{place}]" if counts[name] > 1 else name for place, name in enumerate(names, start=1))

    def _compare(self) -> None:
        self._worker.cancel()
        if self._comparison is not None:
            self._comparison = None
            self.changed.emit()
        graphs = [side.graph for side in self.sides]
        known = [graph for graph in graphs if graph is not None]
        if len(known) == len(graphs) and self._count >= FEWEST:
            names = self.names()
            self._worker.request(lambda: compare(known, names))

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
        setting_words(say(setting.title), setting.of(choice.settings))
        for setting in card.settings
        if setting.of(choice.settings) != setting.default
    ]
    return " · ".join(parts)


def differing(choice: Choice, others: Sequence[Choice]) -> str:
    """The settings of `choice` that one of the others, called alike, has otherwise: "(ratio 4)"."""
    told = [
        setting_words(say(setting.title), setting.of(choice.settings))
        for setting in catalogue.find(choice.architecture).settings
        if any(setting.of(choice.settings) != setting.of(other.settings) for other in others)
    ]
    if any(choice.input_shape != other.input_shape for other in others):
        told.append(labels.shape(choice.input_shape))
    if any(choice.classes != other.classes for other in others):
        told.append(tr("compare.classes", count=choice.classes))
    return f"({', '.join(told)})" if told else ""
