"""The search for layers: keeps what was found and goes from one to the next."""

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.graph.model import LayerGraph
from explorer.graph.search import Search
from explorer.gui.widgets.fields.find_field import FindField

Target = tuple[str, int]

_PIECE = 0.003  # s; of reading a graph at a time


class Finder(QObject):
    """Joins the search field to a graph.

    Signals:
        found(tuple[Target, ...]): What the words in the field mean.
        reached(Target): This one of them is to be shown.
    """

    found = Signal(object)
    reached = Signal(object)

    def __init__(self, field: FindField, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._search: Search | None = None
        self._found: tuple[Target, ...] = ()
        self._at = -1
        self._reading = QTimer(self, interval=0)
        self._reading.timeout.connect(self._read_on)
        field.searched.connect(self._on_searched)
        field.stepped.connect(self._on_stepped)

    @property
    def targets(self) -> tuple[Target, ...]:
        return self._found

    def set_graph(self, graph: LayerGraph | None) -> None:
        """Searches another graph for the same words."""
        self._search = None if graph is None else Search(graph)
        self._on_searched(self._field.text())
        self._reading.start()

    def _read_on(self) -> None:
        """While nothing else is to do: or the first key that is pressed would wait for it."""
        if self._search is None or self._search.read(_PIECE):
            self._reading.stop()

    def _on_searched(self, words: str) -> None:
        self._found = self._search.find(words) if self._search is not None else ()
        self._at = -1
        self._field.show_count(0, len(self._found))
        self.found.emit(self._found)

    def _on_stepped(self, by: int) -> None:
        if not self._found:
            return
        self._at = (self._at + by) % len(self._found) if self._at >= 0 or by > 0 else len(self._found) - 1
        self._field.show_count(self._at + 1, len(self._found))
        self.reached.emit(self._found[self._at])
