"""Finds the layer graph of the choice: shipped, kept from before, or traced on a worker thread."""

import threading
from collections import OrderedDict

from PySide6.QtCore import QObject

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph import shipped
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import own
from explorer.gui.background import Latest
from explorer.gui.state import AppState, GraphNote, Selection, SelectionKind

_KEPT = 24  # graphs of recent choices

LOADING = Text(
    "PyTorch is still loading. Until then this is the graph with the default settings.",
    "PyTorch 正在加载。在此之前显示默认设置下的计算图。",
)
TRACING = Text("Tracing the network…", "正在追踪网络…")
RUNNING = Text("Running your file in a process of its own…", "正在独立进程中运行您的文件…")


class GraphService(QObject):
    """Keeps `state.graph` in step with `state.choice`.

    The graph of a default choice is on the screen at once and needs no torch. Where a choice cannot be built, the user
    is told, and the graph that was there stays; of a model whose shapes do not fit, the graph up to there is shown.

    Args:
        kept: Graphs of choices by their keys, to share between services; by default the service's own.
    """

    def __init__(
        self, state: AppState, parent: QObject | None = None, *, kept: OrderedDict[str, LayerGraph] | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._kept: OrderedDict[str, LayerGraph] = OrderedDict() if kept is None else kept
        self._asked: tuple[Choice, str] | None = None
        self._cancel = threading.Event()
        self._worker = Latest("graph", self)
        self._worker.done.connect(self._on_traced)
        self._worker.failed.connect(self._on_failed)
        state.choice_changed.connect(self.update)
        state.graph_mode_changed.connect(self.update)
        state.ready_changed.connect(self._on_ready)
        self.update()

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    def close(self) -> None:
        """Waits for the worker; call it once, before the program ends."""
        self._cancel.set()
        self._worker.close()

    def update(self) -> None:
        """Shows the graph of the present choice, as soon as it can be had."""
        state = self._state
        self._cancel.set()
        self._worker.cancel()
        self._asked = None
        known = self._known(state.choice, state.graph_mode)
        if known is not None:
            self._show(known, None)
            return
        self._show_meanwhile()
        if state.is_ready or state.is_own_model:  # which is traced in a process of its own
            self._trace(state.choice, state.graph_mode)

    def _known(self, choice: Choice, mode: str = "eval") -> LayerGraph | None:
        key = _key(choice, mode)
        graph = self._kept.get(key)
        if (
            graph is None
            and mode == "eval"
            and not self._state.is_own_model
            and choice == self._state.card.default_choice()
        ):
            graph = shipped.load(choice.architecture)
        if graph is not None:
            self._keep(key, graph)
        return graph

    def _keep(self, key: str, graph: LayerGraph) -> None:
        self._kept[key] = graph
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _show_meanwhile(self) -> None:
        """The graph of the architecture's defaults where another architecture's is on the screen."""
        state = self._state
        note = GraphNote(RUNNING if state.is_own_model else TRACING if state.is_ready else LOADING)
        if state.graph is not None and state.graph.architecture == state.choice.architecture:
            state.set_graph_note(note)
            return
        self._show(self._known(state.card.default_choice()), note)

    def _show(self, graph: LayerGraph | None, note: GraphNote | None) -> None:
        state = self._state
        state.set_graph_note(note)
        if graph is state.graph:
            return
        again = _same_place(state.graph, graph, state.selection)
        state.set_graph(graph)
        if graph is not None and state.selection != again:
            state.select(again)

    def _on_ready(self) -> None:
        if self._state.graph_note is not None or self._state.graph is None:
            self.update()

    def _trace(self, choice: Choice, mode: str) -> None:
        self._asked = choice, mode
        self._cancel = cancel = threading.Event()

        def work() -> LayerGraph:
            if catalogue.own(choice.architecture) is not None:
                return own.graph_of(choice, cancel.is_set, mode=mode)
            from explorer.graph import trace  # torch is imported on the worker only

            return trace.graph_of(choice, mode)

        self._worker.request(work)

    def _on_traced(self, graph: LayerGraph) -> None:
        assert self._asked is not None
        self._keep(_key(*self._asked), graph)
        self._show(graph, None)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        if not self._state.is_own_model:  # else it is said in place of the graph, at length
            self._state.refuse(error)
        hint = error.hint or Text("", "")
        told = Text(f"{error.message.en} {hint.en}".strip(), f"{error.message.zh}{hint.zh}")
        note = GraphNote(told, is_problem=True)
        if isinstance(error, ShapeError):
            self._show(error.graph, note)
        else:
            self._state.set_graph_note(note)


def _key(choice: Choice, mode: str) -> str:
    """The same for equal choices, and for a model of the user another one when its file has changed."""
    model = catalogue.own(choice.architecture)
    key = choice.key() if model is None else f"{choice.key()} {model.revision}"
    return key if mode == "eval" else f"{key} {mode}"


def _same_place(before: LayerGraph | None, after: LayerGraph | None, selection: Selection | None) -> Selection | None:
    """What has the same path in `after` as the selection has in `before`; None where there is nothing such."""
    if selection is None or before is None or after is None or before.architecture != after.architecture:
        return None
    if selection.kind == SelectionKind.NODE:
        node = after.by_path.get(before.nodes[selection.index].path)
        return None if node is None else Selection(SelectionKind.NODE, node.index)
    path = before.blocks[selection.index].path
    block = next((block for block in after.blocks if block.path == path), None)
    return None if block is None else Selection(SelectionKind.BLOCK, block.index)
