"""The curves page: any number of runs against each other, drawn and in figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.bilingual import Text
from explorer.gui import file_names
from explorer.gui.background import Errands, Latest
from explorer.gui.panels.labs import curves_export, curves_memory
from explorer.gui.panels.labs import curves_words as words
from explorer.gui.panels.labs.curves_controls import CurvesControls
from explorer.gui.panels.labs.curves_drawing import QUANTITIES, Drawer, Range, Wish
from explorer.gui.panels.labs.curves_feed import CurvesFeed
from explorer.gui.panels.labs.curves_runs import ShownRuns
from explorer.gui.panels.labs.curves_side import CurvesSide
from explorer.gui.panels.labs.curves_table import SWATCH, FiguresView
from explorer.gui.services.saving import refuse
from explorer.gui.text import say, tr
from explorer.gui.widgets.charts.chart import Chart
from explorer.gui.widgets.charts.colours import COUNT, curve_colour
from explorer.gui.widgets.tables.swatches import square
from explorer.runs.curves.curve_points import Axis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QHideEvent, QShowEvent

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.gui.widgets.charts.frame import Frame
    from explorer.gui.widgets.charts.ink import Picture, Sheet

_SHARES = {"loss": 5, "accuracy": 5, "lr": 3}  # of the width
_SUFFIXES = {"csv": ".csv", "png": ".png", "svg": ".svg"}


class CurvesPage(QWidget):
    """Runs to choose from at the left; switches, charts and a table of figures at the right.

    The curves are drawn on a worker; this thread only shows the images.
    """

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPage")
        self._state, self._control = state, run_control
        self.shown = ShownRuns(self)
        self.feed = CurvesFeed(state, run_control, self.shown, self)
        self.side, self.controls, self.table = CurvesSide(self.shown), CurvesControls(), FiguresView()
        self.charts = {name: Chart() for name in QUANTITIES}
        self.note, self.verdict = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._empty, self._empty_hint = QLabel(), QLabel()
        self._x: Range | None = None
        self._y: dict[str, Range] = {}
        self._compared: tuple[str, ...] = ()
        self._folder = file_names.folder()
        self._is_stale = self._has_begun = False
        self._drawer = Drawer()
        self._worker = Latest("curves", self)
        self._errands = Errands("curve files", self)
        self._lay_out()
        self._connect()
        self.retranslate()

    # -- putting together -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        charts = QWidget()
        row = QHBoxLayout(charts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, chart in self.charts.items():
            chart.setObjectName(f"{name}Chart")
            row.addWidget(chart, _SHARES[name])
        self._views = QStackedWidget()
        self._views.addWidget(charts)
        self._views.addWidget(self._empty_page())
        self.verdict.setObjectName("curvesVerdict")
        for label, role in ((self.verdict, "secondary"), (self.note, "caption")):
            label.setProperty("role", role)
            label.setContentsMargins(12, 0, 12, 4)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._views, 1)
        column.addWidget(self.verdict)
        column.addWidget(self.note)
        self._join(upper)

    def _join(self, upper: QWidget) -> None:
        main = QFrame(self)
        main.setProperty("role", "panel")
        self._splitter = QSplitter(Qt.Orientation.Vertical, main, childrenCollapsible=False)
        self._splitter.addWidget(upper)
        self._splitter.addWidget(self.table)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([420, 170])
        inner = QVBoxLayout(main)
        inner.setContentsMargins(12, 10, 12, 8)
        inner.setSpacing(6)
        inner.addWidget(self.controls)
        inner.addWidget(self._splitter, 1)
        line = QFrame()
        line.setProperty("role", "upright-line")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.side)
        whole.addWidget(line)
        whole.addWidget(main, 1)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        middle = QVBoxLayout(page)
        middle.addStretch(1)
        for label, role in ((self._empty, "empty-title"), (self._empty_hint, "empty")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            middle.addWidget(label)
        middle.addStretch(1)
        return page

    def _connect(self) -> None:
        state = self._state
        state.runs_changed.connect(self._on_runs)
        state.training_changed.connect(self._on_training)
        state.compared_changed.connect(self._on_compared)
        self.shown.changed.connect(self._on_shown)
        self.feed.changed.connect(self.refresh)
        self.side.list.colour_wanted.connect(self._ask_for_colour)
        self.controls.changed.connect(self._on_settings)
        self.controls.reset_wanted.connect(self.show_all)
        self.controls.export_wanted.connect(self._export)
        for name, chart in self.charts.items():
            chart.zoom_wanted.connect(partial(self._zoom, name))
            chart.reset_wanted.connect(self.show_all)
            chart.resized.connect(self._redraw)
            chart.pointed.connect(partial(self._point, name))
            chart.point_picked.connect(self._evaluate)
        self._worker.done.connect(self._on_drawn)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(partial(self._export, "copy"))

    # -- what the labs ask of a page --------------------------------------------------------------------------------

    def begin(self) -> None:
        """It has come to the front: what is ticked in the table of runs is there, else what is looked at."""
        self._on_runs()
        if not self._has_begun:
            self._has_begun = True
            self._on_compared()
            if not self.shown.runs:
                self._show_first()
        self.feed.begin()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("curves.page"))
        self.table.setAccessibleName(tr("curves.table"))
        self.side.retranslate()
        self.controls.retranslate()
        self.table.figures.refresh_words()
        self.table.fit()
        self._name_charts()
        self.refresh()

    def restyle(self) -> None:
        self.side.restyle()
        self.controls.restyle()
        self._name_charts()
        self.refresh()

    def kept(self) -> dict[str, Any]:
        """What is to be remembered over a restart: plain data."""
        return curves_memory.written(self.controls.settings, self.shown.colours)

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Is as it was when it gave this."""
        self.shown.remember(curves_memory.colours(kept))
        self.controls.take(curves_memory.settings(kept))

    def close_services(self) -> None:
        """Ends the workers; called once."""
        self.feed.close()
        self._worker.close()
        self._errands.close()

    # -- which runs -------------------------------------------------------------------------------------------------

    def _show_first(self) -> None:
        """The run that trains, else the one that is looked at, else the newest that has any curve."""
        with_curves = (record.id for record in self._state.runs if record.steps)
        first = self._state.training or self._state.shown_run or next(with_curves, None)
        if first is not None:
            self.shown.show(first)

    def _on_runs(self) -> None:
        runs = self._state.runs
        self.side.show_records(runs)
        self.shown.keep_only(frozenset(record.id for record in runs))
        if self._has_begun and not self.shown.runs and not self._compared:
            self._show_empty(has_curves=False)

    def _on_training(self) -> None:
        if self._has_begun and self._state.training is not None:
            self.shown.show(self._state.training)

    def _on_compared(self) -> None:
        """Ticks follow those of the table of runs."""
        if self._has_begun:
            before, self._compared = self._compared, self._state.compared
            self.shown.hide(*(run for run in before if run not in self._compared))
            self.shown.show(*(run for run in self._compared if run not in before))

    def _on_shown(self) -> None:
        self.side.count()
        self.refresh()

    def _ask_for_colour(self, run: str, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number in range(COUNT):
            action = menu.addAction(square(curve_colour(number), SWATCH), tr("curves.colour", number=number + 1))
            action.triggered.connect(partial(self.shown.paint, run, number))
        menu.popup(where)

    # -- which part -------------------------------------------------------------------------------------------------

    def _on_settings(self) -> None:
        settings = self.controls.settings
        for name, chart in self.charts.items():
            chart.setVisible(name in settings.quantities)
        self._name_charts()
        if self._view != (settings.axis, settings.log_x, settings.log_y):
            self.show_all()
        else:
            self._redraw()

    def _zoom(self, name: str, x: Range | None, y: Range | None) -> None:
        if x is not None:
            self._x = x
        if y is not None:
            self._y[name] = y
        self._redraw()

    def show_all(self) -> None:
        """Zooms out to all of every curve."""
        self._x, self._y = None, {}
        self._redraw()

    def _point(self, source: str, x: float | None) -> None:
        for name, chart in self.charts.items():
            if name != source:
                chart.point_at(x)

    def _evaluate(self, run: str, test: int) -> None:
        """Goes to the evaluation of the test that was clicked."""
        self._state.evaluation_requested.emit(run, test + 1)

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _name_charts(self) -> None:
        settings = self.controls.settings
        self._view = (settings.axis, settings.log_x, settings.log_y)
        for name, chart in self.charts.items():
            chart.set_frame(words.frame(name, settings))
        self._say_note()

    def refresh(self) -> None:
        """Draws what is known now; put off while nobody can see it."""
        self._say_note()
        self._redraw()

    def _redraw(self) -> None:
        self._is_stale = True
        if not self.isVisible() or self._worker.is_busy:
            return
        self._is_stale = False
        settings = self.controls.settings
        drawn = self.feed.drawn(as_one=settings.repeats)
        self.shown.join({run.points.run: one.key for one in drawn for run in one.runs if len(one.runs) > 1})
        self.table.show_all(drawn)
        ratio = self.devicePixelRatioF()
        wishes = tuple(
            Wish(name, self.charts[name].area_size(), ratio, self._x, self._y.get(name)) for name in settings.quantities
        )
        self._show_empty(has_curves=bool(drawn))
        self._worker.request(partial(self._drawer.sheets, drawn, settings, wishes, words.curves()))

    def _on_drawn(self, sheets: dict[str, Sheet | None]) -> None:
        for name, sheet in sheets.items():
            self.charts[name].show_sheet(sheet)
        is_zoomed = self._x is not None or bool(self._y)
        has_repeats = any(len(group.runs) > 1 for group in self.feed.groups())
        self.controls.offer(can_reset=is_zoomed, can_export=any(sheets.values()), has_repeats=has_repeats)
        if self._is_stale:
            self._redraw()

    def _show_empty(self, *, has_curves: bool) -> None:
        title, hint = "", ""
        if not self._state.runs:
            title, hint = tr("curves.no_runs"), tr("curves.no_runs_hint")
        elif not self.shown.runs:
            title, hint = tr("curves.none_shown"), tr("curves.none_shown_hint")
        elif not has_curves:
            title = tr("curves.loading") if self.feed.missing else tr("curves.no_steps")
        self._empty.setText(title)
        self._empty_hint.setText(hint)
        self._views.setCurrentIndex(1 if title else 0)
        self.table.setVisible(not title)

    def _say_note(self) -> None:
        axis, feed = self.controls.settings.axis, self.feed
        said = words.note(axis, feed.without_macs if axis is Axis.MACS else (), feed.missing)
        found = feed.verdict()
        sentence = "" if found is None else say(found.sentence)
        for label, text in ((self.note, said), (self.verdict, sentence)):
            label.setText(text)
            label.setVisible(bool(text))
        self.verdict.setToolTip("" if found is None else say(found.aside))

    # -- exporting --------------------------------------------------------------------------------------------------

    def _export(self, kind: str) -> None:
        drawn = self.feed.drawn(as_one=self.controls.settings.repeats)
        page = curves_export.Page(self._seen(), drawn)
        if not drawn or not page.charts:
            return
        if kind == "copy":
            self._errands.do(partial(curves_export.image, page), self._take_image)
            return
        suffix = _SUFFIXES[kind]
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), tr("curves.where"), str(self._folder / f"curves{suffix}"), f"*{suffix}"
        )
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != suffix:
            path = path.with_name(path.name + suffix)
        self._folder = path.parent
        work = {
            "csv": partial(curves_export.write_csv, drawn, path),
            "png": partial(curves_export.write_png, page, path),
            "svg": partial(curves_export.write_svg, page, path),
        }[kind]
        self._errands.do(work, lambda _: self._say_written(path), partial(refuse, self._state, path))

    def _seen(self) -> list[tuple[Frame, Picture]]:
        settings = self.controls.settings
        pictures = {name: self.charts[name].picture for name in settings.quantities}
        return [(words.frame(name, settings), picture) for name, picture in pictures.items() if picture is not None]

    def _take_image(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._state.notice(Text("The charts are on the clipboard.", "图表已复制到剪贴板。"))

    def _say_written(self, path: Path) -> None:
        self._state.notice(
            Text(f"{path.name} was written.", f"已写入 {path.name}。"), Text(str(path.parent), str(path.parent))
        )

    # -- while it is not seen ---------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._has_begun:
            self.feed.begin()
        if self._is_stale:
            self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.feed.sleeps = True
