"""The weights of the layer as pictures: all filters, or the kernels of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from explorer.graph.model import Category
from explorer.gui import theme
from explorer.gui.panels.inspector.mosaic_page import MosaicPage
from explorer.gui.panels.inspector.page import Drawer, label, row
from explorer.gui.text import tr
from explorer.gui.widgets.fields.option_button import OptionButton
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from explorer.gui.state import AppState
    from explorer.inspection.insight import Array
    from explorer.inspection.tiles import Mosaic

GAP = 2
ONE, ALL = "one", "all"
LAYER, RUN = "layer", "run"  # one scale for the layer now, or at all stored moments


class FiltersPage(MosaicPage):
    """Filters of the selected layer, signed, with one scale.

    A layer that reads 1 or 3 channels shows a picture a filter. Others show the kernels of one filter, one an input
    channel, or the whole layer as a matrix with a row an output and a column an input.
    """

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "filters")
        self.note = label("secondary")
        self.mode, self.scaling = OptionButton(), OptionButton()
        self.before, self.after, self.which = QToolButton(), QToolButton(), label("mono")
        for button, icon in ((self.before, "chevron-left"), (self.after, "chevron-right")):
            button.setProperty("role", "flat")
            button.setProperty("icon_name", icon)
        self._stepper = row(self.before, self.which, self.after, None, self.mode, spacing=4)
        scale = row(self.scale, self.scaling)
        self._rows = (row(self.head, None, self.note), self._stepper, scale, self.area, self.readout)
        self.fill(*self._rows)
        self._weights: Array | None = None
        self._filter = 0
        self._drawn_filter: int | None = None  # of which the kernels are on the screen; None for all filters
        self._connect()

    def _connect(self) -> None:
        for option in (self.mode, self.scaling):
            option.changed.connect(self._draw)
        self.state.past_changed.connect(self._on_past)
        self.before.clicked.connect(self._previous)
        self.after.clicked.connect(self._next)
        self.grid.chosen.connect(self._on_chosen)
        self.grid.left.connect(self._show_one)

    @property
    def is_deep(self) -> bool:
        """The layer reads so many channels that its filters do not fit one picture each."""
        return self._weights is not None and (self._weights.ndim != 4 or self._weights.shape[1] not in (1, 3))

    def show_filter(self, index: int) -> None:
        """Shows the kernels of the filter of output channel `index`."""
        assert self._weights is not None
        self._filter = index % len(self._weights)
        self._draw()

    # -- Page -------------------------------------------------------------------------------------------------------

    def contents(self) -> tuple[QWidget, ...]:
        return self._rows

    def retranslate(self) -> None:
        modes = {key: (tr(f"inspector.mode_{key}"), tr(f"inspector.mode_{key}_long")) for key in (ONE, ALL)}
        self.mode.set_options(modes, tr("inspector.mode"))
        scalings = {key: (tr(f"inspector.scaling_{key}"), tr(f"inspector.scaling_{key}_long")) for key in (LAYER, RUN)}
        self.scaling.set_options(scalings, tr("inspector.scaling"))
        for button, key in ((self.before, "previous"), (self.after, "next")):
            button.setAccessibleName(tr(f"inspector.{key}_filter"))
            button.setToolTip(tr(f"inspector.{key}_filter"))
        self.grid.setAccessibleName(tr("inspector.tab_filters"))
        self.scale.setAccessibleName(tr("inspector.scale"))

    def refresh(self) -> None:
        for button in (self.before, self.after):
            button.setIcon(theme.icon(button.property("icon_name"), "secondary"))
        if self._is_another_layer():
            self._filter = 0
        subject, insight = self.subject(), self.state.insight
        self._weights = None if subject is None or insight is None else insight.filters.get(subject.node.path)
        if self._weights is None or self._weights.size == 0:
            self.grid.show_mosaic(None)
            has_none = subject is not None and insight is not None
            self.show_empty(self._why_no_filters() if has_none else self.why_nothing())
            return
        self.show_empty("")
        self.scaling.setVisible(self.has_past())
        self._draw()

    def _on_past(self) -> None:
        self.scaling.setVisible(self.has_past())
        if self.scaling.current == RUN and self.isVisible():
            self._draw()

    def _clear(self) -> None:
        super()._clear()
        self.note.setText("")

    def _why_no_filters(self) -> str:
        subject = self.subject()
        assert subject is not None
        if subject.block is not None:
            return tr("inspector.filters_of_block")
        is_normalisation = subject.node.category == Category.NORMALISATION
        return tr("inspector.filters_of_norm" if is_normalisation else "inspector.no_filters")

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        weights = self._weights
        if weights is None or self.isHidden():
            return
        width, gap = self.grid.pixel_width(), round(GAP * self.grid.devicePixelRatioF())
        index = self._filter if self.is_deep and self.mode.current == ONE else None
        ends = self.past_ends(of_weights=True) if self.scaling.current == RUN and self.has_past() else None

        def work() -> tuple[Mosaic, int | None]:
            from explorer.inspection import mosaic_files, tiles

            if index is None:
                return mosaic_files.filter_mosaic(weights, width=width, gap=gap, ends=ends), None
            return tiles.kernels(weights, index, width=width, gap=gap, ends=ends), index

        self.drawer.request(work, self._show)

    def _show(self, drawn: tuple[Mosaic, int | None]) -> None:
        from explorer.inspection import colourmaps

        weights = self._weights
        if weights is None:
            return
        mosaic, self._drawn_filter = drawn
        self.grid.show_mosaic(mosaic)
        self.scale.show_scale(colourmaps.table(mosaic.scale.colours), mosaic.scale.low, mosaic.scale.high)
        inputs = weights.shape[1]
        kernel = f"{weights.shape[2]}×{weights.shape[3]}" if weights.ndim == 4 else "1×1"
        self.head.setText(tr("inspector.head_filters", count=len(weights), kernel=kernel, inputs=inputs))
        is_rgb = weights.ndim == 4 and inputs == 3
        merged = _weights_a_pixel(mosaic)
        if merged:
            self.note.setText(tr("inspector.mean_of", size=merged))
        else:
            self.note.setText(tr("inspector.in_colour" if is_rgb else "inspector.signed"))
        self._stepper.setVisible(self.is_deep)
        is_one = self.mode.current == ONE
        for widget in (self.before, self.after, self.which):
            widget.setVisible(is_one)
        self.which.setText(tr("inspector.which_filter", index=self._filter, count=len(weights)))
        self._on_hovered(None)

    # -- pointer and keys -------------------------------------------------------------------------------------------

    def _previous(self) -> None:
        self.show_filter(self._filter - 1)

    def _next(self) -> None:
        self.show_filter(self._filter + 1)

    def _show_one(self) -> None:
        self.mode.choose(ONE)

    def _on_chosen(self, _tile: int) -> None:
        """In the matrix, a click shows the filter of that row."""
        at = self.grid.under_pointer
        if self.is_deep and self._drawn_filter is None and at is not None and at[1] >= 0:
            output, _ = self._place(*at)
            self._filter = output
            self.mode.choose(ONE)

    def _place(self, tile: int, line: int, column: int) -> tuple[int, str]:
        """Output channel of what is drawn there, and words for the value."""
        weights, mosaic = self._weights, self.grid.mosaic
        assert weights is not None
        assert mosaic is not None
        c_in = weights.shape[1]
        size = weights.shape[2:] if weights.ndim == 4 else (1, 1)
        if self._drawn_filter is not None:
            output, source = self._drawn_filter, tile
        elif len(mosaic.order) == len(weights) * c_in and len(mosaic.order) > 1:
            output, source = divmod(tile, c_in)
        elif len(mosaic.order) == 1 and mosaic.map_size != size:  # one matrix
            (output, line), (source, column) = divmod(line, size[0]), divmod(column, size[1])
        else:
            output, source = tile, 0
        if weights.ndim == 4 and c_in == 3:
            values = [compact(float(weights[output, channel, line, column])) for channel in range(3)]
            return output, tr("inspector.at_rgb", output=output, values=" ".join(values))
        value = float(weights[output, source, line, column] if weights.ndim == 4 else weights[output, source])
        self.scale.set_marker(value)
        return output, tr("inspector.at_weight", output=output, source=source, value=compact(value))

    def _on_hovered(self, at: tuple[int, int, int] | None) -> None:
        if at is None or at[1] < 0 or self._weights is None or self.grid.mosaic is None:
            self.scale.set_marker(None)
            self.readout.setText(tr(f"inspector.{self._hint()}"))
            return
        self.readout.setText(self._place(*at)[1])

    def _hint(self) -> str:
        if self._weights is not None and not self.is_deep and self._weights.shape[1] == 3:
            return "hint_rgb"
        return "hint_matrix" if self.is_deep and self.mode.current == ALL else "hint_filters"


def _weights_a_pixel(mosaic: Mosaic) -> str:
    """How many weights, down and across, one pixel is the mean of, as "2×5"; "" where each has its own."""
    down, across = (-(-size // cell) for size, cell in zip(mosaic.map_size, mosaic.cell, strict=True))
    return f"{down}×{across}" if max(down, across) > 1 else ""
