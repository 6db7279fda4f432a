"""Why a graph ends early: what met there, the sum that does not come out, and what would make it fit."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from explorer.graph.mismatch.error import place, said
from explorer.graph.mismatch.words import called
from explorer.graph.model import LayerGraph, Mismatch
from explorer.gui import theme
from explorer.gui.text import say, say_all, tr

_REMEDIES = 5


class MismatchCard(QFrame):
    """Says what `show_graph` was given last; its words can be folded away, because it lies over the graph.

    Signals:
        find_requested: The operation that does not fit is to be shown.
        folded: It has got another height.
    """

    find_requested = Signal()
    folded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mismatchCard")
        self.setProperty("role", "notice")
        self._graph: LayerGraph | None = None
        self._sign = QLabel()
        self._title = _label("strong")
        self._find = QPushButton()
        self._find.setProperty("role", "link")
        self._find.clicked.connect(self.find_requested)
        self._fold = QToolButton()
        self._fold.setProperty("role", "flat")
        self._fold.setIconSize(QSize(14, 14))
        self._fold.clicked.connect(self._toggle)
        self._sides, self._sum, self._advice = _label("secondary"), _label("error"), _label("strong")
        self._remedies, self._place, self._line = _label("plain"), _label("caption"), _label("mono")
        self._line.setProperty("size", "small")
        self._body = QWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        head.addWidget(self._find, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._fold, alignment=Qt.AlignmentFlag.AlignTop)
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(24, 0, 0, 0)
        inner.setSpacing(4)
        for label in (self._sides, self._sum, self._advice, self._remedies, self._place, self._line):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            inner.addWidget(label)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._body)

    @property
    def has_mismatch(self) -> bool:
        return self._mismatch is not None

    @property
    def _mismatch(self) -> Mismatch | None:
        return None if self._graph is None else self._graph.mismatch

    def show_graph(self, graph: LayerGraph | None) -> None:
        """Says why `graph` ends early; hides where it does not."""
        if graph is not self._graph:
            self._graph = graph
            self._body.setVisible(True)
            self.retranslate()
        self.setVisible(self.has_mismatch)

    def set_width(self, width: int) -> None:
        """Gives it a width, and the height that its words need then."""
        self.setFixedWidth(width)
        self.setFixedHeight(max(self._column.totalHeightForWidth(width), 1))

    def retranslate(self) -> None:
        graph, mismatch = self._graph, self._mismatch
        if graph is None or mismatch is None:
            return
        title = tr("graph.stopped") if mismatch.node is None else _misfit(graph, mismatch.node)
        self._title.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(say_all(*mismatch.arithmetic, *mismatch.remedies))
        self._find.setText(tr("graph.find_misfit"))
        self._find.setVisible(mismatch.node is not None)
        sums = mismatch.arithmetic or ((said(mismatch),) if mismatch.reason else ())
        self._show(self._sides, [say(text) for text in mismatch.sides])
        self._show(self._sum, [say(text) for text in sums])
        remedies = [say(text) for text in mismatch.remedies[:_REMEDIES]]
        self._show(self._advice, [tr("graph.remedies" if len(remedies) > 1 else "graph.remedy")] if remedies else [])
        self._show(self._remedies, [f"• {text}" for text in remedies] if len(remedies) > 1 else remedies)
        where = say(place(mismatch)).removesuffix(mismatch.line).rstrip() if mismatch.source else ""
        self._show(self._place, [where] if where else [])
        self._show(self._line, [mismatch.line] if mismatch.line else [])
        self.restyle()

    def _show(self, label: QLabel, lines: list[str]) -> None:
        label.setText("\n".join(lines))
        label.setVisible(bool(lines))

    def restyle(self) -> None:
        is_open = not self._body.isHidden()
        self._sign.setPixmap(theme.icon("alert-circle", "danger", 18).pixmap(18, 18))
        self._fold.setIcon(theme.icon("chevron-down" if is_open else "chevron-up", "secondary", 14))
        self._fold.setToolTip(tr("graph.fold_misfit" if is_open else "graph.unfold_misfit"))
        self._fold.setAccessibleName(self._fold.toolTip())

    def _toggle(self) -> None:
        self._body.setVisible(self._body.isHidden())
        self.restyle()
        self.folded.emit()


def _misfit(graph: LayerGraph, node: int) -> str:
    return tr("graph.misfit", name=called(graph.nodes[node]))


def _label(role: str) -> QLabel:
    label = QLabel(wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
