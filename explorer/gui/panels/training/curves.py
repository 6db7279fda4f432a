"""Loss and accuracy of the run that is shown, with other runs behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.gui import qt_classes, tab_order
from explorer.gui.background import Latest
from explorer.gui.panels.training import words
from explorer.gui.panels.training.curves_menu import CurvesMenu
from explorer.gui.panels.training.run_caption import RunCaption
from explorer.gui.text import say_all, tr
from explorer.gui.widgets.charts.legend import Entry, Legend
from explorer.gui.widgets.words import numerals

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QResizeEvent, QShowEvent

    from explorer.gui.panels.training.curve_data import Line, RunCurves
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState
    from explorer.gui.widgets.charts.live_curve import Curve, Mark
    from explorer.gui.widgets.charts.live_plot import LivePlot
    from explorer.runs.curves.history import History

GREYS = ("faint", "wire", "disabled")
LEGEND_WIDTH = 132
_SIDE = 24  # px, free beside words in the place of the plots
PLOT_NAMES = ("lossPlot", "accuracyPlot")


class CurvesView(QWidget):
    """Two plots and their legend. The plots are made when they are first seen, since their library takes a while.

    Signals:
        lab_requested(str): The user wants a page of the labs.
    """

    lab_requested = Signal(str)

    def __init__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._run_control = state, run_control
        self._compared: tuple[str, ...] = ()
        self._reference_curves: dict[str, tuple[int, RunCurves]] = {}
        self._plots: tuple[LivePlot, LivePlot] | None = None
        self._is_stale = True
        self._titles = (QLabel(), QLabel())
        self._places = (QWidget(), QWidget())
        self._invitation = self._invitation_hint = ""
        self.menu = CurvesMenu()
        self._legend, self.caption = Legend(), RunCaption(state, run_control)
        self._empty, self._empty_hint = QLabel(self), QLabel(self)
        self._loader = Latest("plots", self)
        self._loader.done.connect(self._make_plots)
        self._after_paint = QTimer(self, singleShot=True, interval=0)
        self._after_paint.timeout.connect(self._load)
        self._lay_out()
        self.menu.changed.connect(self._on_menu)
        self.menu.large_wanted.connect(self._open_lab)
        self.retranslate()
        state.history_changed.connect(self._on_grown)
        state.shown_run_changed.connect(self.refresh)
        state.training_changed.connect(self.refresh)
        state.runs_changed.connect(self._on_runs)
        run_control.history_loaded.connect(self._on_loaded)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for column, (title, place) in enumerate(zip(self._titles, self._places, strict=True)):
            title.setProperty("role", "strong")
            place.setObjectName(PLOT_NAMES[column])
            title.setContentsMargins(4, 0, 0, 0)
            grid.addLayout(self._title_row(column), 0, column)
            grid.addWidget(place, 1, column)
            grid.setColumnStretch(column, 1)
            inside = QVBoxLayout(place)
            inside.setContentsMargins(0, 0, 0, 0)
        grid.setRowStretch(1, 1)
        side = QVBoxLayout()
        side.setContentsMargins(0, 16, 0, 0)
        side.setSpacing(8)
        side.addWidget(self._legend)
        side.addWidget(self.caption)
        side.addStretch(1)
        self._legend.setFixedWidth(LEGEND_WIDTH)
        self.caption.setFixedWidth(LEGEND_WIDTH)
        grid.addLayout(side, 1, 2)
        for label, role in ((self._empty, "empty-title"), (self._empty_hint, "empty")):
            label.setProperty("role", role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty.setWordWrap(True)
        self._empty_hint.setWordWrap(True)

    def _title_row(self, column: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._titles[column])
        row.addStretch(1)
        if column == len(self._titles) - 1:
            row.addWidget(self.menu)
        return row

    def _open_lab(self) -> None:
        self.lab_requested.emit("curves")

    # -- the plots --------------------------------------------------------------------------------------------------

    @property
    def plots(self) -> tuple[LivePlot, LivePlot] | None:
        """Loss and accuracy; None until their library has been loaded."""
        return self._plots

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._plots is None and not self._loader.is_busy:
            # After the first paint of the window, and away from its thread.
            self._after_paint.start()
        if self._is_stale:
            self.refresh()

    def _load(self) -> None:
        if self._plots is None and not self._loader.is_busy:
            self._loader.request(_import_plot)

    def _make_plots(self, plot_class: type[LivePlot]) -> None:
        from explorer.gui.widgets.charts.scale import percent_tick, tick  # with numpy, as the plots

        loss = plot_class(write_x=_epoch, write_y=words.loss, write_tick=tick)
        accuracy = plot_class(write_x=_epoch, write_y=words.percent, write_tick=percent_tick)
        for plot, place in zip((loss, accuracy), self._places, strict=True):
            plot.setObjectName(place.objectName())
            place.setObjectName("")
            layout = place.layout()
            assert layout is not None
            layout.addWidget(plot)
            plot.picked.connect(self._on_picked)
        self._plots = (loss, accuracy)
        tab_order.chain(self.menu, loss, accuracy)  # else they come last of the whole window
        self.retranslate()

    def _on_picked(self, test: int) -> None:
        """Goes to the evaluation of the test that was clicked."""
        if self._state.shown_run is not None:
            self._state.evaluation_requested.emit(self._state.shown_run, test + 1)

    # -- what is drawn ----------------------------------------------------------------------------------------------

    def set_compared(self, runs: tuple[str, ...]) -> None:
        """Draws these runs behind; their curves are loaded if they have to be."""
        self._compared = runs
        self._state.set_compared(runs)
        for run in runs:
            self._run_control.load_history(run)
        self.refresh()

    def refresh(self) -> None:
        """Draws what the histories say now; put off while nobody can see it."""
        self._is_stale = not self.isVisible()
        if self._is_stale:
            return
        history = self._state.history(self._state.shown_run)
        shown = None if history is None or not history.step else _curves_of(history, self.menu.smoothing)
        references = self._references()
        self._show_empty(history, is_empty=shown is None)
        self._show_legend(shown, references)
        self.caption.refresh()
        if self._plots is not None:
            self._draw(shown, references)

    def _on_grown(self) -> None:
        """Draws the curves; all that is said beside them stays as it is."""
        history = self._state.history(self._state.shown_run)
        if self._plots is None or not self._plots[0].curves or history is None or not self.isVisible():
            self.refresh()
            return
        shown, references = _curves_of(history, self.menu.smoothing), self._references()
        self._show_legend(shown, references)
        self._draw(shown, references)

    def _on_runs(self) -> None:
        if self._state.training is None:  # else its history grows five times a second, and the curves with it
            self.refresh()

    def _on_loaded(self, run: str) -> None:
        if run == self._state.shown_run or run in self._compared:
            self.refresh()

    def _references(self) -> list[tuple[str, str, RunCurves]]:
        """Name, colour and curves of each run that is drawn behind."""
        found: list[tuple[str, str, RunCurves]] = []
        for run in self._compared:
            history = self._state.history(run)
            if history is not None and history.step and run != self._state.shown_run:
                found.append((self._name(run), GREYS[len(found) % len(GREYS)], self._curves_of_reference(run, history)))
        return found

    def _curves_of_reference(self, run: str, history: History) -> RunCurves:
        revision, curves = self._reference_curves.get(run, (-1, None))
        if curves is None or revision != history.revision:
            curves = _curves_of(history, self.menu.smoothing)
            self._reference_curves[run] = (history.revision, curves)
        return curves

    def _name(self, run: str) -> str:
        record = self._run_control.record(run)
        return tr("training.run", number="?" if record is None else record.number)

    def _draw(self, shown: RunCurves | None, references: list[tuple[str, str, RunCurves]]) -> None:
        assert self._plots is not None
        everything = [curves for _, _, curves in references] + ([] if shown is None else [shown])
        from explorer.gui.panels.training.curve_data import accuracy_range, epochs_shown, log_range, loss_range

        epochs = epochs_shown(everything)
        is_smooth = self.menu.smoothing != "none"
        for plot, quantity in zip(self._plots, ("loss", "accuracy"), strict=True):
            lines = [line for curves in everything for line in _lines_that_count(curves, quantity)]
            is_log = quantity == "loss" and self.menu.is_log
            span = accuracy_range if quantity == "accuracy" else log_range if is_log else loss_range
            drawn = _curves(shown, references, quantity, is_smooth=is_smooth)
            plot.show_curves(drawn, (0.0, epochs), span(lines), is_log=is_log)
            plot.show_marks(_marks(self._state.history(self._state.shown_run)))

    def _on_menu(self) -> None:
        self._reference_curves.clear()  # smoothed otherwise
        self.refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.popup(event.globalPos())

    # -- words ------------------------------------------------------------------------------------------------------

    def _show_legend(self, shown: RunCurves | None, references: list[tuple[str, str, RunCurves]]) -> None:
        entries = []
        if shown is not None:
            entries.append(Entry(tr("training.train"), words.percent(shown.accuracy.train.newest), "accent"))
            entries.append(Entry(tr("training.test"), words.percent(shown.accuracy.test.newest), "success"))
        for name, colour, curves in references:
            entries.append(Entry(name, words.percent(curves.accuracy.test.newest), colour, is_dashed=True))
        self._legend.show_entries(entries)

    def _show_empty(self, history: History | None, *, is_empty: bool) -> None:
        hint = ""
        if history is not None and history.ending is not None:
            words_now, hint = tr("training.no_curves"), self._reason()
        elif history is not None:
            words_now = tr("training.waiting_curves")
        elif self._state.shown_run is not None:
            words_now = tr("training.loading_curves")
        else:
            words_now, hint = self._invitation, self._invitation_hint
        self._empty.setText(words_now)
        self._empty_hint.setText(hint)
        self._empty.setVisible(is_empty)
        self._empty_hint.setVisible(is_empty and bool(hint))
        self._place_empty()

    def _reason(self) -> str:
        """Why the run that is shown failed, and what to do; a notice has said so, but goes away."""
        record = self._run_control.record(self._state.shown_run)
        return "" if record is None else say_all(record.message, record.hint)

    def invite(self, title: str, dataset: str) -> None:
        """Says what Start would train on what, where nothing is drawn yet."""
        self.say_why_not(tr("training.empty_curves", title=title, data=dataset), tr("training.empty_curves_hint"))

    def say_why_not(self, words: str, hint: str) -> None:
        """Says something else where nothing is drawn yet."""
        self._invitation, self._invitation_hint = words, hint
        self.refresh()

    def _place_empty(self) -> None:
        if self._empty.isHidden():
            return
        top = self.height() // 2 - 20
        room = self.width() - (LEGEND_WIDTH if self.width() > 3 * LEGEND_WIDTH + 80 else 0)
        title = max(22, self._empty.heightForWidth(room - 2 * _SIDE))
        self._empty.setGeometry(_SIDE, top, room - 2 * _SIDE, title)
        top += title + 2
        needed = max(20, self._empty_hint.heightForWidth(room - 2 * _SIDE))
        self._empty_hint.setGeometry(_SIDE, top, room - 2 * _SIDE, min(needed, self.height() - top))
        self._empty.raise_()
        self._empty_hint.raise_()

    def retranslate(self) -> None:
        for title, key in zip(self._titles, ("loss", "accuracy"), strict=True):
            title.setText(tr(f"training.{key}"))
        plots: tuple[QWidget, QWidget] = self._plots or self._places
        for plot, key in zip(plots, ("loss_plot", "accuracy_plot"), strict=True):
            plot.setAccessibleName(tr(f"training.{key}"))
        self._legend.setAccessibleName(tr("training.legend"))
        self.menu.retranslate()
        self.refresh()

    def restyle(self) -> None:
        for plot in self._plots or ():
            plot.restyle()
        self._legend.restyle()
        self.menu.restyle()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def close_loader(self) -> None:
        """Waits for what is being imported; nothing is imported after it."""
        self._after_paint.stop()
        self._loader.close()


def _import_plot() -> object:
    qt_classes.wait()  # pyqtgraph names all of them
    from explorer.gui.widgets.charts.live_plot import LivePlot

    return LivePlot


def _curves_of(history: History, smoothing: str) -> RunCurves:
    from explorer.gui.panels.training import curve_data  # brings numpy: not before there is something to draw

    return curve_data.curves_of(history, smoothing)


def _lines_that_count(curves: RunCurves, quantity: str) -> tuple[Line, Line]:
    measure = curves.loss if quantity == "loss" else curves.accuracy
    return measure.train, measure.test


def _curves(
    shown: RunCurves | None, references: list[tuple[str, str, RunCurves]], quantity: str, *, is_smooth: bool
) -> list[Curve]:
    """What is drawn of one quantity, in the order in which it is said at the mouse."""
    from explorer.gui.widgets.charts.live_curve import Curve, Look

    drawn = []
    if shown is not None:
        measure = shown.loss if quantity == "loss" else shown.accuracy
        look = Look.LINE if is_smooth else Look.STEPS
        drawn.append(Curve(tr("training.train"), measure.train.x, measure.train.y, look, "accent"))
        drawn.append(Curve(tr("training.test"), measure.test.x, measure.test.y, Look.POINTS, "success"))
    for name, colour, curves in references:
        measure = curves.loss if quantity == "loss" else curves.accuracy
        line = measure.test if len(measure.test.x) > 1 else measure.train
        kind = tr("training.test") if line is measure.test else tr("training.train")
        drawn.append(Curve(f"{name} {kind}", line.x, line.y, Look.REFERENCE, colour))
    if shown is not None and is_smooth:
        measure = shown.loss if quantity == "loss" else shown.accuracy
        drawn.append(Curve("", measure.steps.x, measure.steps.y, Look.RAW, "accent"))
    return drawn


def _marks(history: History | None) -> list[Mark]:
    """Where the user changed the learning rate, and to what; where the run ended since nothing got better."""
    from explorer.gui.widgets.charts.live_curve import Mark

    if history is None or not history.steps_per_epoch:
        return []
    found = [
        Mark(change.step / history.steps_per_epoch, tr("training.lr_mark", rate=numerals.rate(change.lr)))
        for change in history.lr_changes
    ]
    if history.ended_early is not None:
        end = history.ended_early.step / history.steps_per_epoch
        found.append(Mark(end, tr("curves.ended_early"), is_end=True))
    return found


def _epoch(x: float) -> str:
    return tr("training.at_epoch", epoch=f"{x:.1f}")
