"""All feature maps of the layer, or one of them enlarged; the value under the pointer, and how one comes about."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.graph import arithmetic
from explorer.graph.model import Category
from explorer.gui.fact_meanings import meanings
from explorer.gui.panels.inspector.drivers_section import DriversSection
from explorer.gui.panels.inspector.mosaic_page import MosaicPage
from explorer.gui.panels.inspector.page import Drawer, label, row
from explorer.gui.panels.inspector.summary import Summary, draw_strip
from explorer.gui.panels.inspector.value_section import ValueSection
from explorer.gui.text import language, say, tr
from explorer.gui.widgets.fields.option_button import OptionButton
from explorer.gui.widgets.words.numerals import compact

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent

    from explorer.gui.state import AppState
    from explorer.inspection.insight import Array
    from explorer.inspection.reckoning import Reckoning, Unit
    from explorer.inspection.tiles import Indices, Mosaic

    Drawn = tuple[Mosaic, Array, Mosaic | None, Reckoning | None]

GAP = 2  # px between maps
MAIN_FACTS = (arithmetic.OUTPUT_SIZE, arithmetic.PARAMETERS, arithmetic.FIELD)
ROOM_FOR_SUMMARY = 440  # px; a lower page shows the maps alone
ORDERS, SCALINGS, COLOURS = ("strength", "index"), ("layer", "map", "robust"), ("viridis", "signed", "grey")
RUN = "run"  # a scale for all stored moments of the run


class MapsPage(MosaicPage):
    """The maps of the selected layer for the pinned image.

    Signals:
        pointed(object): (row, column) of the value that is pointed at or was clicked, or None.
    """

    pointed = Signal(object)

    def __init__(self, state: AppState, drawer: Drawer) -> None:
        super().__init__(state, drawer, "featureMaps")
        self.dead = label("secondary")
        self.order, self.scaling, self.colours = OptionButton(), OptionButton(), OptionButton()
        self.back = QToolButton()
        self.back.setProperty("role", "option")
        self.back.hide()
        self.summary, self.value = Summary(), ValueSection()
        self.below.insertWidget(1, self.value)
        self.drivers = DriversSection(state)
        self.drivers.found.connect(self._on_drivers_found)
        self.below.insertWidget(2, self.drivers)
        self._rows = (
            row(self.back, self.head, None, self.dead, spacing=6),
            row(self.order, self.scaling, self.colours, None, spacing=10),
            self.scale,
            self.area,
            self.readout,
            self.summary,
        )
        self.fill(*self._rows)
        self._enlarged: int | None = None
        self._clicked: Unit | None = None  # the value that is taken apart
        self._is_hidden_below = False  # how it comes about, until it has been scrolled to
        self._told_of: object = None  # the layer whose main facts are shown, and their language
        self._activation: Array | None = None
        self._has_past = False
        for option in (self.order, self.scaling, self.colours):
            option.changed.connect(self._draw)
        self.back.clicked.connect(self.show_all)
        self.grid.chosen.connect(self._on_chosen)
        self.grid.left.connect(self._on_left)
        self.value.closed.connect(self.leave_value)
        self.grid.stepped.connect(self._on_stepped)
        state.past_changed.connect(self._on_past)

    @property
    def enlarged(self) -> int | None:
        """Index of the map that is shown alone."""
        return self._enlarged

    @property
    def clicked(self) -> Unit | None:
        """The map, row and column of the value that is taken apart."""
        return self._clicked

    def enlarge(self, index: int) -> None:
        """Shows one map alone."""
        self._enlarged = index
        if self._clicked is not None:
            self._clicked = (index, *self._clicked[1:])
        self._draw()

    def show_all(self) -> None:
        """Shows all maps again."""
        if self._enlarged is not None or self._clicked is not None:
            self._enlarged = self._clicked = None
            self._draw()

    def take_apart(self, unit: Unit) -> None:
        """Shows how the value at `unit` comes about."""
        self._clicked = unit
        self._is_hidden_below = True
        self._draw()

    def leave_value(self) -> None:
        """Shows no more how a value comes about."""
        if self._clicked is not None:
            self._clicked = None
            self._draw()

    # -- Page -------------------------------------------------------------------------------------------------------

    def contents(self) -> tuple[QWidget, ...]:
        return self._rows

    def retranslate(self) -> None:
        self.order.set_options(_words("order", ORDERS), tr("inspector.order"))
        self._offer_scalings()
        self.colours.set_options(_words("colours", COLOURS), tr("inspector.colours"))
        self.back.setText(tr("inspector.back"))
        self.back.setAccessibleName(tr("inspector.back"))
        self.grid.setAccessibleName(tr("inspector.maps"))
        self.scale.setAccessibleName(tr("inspector.scale"))
        self.value.retranslate()
        self.drivers.retranslate()
        self.value.restyle()

    def refresh(self) -> None:
        if self._is_another_layer():
            self._enlarged = self._clicked = None
        self._activation = activation = self.activation()
        if activation is None or activation.size == 0:
            self.grid.show_mosaic(None)
            self.show_empty(self.why_nothing())
            return
        self.show_empty("")
        self._make_room()
        self._draw()

    def _offer_scalings(self) -> None:
        self._has_past = self.has_past()
        scalings = (*SCALINGS, RUN) if self._has_past else SCALINGS
        self.scaling.set_options(_words("scaling", scalings), tr("inspector.scaling"))

    def _on_past(self) -> None:
        if self.has_past() != self._has_past:
            self._offer_scalings()
            self._draw()
        elif self.scaling.current == RUN and self.isVisible():
            self._draw()

    def _clear(self) -> None:
        super()._clear()
        self.summary.show_filters(None, "", "")
        self.dead.setText("")
        self.value.show_value(None, None, is_vector=False)
        self.drivers.show_map(None, None)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        activation, chosen = self._activation, self._enlarged
        if activation is None or self.isHidden():
            return
        width, gap = self.grid.pixel_width(), round(GAP * self.grid.devicePixelRatioF())
        strip_width, weights = self.summary.strip.pixel_width(), self._weights()
        order, scaling, colours = self.order.current, self.scaling.current, self.colours.current
        ends = strip_ends = sequence = None
        if scaling == RUN:
            scaling, ends, strip_ends = SCALINGS[0], self.past_ends(), self.past_ends(of_weights=True)
            sequence = self._lasting_sequence() if order == ORDERS[0] else None

        subject, insight, unit = self.subject(), self.state.insight, self._clicked

        def work() -> Drawn:
            from explorer.inspection import reckoning, tiles
            from explorer.inspection.colourmaps import ColourMap

            maps = tiles.as_maps(activation)
            scale, table = tiles.Scaling(scaling), ColourMap(colours)
            if chosen is not None and chosen < len(maps):
                drawn = tiles.single(maps, chosen, width=width, scaling=scale, colours=table, ends=ends)
            else:
                drawn = tiles.mosaic(
                    maps,
                    width=width,
                    gap=gap,
                    scaling=scale,
                    order=tiles.Order(order) if sequence is None else sequence,
                    colours=table,
                    ends=ends,
                )
            told = None
            if subject is not None and insight is not None and unit is not None:
                told = reckoning.reckon(subject.graph, subject.node, insight, unit)
            return drawn, maps, draw_strip(weights, strip_width, gap, strip_ends), told

        self.drawer.request(work, self._show)

    def _lasting_sequence(self) -> Indices | None:
        """The maps by their strength at the end, so that each keeps its place at all moments."""
        subject, past, activation = self.subject(), self.state.past, self._activation
        sequence = None if subject is None or past is None else past.sequence(subject.node.path)
        is_whole = sequence is not None and activation is not None and sequence.size == _map_count(activation)
        return sequence if is_whole else None

    def _weights(self) -> Array | None:
        subject, insight = self.subject(), self.state.insight
        if subject is None or subject.block is not None or insight is None:
            return None
        return insight.filters.get(subject.node.path)

    def _summarise(self, strip: Mosaic | None) -> None:
        weights, subject = self._weights(), self.subject()
        if strip is None or weights is None:
            self.summary.show_filters(None, "", "")
        else:
            kernel = f"{weights.shape[2]}×{weights.shape[3]}"
            head = tr("inspector.head_strip", kernel=kernel, inputs=weights.shape[1])
            note = tr("inspector.in_colour" if weights.shape[1] == 3 else "inspector.signed")
            self.summary.show_filters(strip, head, note)
        told_of = None if subject is None else (subject.graph, subject.node, language())
        if subject is not None and told_of != self._told_of:
            self._told_of = told_of
            facts = arithmetic.explain(subject.graph, subject.node)
            main = [(say(fact.label), fact.written(language())) for fact in facts if fact.label in MAIN_FACTS]
            self.summary.facts.show_facts(main, meanings())

    def _show(self, drawn: Drawn) -> None:
        from explorer.inspection import colourmaps

        mosaic, maps, strip, told = drawn
        self._summarise(strip)
        self.grid.set_mark(self._clicked)
        self.value.show_value(self._clicked, told, is_vector=mosaic.map_size == (1, 1))
        self._show_drivers()
        self._make_room()
        is_single = self._enlarged is not None and len(mosaic.order) == 1
        index = int(mosaic.order[0])
        self.grid.show_mosaic(mosaic, maps[index] if is_single else None)
        scale = mosaic.scale
        ends = (tr("inspector.least"), tr("inspector.most")) if scale.is_per_map and not is_single else None
        self.scale.show_scale(colourmaps.table(scale.colours), scale.low, scale.high, ends)
        size = f"{mosaic.map_size[0]}×{mosaic.map_size[1]}"
        if is_single:
            self.head.setText(tr("inspector.head_one", index=index, count=len(maps), size=size))
        else:
            key = "head_values" if mosaic.map_size == (1, 1) else "head_maps"
            self.head.setText(tr(f"inspector.{key}", count=len(maps), size=size))
        self.back.setVisible(is_single)
        self.order.setVisible(not is_single)
        self._say_dead(mosaic, is_single=is_single)
        self._on_hovered(None)
        if self._is_hidden_below:
            self._is_hidden_below = False
            QTimer.singleShot(0, partial(self._scroll_to, self.value))  # when it has got its height

    def _scroll_to(self, section: QWidget) -> None:
        """Shows as much of it as there is room for, from its beginning."""
        top, room = section.y(), self.area.viewport().height()
        needed = section.heightForWidth(section.width())  # which it is only about to get
        bar = self.area.verticalScrollBar()
        bar.setValue(max(bar.value(), min(top, top + needed - room)))

    def _show_drivers(self) -> None:
        """Of one map, or of one unit of a vector; what comes in is not driven by anything."""
        subject = self.subject()
        is_layer = subject is not None and subject.node.category != Category.INPUT
        channel = self._clicked[0] if self._clicked is not None else self._enlarged
        self.drivers.show_map(subject.node if subject is not None and is_layer else None, channel)

    def _on_drivers_found(self) -> None:
        QTimer.singleShot(0, partial(self._scroll_to, self.drivers))

    def _say_dead(self, mosaic: Mosaic, *, is_single: bool) -> None:
        words = []
        if mosaic.dead:
            words.append(tr("inspector.is_dead") if is_single else tr("inspector.dead", count=mosaic.dead))
        if mosaic.bad:
            words.append(tr("inspector.bad", count=mosaic.bad))
        self.dead.setText(" · ".join(words))
        self.dead.setToolTip(tr("inspector.dead_why") if mosaic.dead else "")

    # -- pointer and keys -------------------------------------------------------------------------------------------

    def _on_chosen(self, index: int) -> None:
        mosaic = self.grid.mosaic
        if mosaic is not None and (self._enlarged is not None or mosaic.map_size == (1, 1)):
            unit = self.grid.under_pointer or self._strongest(index)
            if unit == self._clicked:
                self.leave_value()
            elif unit is not None:
                self.take_apart(unit)
        else:
            self.enlarge(index)

    def _strongest(self, index: int) -> Unit | None:
        """The largest value of a map, for those who have no pointer."""
        if self._activation is None:
            return None
        from explorer.inspection import tiles

        chosen = abs(tiles.as_maps(self._activation)[index])
        return (index, *divmod(int(chosen.argmax()), chosen.shape[1]))

    def _on_left(self) -> None:
        if self._clicked is not None:
            self.leave_value()
        else:
            self.show_all()

    def _make_room(self) -> None:
        """The summary is there where there is room for it, and all maps are shown: one alone has more to say."""
        has_room = self.height() >= ROOM_FOR_SUMMARY and self._clicked is None and self._enlarged is None
        self.summary.setVisible(has_room and self.empty.isHidden())

    def _on_stepped(self, step: int) -> None:
        if self._enlarged is not None and self._activation is not None:
            self.enlarge((self._enlarged + step) % _map_count(self._activation))

    def _on_hovered(self, at: tuple[int, int, int] | None) -> None:
        mosaic, activation = self.grid.mosaic, self._activation
        seen = self._clicked if at is None or at[1] < 0 else at
        self.pointed.emit(None if seen is None or mosaic is None else seen[1:])
        if at is None or mosaic is None or activation is None:
            self.scale.set_marker(None)
            is_vector = mosaic is not None and mosaic.map_size == (1, 1)
            key = "hint_units" if is_vector else "hint_one" if self._enlarged is not None else "hint_maps"
            self.readout.setText(tr(f"inspector.{key}"))
            return
        from explorer.inspection import tiles

        index, line, column = at
        maps = tiles.as_maps(activation)
        if line < 0:
            self.readout.setText(tr("inspector.at_map", index=index))
            return
        value = float(maps[index, line, column])
        self.scale.set_marker(value)
        key = "at_unit" if mosaic.map_size == (1, 1) else "at_value"
        self.readout.setText(tr(f"inspector.{key}", index=index, row=line, column=column, value=compact(value)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pointed.emit(None)


def _map_count(activation: Array) -> int:
    """How many maps `tiles.as_maps` makes of it."""
    shape = activation.shape
    return shape[0] if len(shape) in (1, 3) else max(activation.size // max(math.prod(shape[-2:]), 1), 1)


def _words(option: str, keys: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    return {key: (tr(f"inspector.{option}_{key}"), tr(f"inspector.{option}_{key}_long")) for key in keys}
