"""The scene of the graph view: shows a picture and knows what lies where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from explorer.graph.picture import Box, Frame, Picture, Wire
from explorer.gui.widgets.graph import heads
from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.drawn import Drawn, Place
from explorer.gui.widgets.graph.items import BoxLayer, FrameLayer, Layer, Overview, WireLayer
from explorer.gui.widgets.graph.sheet import Mark, Sheet, Target

EMPTY = Picture((), (), (), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer; `opens` where a click there opens or closes the block."""

    target: Target
    opens: bool


class GraphScene(QGraphicsScene):
    """Boxes, frames and wires of one picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # An index over items costs more on every change than it saves: there is a handful.
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.sheet: Sheet | None = None
        self._zoom = 1.0
        self._share = 1.0  # of the opacity of wires
        self.drawn = Drawn(EMPTY)
        self._overview: Overview | None = None
        self.wire_layer, self.box_layer = WireLayer(1), BoxLayer(2)
        self.frame_layer = FrameLayer(0, self.wire_layer)
        for layer in self._layers():
            self.addItem(layer)

    def _layers(self) -> tuple[Layer, Layer, Layer]:
        return self.frame_layer, self.wire_layer, self.box_layer

    @property
    def picture(self) -> Picture:
        return self.drawn.picture

    # -- building ---------------------------------------------------------------------------------------------------

    def begin(self, sheet: Sheet | None) -> None:
        """Empties the scene for another graph."""
        self.sheet = sheet
        if sheet is not None:
            sheet.zoom = self._zoom
        self._show(EMPTY)

    def draw(self, picture: Picture) -> None:
        """Shows `picture` of the sheet's graph.

        Raises:
            ValueError: The picture is of another graph.
        """
        assert self.sheet is not None
        self.sheet.check(picture)
        self._show(picture)

    def _show(self, picture: Picture) -> None:
        self.drawn = Drawn(picture)
        for layer in self._layers():
            layer.set_drawn(self.sheet, self.drawn)
        if self._overview is not None:
            self.removeItem(self._overview)
            self._overview = None
        self.wire_layer.show_faults(self.faulty_wires())
        if self.sheet is not None and picture.boxes:
            self._overview = Overview(self.sheet, picture, 3)
            self.addItem(self._overview)
        self._light()
        self._show_detail()

    def move(self, places: Mapping[Target, Place], new: frozenset[Target], share: float) -> None:
        """Draws things elsewhere than the picture says; the `new` ones and all wires only with the opacity `share`."""
        if self.sheet is not None:
            self.sheet.moved, self.sheet.fading = places, (new, share)
            self._share = share
            self._show_detail()
            self.update()

    # -- state ------------------------------------------------------------------------------------------------------

    def set_zoom(self, zoom: float) -> None:
        """Says how large a pixel of the scene is on the screen; decides how much is drawn."""
        self._zoom = zoom
        if self.sheet is not None:
            self.sheet.zoom = zoom
            self._show_detail()

    def _show_detail(self) -> None:
        is_far = self._zoom < graph_ink.OVERVIEW_BELOW
        for layer in self._layers():
            layer.setOpacity(0.0 if is_far else self._share if layer is self.wire_layer else 1.0)
        if self._overview is not None:
            self._overview.setVisible(is_far)

    def select(self, target: Target | None) -> None:
        if self.sheet is not None and target != self.sheet.selected:
            before, self.sheet.selected = self.sheet.selected, target
            self._repaint(before, target)
            self._light()

    def hover(self, target: Target | None) -> None:
        if self.sheet is not None and target != self.sheet.hovered:
            before, self.sheet.hovered = self.sheet.hovered, target
            self._repaint(before, target)

    def mark_found(self, targets: frozenset[Target]) -> None:
        if self.sheet is not None and targets != self.sheet.found:
            self.sheet.found = targets
            self.update()

    def mark(self, marks: Mapping[Target, Mark]) -> None:
        """Gives boxes marks; the others lose theirs."""
        if self.sheet is not None and marks != self.sheet.marks:
            self.sheet.marks = marks
            if self._overview is not None:
                self._overview.forget_colours()
            self.update()

    def recolour(self, colouring: Colouring) -> None:
        """Draws in other colours.

        Raises:
            ValueError: The colours are those of another graph.
        """
        if self.sheet is not None:
            self.sheet.recolour(colouring)
            if self._overview is not None:
                self._overview.forget_colours()
            self.update()

    def restyle(self) -> None:
        """Looks up words and colours again after a change of language or theme."""
        if self.sheet is not None:
            self.sheet.forget_words()
            self.recolour(self.sheet.colouring)

    def _repaint(self, *targets: Target | None) -> None:
        for target in targets:
            place = None if target is None else self._place(target)
            if target is not None and place is not None:
                layer = self.box_layer if target in self.drawn.boxes else self.frame_layer
                layer.update_around(place)
        if self._overview is not None and self._overview.isVisible():
            self._overview.update()

    def _light(self) -> None:
        selected = None if self.sheet is None else self.sheet.selected
        self.wire_layer.light(self.wires_of(selected) if selected in self.drawn.boxes else ())

    # -- asking -----------------------------------------------------------------------------------------------------

    def item(self, target: Target) -> Box | Frame | None:
        """The box of a node or closed block, or the frame of an open one."""
        return self.drawn.thing(target)

    def place(self, target: Target) -> QRectF | None:
        """Where that is drawn now; it may be moving."""
        place = self._place(target)
        return None if place is None else QRectF(*place)

    def _place(self, target: Target) -> Place | None:
        moved = None if self.sheet is None else self.sheet.moved.get(target)
        return moved or self.drawn.place(target)

    def hit(self, at: QPointF) -> Hit | None:
        """What lies at `at`: a box, else the innermost frame."""
        x, y = at.x(), at.y()
        for box in self.drawn.boxes_between(y, y):
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                is_chevron = box.target[0] == "block" and x > box.x + box.width - graph_ink.CHEVRON
                return Hit(box.target, is_chevron)
        inside = self.drawn.frames_at(x, y)
        if not inside:
            return None
        frame = max(inside, key=lambda each: each.depth)
        return Hit(("block", frame.block), y <= frame.y + graph_ink.HEAD and self._is_at_mark(frame, x))

    def _is_at_mark(self, frame: Frame, x: float) -> bool:
        """Whether `x` is that of the mark in the frame's head."""
        assert self.sheet is not None
        start = heads.begin(self.sheet, frame.block, frame.x, self.frame_layer.free(frame, frame.width))
        return start <= x - frame.x <= start + graph_ink.CHEVRON + 4

    def is_open(self, target: Target) -> bool:
        return target[0] == "block" and target[1] in self.drawn.frames

    def wires_of(self, target: Target | None) -> Sequence[Wire]:
        """The wires that begin or end at the box of `target`."""
        if target is None or self.sheet is None:
            return ()
        nodes = self.nodes_of(target)
        return [
            wire
            for wire in self.picture.wires
            if wire.source in nodes or any(reader in nodes for reader in wire.targets)
        ]

    def faulty_wires(self) -> Sequence[Wire]:
        """The wires that carry what does not fit to where it does not."""
        mismatch = None if self.sheet is None else self.sheet.graph.mismatch
        if mismatch is None or mismatch.node is None:
            return ()
        return [
            wire
            for wire in self.picture.wires
            if mismatch.node in wire.targets
            and any(source in mismatch.sources for source in (wire.source, *wire.more_sources))
        ]

    def nodes_of(self, target: Target) -> range:
        """The nodes that the box or frame of `target` stands for."""
        assert self.sheet is not None
        kind, index = target
        box = self.drawn.boxes.get(target)
        if kind == "node":
            return range(index, index + 1 + (len(box.joined) if box is not None else 0))
        blocks = self.sheet.graph.blocks
        last = index
        if box is not None and box.repeat > 1:
            beside = self.sheet.graph.child_blocks[blocks[index].parent]
            last = beside[beside.index(index) + box.repeat - 1]
        return range(blocks[index].first, blocks[last].last)

    def owner(self, node: int) -> Target | None:
        """The box that shows `node`: its own, that of a closed block around it, or one that it was joined to."""
        if self.sheet is None or ("node", node) in self.drawn.boxes:
            return None if self.sheet is None else ("node", node)
        graph = self.sheet.graph
        for block in graph.enclosing(graph.nodes[node].block)[1:]:
            target = self._shown(block)
            if target is not None:
                return target
        before = node
        while before > 0 and ("node", before) not in self.drawn.boxes:
            before -= 1
        box = self.drawn.boxes.get(("node", before))
        return box.target if box is not None and node in box.joined else None

    def _shown(self, block: int) -> Target | None:
        """The box of `block`, or of the equal one before it in whose count it is."""
        if ("block", block) in self.drawn.boxes:
            return ("block", block)
        if not self.drawn.has_repeats or block in self.drawn.frames:
            return None
        assert self.sheet is not None
        graph = self.sheet.graph
        beside = graph.child_blocks[graph.blocks[block].parent]
        place = beside.index(block)
        for steps, other in enumerate(reversed(beside[:place]), start=1):
            box = self.drawn.boxes.get(("block", other))
            if box is not None:
                return box.target if box.repeat > steps else None
        return None
