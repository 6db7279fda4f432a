"""The confusion matrix with its tools, and what the cell under the pointer means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.background import Latest
from explorer.gui.class_text import say_classes
from explorer.gui.panels.labs import evaluation_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.charts import matrix_ink
from explorer.gui.widgets.charts.confusion_matrix import ConfusionMatrix
from explorer.gui.widgets.charts.scale_bar import ScaleBar
from explorer.gui.widgets.fields.segmented import Segmented
from explorer.gui.widgets.words.elided_label import ElidedLabel
from explorer.gui.widgets.words.numerals import compact, count

if TYPE_CHECKING:
    from explorer.evaluation.comparison import Comparison
    from explorer.evaluation.heat import Heat
    from explorer.evaluation.summary import Summary

COUNTS, SHARES, DIFFERENCE = "counts", "shares", "difference"
_ICON = 16
_LEAST_WIDTH = 470  # px; of the tools
_LOST = 92  # px by which what is over and under the cells is higher than what is beside them is wide
_SLACK = 12  # px; the whole page is arranged and painted anew for another width
_MOST_NUMBERS = 10_000  # a number longer than this does not fit into a cell


class MatrixCard(QFrame):
    """Colours are computed on a worker.

    Signals:
        cell_chosen(int, int): True class and answer of the cell that was clicked.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._summary: Summary | None = None
        self._comparison: Comparison | None = None
        self._drawn: Summary | None = None  # the one that the picture is of
        self._heat: Heat | None = None
        self._worker = Latest("matrix", self)
        self._worker.done.connect(self._on_heat)
        self._worker.failed.connect(self._on_defect)
        self.matrix, self.scale = ConfusionMatrix(), ScaleBar()
        self.mode = Segmented((COUNTS, SHARES, DIFFERENCE))
        self.log, self.mute = QCheckBox(), QCheckBox()
        self.log.setChecked(True)
        self.mute.setChecked(True)
        self._head, self.said = QLabel(), ElidedLabel()
        self.zooms = {name: QToolButton() for name in ("zoom-out", "zoom-in", "maximize")}
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._head.setProperty("role", "strong")
        self.said.setProperty("role", "secondary")
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self._head)
        tools.addStretch(1)
        tools.addWidget(self.mode)
        for button in self.zooms.values():
            button.setProperty("role", "flat")
            button.setIconSize(QSize(_ICON, _ICON))
            tools.addWidget(button)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.scale, 1)
        below.addWidget(self.log)
        below.addWidget(self.mute)
        self.scale.setMaximumWidth(260)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(tools)
        column.addWidget(self.said)
        column.addWidget(self.matrix, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.mode.picked.connect(self._recolour)
        self.log.toggled.connect(self._recolour)
        self.mute.toggled.connect(self._recolour)
        self.matrix.hovered.connect(self._say)
        self.matrix.chosen.connect(self._say)
        self.matrix.chosen.connect(self._on_chosen)
        self.zooms["zoom-in"].clicked.connect(self.matrix.zoom_in)
        self.zooms["zoom-out"].clicked.connect(self.matrix.zoom_out)
        self.zooms["maximize"].clicked.connect(self.matrix.show_whole)

    def fit(self, height: int) -> None:
        """Takes this height, and as much width as the matrix then fills."""
        least = max(_LEAST_WIDTH, self.minimumSizeHint().width())
        width = max(least, height - _LOST + round(self.matrix.slant))
        if self.height() != height or self.width() < least or abs(self.width() - width) > _SLACK:
            self.setFixedSize(width, height)

    @property
    def is_busy(self) -> bool:
        return self._worker.is_busy

    # -- what is shown ----------------------------------------------------------------------------------------------

    def show_summary(self, summary: Summary | None, comparison: Comparison | None) -> None:
        """Shows the matrix of `summary`, or how it differs."""
        if summary is self._summary and comparison is self._comparison:
            return
        is_new = comparison is not None and self._comparison is None
        self._summary, self._comparison = summary, comparison
        self.mode.button(DIFFERENCE).setVisible(comparison is not None)
        self.fit(self.height())
        if is_new:
            self.mode.choose(DIFFERENCE)
        elif comparison is None and self.mode.chosen == DIFFERENCE:
            self.mode.choose(COUNTS)
        self._recolour()

    def _on_chosen(self, cell: tuple[int, int]) -> None:
        self.cell_chosen.emit(*cell)

    def _recolour(self, _: object = None) -> None:
        summary, comparison = self._summary, self._comparison
        self.mute.setEnabled(self.mode.chosen != DIFFERENCE)
        if summary is None:
            self._worker.cancel()
            self.matrix.show_matrix(None, (), _nothing)
            self._say(None)
            return
        mode, is_log, mutes = self.mode.chosen, self.log.isChecked(), self.mute.isChecked()
        work = partial(_coloured, summary, comparison, mode, self.matrix.factor, is_log=is_log, mutes=mutes)
        self._worker.request(work)

    def _on_heat(self, done: tuple[Summary, str, Heat, matrix_ink.Drawn]) -> None:
        summary, mode, heat, drawn = done
        if summary is not self._summary:
            return
        self._drawn, self._heat = summary, heat
        self.matrix.show_matrix(heat, say_classes(summary.names), partial(self._number, mode), drawn)
        self.fit(self.height())
        self._show_scale()
        self._say(None)

    def _on_defect(self, error: Exception) -> None:
        raise error

    def _show_scale(self) -> None:
        heat = self._heat
        if heat is None:
            return
        table = matrix_ink.signed_table if heat.is_signed else matrix_ink.wrong_table
        is_share = self.mode.chosen == SHARES
        top = words.share(heat.top) if is_share else compact(heat.top)
        ends = ("0%" if is_share else "0", top)
        if heat.is_signed:
            ends = tr("evaluation.better"), tr("evaluation.worse")
        self.scale.show_scale(table(theme.name()), 0.0, 1.0, ends)

    def _number(self, mode: str, true: int, answer: int) -> str:
        if self._drawn is None:
            return ""
        if mode == DIFFERENCE:
            value = 0 if self._comparison is None else int(self._comparison.difference[true, answer])
            return f"{'+' if value > 0 else '−'}{abs(value)}" if value else ""
        found = int(self._drawn.confusion[true, answer])
        if not found:
            return ""
        if mode == SHARES:
            part = 100 * found / max(1, int(self._drawn.confusion[true].sum()))
            return f"{part:.0f}" if part >= 10 else f"{part:.1f}"
        return str(found) if found < _MOST_NUMBERS else f"{found / 1000:.0f}k"

    def _say(self, cell: tuple[int, int] | None) -> None:
        """Says what the cell under the pointer means; without one, what the picked one does, or what can be done."""
        summary = self._drawn
        cell = cell or self.matrix.picked
        if summary is None:
            self.said.setText("")
            return
        if cell is None or max(cell) >= len(summary.names):
            self.said.setText(tr("evaluation.matrix_hint"))
        else:
            said = words.cell(summary, *cell)
            if self._comparison is not None:
                value = int(self._comparison.difference[cell])
                said = tr("evaluation.cell_beside", cell=said, other=count(int(summary.confusion[cell]) - value))
            self.said.setText(said)
        self.matrix.setAccessibleDescription(self.said.text())

    def retranslate(self) -> None:
        self._head.setText(tr("evaluation.matrix"))
        keys = (COUNTS, SHARES, DIFFERENCE)
        self.mode.set_words(
            tr("evaluation.matrix_mode"),
            {key: tr(f"evaluation.{key}") for key in keys},
            {key: tr(f"evaluation.{key}_tip") for key in keys},
        )
        for box, key in ((self.log, "log"), (self.mute, "mute")):
            box.setText(tr(f"evaluation.{key}"))
            box.setToolTip(tr(f"evaluation.{key}_tip"))
        for name, button in self.zooms.items():
            button.setToolTip(tr(f"evaluation.{name.replace('-', '_')}"))
            button.setAccessibleName(button.toolTip())
        self.matrix.setAccessibleName(tr("evaluation.matrix"))
        self.matrix.set_titles(tr("evaluation.true_class"), tr("evaluation.answer"))
        self.mode.button(DIFFERENCE).setVisible(self._comparison is not None)
        if self._drawn is not None:
            self._recolour()  # the classes are called otherwise
        self._say(None)

    def restyle(self) -> None:
        for name, button in self.zooms.items():
            button.setIcon(theme.icon(name, "secondary", _ICON))
        self._show_scale()
        self.matrix.viewport().update()

    def close_services(self) -> None:
        self._worker.close()


def _nothing(_true: int, _answer: int) -> str:
    return ""


def _coloured(
    summary: Summary, comparison: Comparison | None, mode: str, factor: int, *, is_log: bool, mutes: bool
) -> tuple[Summary, str, Heat, matrix_ink.Drawn]:
    """On the worker."""
    from explorer.evaluation import heat

    if mode == DIFFERENCE and comparison is not None:
        found = heat.signed_heat(comparison.difference, is_log=is_log)
    else:
        found = heat.heat(summary.confusion, is_share=mode == SHARES, is_log=is_log, mutes_diagonal=mutes)
    return summary, mode, found, matrix_ink.draw(found, factor)
