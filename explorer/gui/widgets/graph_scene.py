"""The scene of the graph view: keeps its items in step with a picture and knows what lies where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from explorer.graph.picture import Frame, Picture, Wire
from explorer.gui.widgets import graph_ink
from explorer.gui.widgets.graph_colouring import Colouring
from explorer.gui.widgets.graph_items import BoxItem, FrameItem, Layer, Overview, Place
from explorer.gui.widgets.graph_sheet import Mark, Sheet, Target
from explorer.gui.widgets.graph_wires import LitWires, WiresItem, wire_items

EMPTY = Picture((), (), (), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer; `opens` where a click there opens or closes the block."""

    target: Target
    opens: bool


class Change(NamedTuple):
    """One item of a redrawn scene that moved, or is new (`before` is None)."""

    item: BoxItem | FrameItem
    before: Place | None
    after: Place


class GraphScene(QGraphicsScene):
    """Boxes, frames and wires of one picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # An index over items costs more on every change than it saves: layers hold all, and few paint.
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.sheet: Sheet | None = None
        self.picture = EMPTY
        self._zoom = 1.0
        self._boxes: dict[Target, BoxItem] = {}
        self._frames: dict[int, FrameItem] = {}
        self._wires: list[WiresItem] = []
        self._lit: LitWires | None = None
        self._faults: LitWires | None = None
        self._overview: Overview | None = None
        self._has_repeats = False
        self.frame_layer, self.wire_layer, self.box_layer = Layer(0), Layer(1), Layer(2)
        for layer in self._layers():
            self.addItem(layer)

    def _layers(self) -> tuple[Layer, Layer, Layer]:
        return self.frame_layer, self.wire_layer, self.box_layer

    # -- building ---------------------------------------------------------------------------------------------------

    def begin(self, sheet: Sheet | None) -> None:
        """Empties the scene for another graph."""
        for item in (*self._boxes.values(), *self._frames.values()):
            self.removeItem(item)
        self._boxes, self._frames = {}, {}
        self.sheet = sheet
        self._draw_wires(EMPTY)
        self.picture = EMPTY
        if sheet is not None:
            sheet.zoom = self._zoom

    def draw(self, picture: Picture) -> list[Change]:
        """Shows `picture` of the sheet's graph; items of things that stay are kept.

        Raises:
            ValueError: The picture is of another graph.
        """
        assert self.sheet is not None
        self.sheet.check(picture)
        self.picture = picture
        self._has_repeats = any(box.repeat > 1 for box in picture.boxes)
        changes = [*self._draw_frames(picture), *self._draw_boxes(picture)]
        self._draw_wires(picture)
        self._show_detail()
        return changes

    def _draw_boxes(self, picture: Picture) -> list[Change]:
        assert self.sheet is not None
        left, changes = self._boxes, []
        self._boxes = {}
        shown = self._boxes
        for box in picture.boxes:
            target, x, y, width, height, repeat, joined = box
            place = (float(round(x)), float(round(y)), width, height)  # whole pixels: sharp borders
            item = left.pop(target, None)
            before = None if item is None else item.place
            if item is None or item.repeat != repeat or item.joined != joined:
                if item is not None:
                    self.removeItem(item)
                item = BoxItem(self.sheet, box, self.box_layer)
            if before != place:
                item.set_place(place)
                changes.append(Change(item, before, place))
            shown[target] = item
        for item in left.values():
            self.removeItem(item)
        return changes

    def _draw_frames(self, picture: Picture) -> list[Change]:
        assert self.sheet is not None
        left, changes = self._frames, []
        self._frames = {}
        for frame in picture.frames:
            place = (float(round(frame.x)), float(round(frame.y)), frame.width, frame.height)
            item = left.pop(frame.block, None)
            before = None if item is None else item.place
            if item is None:
                item = FrameItem(self.sheet, frame, self.frame_layer)
            if before != place:
                item.set_place(place)
                changes.append(Change(item, before, place))
            self._frames[frame.block] = item
        for item in left.values():
            self.removeItem(item)
        return changes

    def _draw_wires(self, picture: Picture) -> None:
        for item in (*self._wires, self._lit, self._faults, self._overview):
            if item is not None:
                self.removeItem(item)
        self._wires, self._lit, self._faults, self._overview = [], None, None, None
        if self.sheet is None or not picture.boxes:
            return
        self._wires = wire_items(self.sheet, picture, self.wire_layer)
        for frame in picture.frames:
            self._frames[frame.block].set_frame(frame, self._crossings)
        self._lit = LitWires(self.sheet, self.wire_layer)
        self._faults = LitWires(self.sheet, self.wire_layer, is_fault=True)
        self._faults.set_wires(self.faulty_wires())
        self._overview = Overview(self.sheet, picture, 3)
        self.addItem(self._overview)
        self._light()

    def _crossings(self, frame: Frame) -> list[float]:
        """Where wires cross the head of `frame`, from left to right."""
        return sorted({x for item in self._wires for x in item.crossings(frame)})

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
            layer.setOpacity(0.0 if is_far else 1.0)
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
            item = None if target is None else self.item(target)
            if item is not None:
                item.update()
        if self._overview is not None and self._overview.isVisible():
            self._overview.update()

    def _light(self) -> None:
        if self._lit is not None and self.sheet is not None:
            is_box = self.sheet.selected in self._boxes
            self._lit.set_wires(self.wires_of(self.sheet.selected) if is_box else ())

    # -- asking -----------------------------------------------------------------------------------------------------

    def item(self, target: Target) -> BoxItem | FrameItem | None:
        """The box of a node or closed block, or the frame of an open one."""
        if target in self._boxes:
            return self._boxes[target]
        return self._frames.get(target[1]) if target[0] == "block" else None

    def place(self, target: Target) -> QRectF | None:
        item = self.item(target)
        return None if item is None else QRectF(*item.place)

    def hit(self, at: QPointF) -> Hit | None:
        """What lies at `at`: a box, else the innermost frame."""
        x, y = at.x(), at.y()
        for box in self.picture.boxes:
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                is_chevron = box.target[0] == "block" and x > box.x + box.width - graph_ink.CHEVRON
                return Hit(box.target, is_chevron)
        inside = [
            frame
            for frame in self.picture.frames
            if frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.y + frame.height
        ]
        if not inside:
            return None
        frame = max(inside, key=lambda each: each.depth)
        in_head = y <= frame.y + graph_ink.HEAD and x <= frame.x + graph_ink.CHEVRON + 4
        return Hit(("block", frame.block), in_head)

    def is_open(self, target: Target) -> bool:
        return target[0] == "block" and target[1] in self._frames

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
        box = self._boxes.get(target)
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
        if self.sheet is None or ("node", node) in self._boxes:
            return None if self.sheet is None else ("node", node)
        graph = self.sheet.graph
        for block in graph.enclosing(graph.nodes[node].block)[1:]:
            target = self._shown(block)
            if target is not None:
                return target
        before = node
        while before > 0 and ("node", before) not in self._boxes:
            before -= 1
        box = self._boxes.get(("node", before))
        return box.target if box is not None and node in box.joined else None

    def _shown(self, block: int) -> Target | None:
        """The box of `block`, or of the equal one before it in whose count it is."""
        if ("block", block) in self._boxes:
            return ("block", block)
        if not self._has_repeats or block in self._frames:
            return None
        assert self.sheet is not None
        graph = self.sheet.graph
        beside = graph.child_blocks[graph.blocks[block].parent]
        place = beside.index(block)
        for steps, other in enumerate(reversed(beside[:place]), start=1):
            box = self._boxes.get(("block", other))
            if box is not None:
                return box.target if box.repeat > steps else None
        return None
