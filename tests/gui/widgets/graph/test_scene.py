"""The scene and the view of the graph without a panel."""

import math

import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QGraphicsItem, QWidget
from pytestqt.qtbot import QtBot

from explorer.graph.colouring import ColourBy, Scale, amount
from explorer.graph.layout import layout
from explorer.graph.views import Detail, open_blocks
from explorer.gui import theme
from explorer.gui.widgets.graph import heads
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.facts import facts, tooltip
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Sheet
from explorer.gui.widgets.graph.view import GraphView
from explorer.gui.widgets.words.numerals import count
from tests.graph.graphs import carried
from tests.gui.graphs import block, node


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    made = GraphView()
    qtbot.addWidget(made)
    made.motion.duration_ms = 0
    made.resize(800, 600)
    made.show()
    return made


def show(view: GraphView, name: str, detail: Detail) -> GraphScene:
    graph = carried(name)
    picture = layout(graph, open_blocks(graph, detail))
    view.begin(Sheet(graph, Colouring(graph, ColourBy.TYPE)))
    view.draw(picture)
    return view.graph_scene


@pytest.mark.parametrize("name", ["lenet", "googlenet", "resnet18", "densenet"])
@pytest.mark.parametrize("detail", list(Detail))
def test_every_box_is_hit_in_its_middle(view: GraphView, name: str, detail: Detail) -> None:
    scene = show(view, name, detail)
    for box in scene.picture.boxes:
        hit = scene.hit(QPointF(box.x + box.width / 2, box.y + box.height / 2))
        assert hit is not None
        assert hit.target == box.target
        assert not hit.opens


@pytest.mark.parametrize("name", ["googlenet", "densenet"])
def test_every_frame_closes_at_its_mark(view: GraphView, name: str) -> None:
    scene = show(view, name, Detail.OPERATIONS)
    for frame in scene.picture.frames:
        hit = scene.hit(QPointF(frame.x + 19, frame.y + 19))
        assert hit is not None
        assert (hit.target, hit.opens) == (("block", frame.block), True)


def test_what_is_drawn_follows_the_picture(view: GraphView) -> None:
    scene = show(view, "resnet18", Detail.BLOCKS)
    graph = carried("resnet18")
    target = block(graph, "b1")
    inside = ("node", graph.blocks[target[1]].first)
    opened = open_blocks(graph, Detail.BLOCKS) | {target[1]}
    items = len(scene.items())
    view.redraw(layout(graph, opened), target[1])
    assert scene.is_open(target)
    assert scene.item(inside) in scene.picture.boxes
    view.redraw(layout(graph, open_blocks(graph, Detail.BLOCKS)), target[1])
    assert not scene.is_open(target)
    assert scene.item(target) in scene.picture.boxes
    assert scene.item(inside) is None
    assert len(scene.items()) == items


def unlike(left: QImage, right: QImage) -> float:
    """The share of pixels that differ."""
    places = [(x, y) for y in range(left.height()) for x in range(left.width())]
    return sum(left.pixel(x, y) != right.pixel(x, y) for x, y in places) / len(places)


@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize("name", ["googlenet", "densenet"])
def test_a_part_is_painted_as_it_is_with_everything_around_it(view: GraphView, name: str, detail: Detail) -> None:
    """What is left out because it does not lie in the part may not be missed."""
    scene = show(view, name, detail)
    view.show_top()
    view.scroll_by(0, scene.picture.height / 2)
    whole = view.viewport().grab().toImage()
    for part in (QRect(0, 0, 800, 7), QRect(0, 593, 800, 7), QRect(380, 0, 11, 600), QRect(200, 200, 300, 150)):
        # Dashes of frames begin where the part begins.
        assert unlike(view.viewport().grab(part).toImage(), whole.copy(part)) < 0.02


def test_movement_ends_where_things_belong(view: GraphView, qtbot: QtBot) -> None:
    scene = show(view, "resnet18", Detail.BLOCKS)
    graph = carried("resnet18")
    view.show()
    view.show_top()
    view.motion.duration_ms = 120
    index = block(graph, "b1")[1]
    view.redraw(layout(graph, open_blocks(graph, Detail.BLOCKS) | {index}), index)
    assert view.motion.is_running
    frame = next(frame for frame in scene.picture.frames if frame.block == index)
    assert scene.place(("block", index)).height() < frame.height  # it is still growing
    qtbot.waitUntil(lambda: not view.motion.is_running)
    for box in scene.picture.boxes:
        place = scene.place(box.target)
        assert abs(place.x() - box.x) <= 0.5
        assert abs(place.y() - box.y) <= 0.5
    assert all(layer.opacity() == 1 for layer in (scene.wire_layer, scene.box_layer, scene.frame_layer))


def test_a_click_during_movement_does_no_harm(view: GraphView, qtbot: QtBot) -> None:
    show(view, "resnet18", Detail.BLOCKS)
    graph = carried("resnet18")
    view.show()
    view.motion.duration_ms = 200
    base, index = open_blocks(graph, Detail.BLOCKS), block(graph, "b1")[1]
    for opened in (base | {index}, base, base | {index}, base):
        view.redraw(layout(graph, opened), index)
        qtbot.wait(20)
    view.begin(None)
    qtbot.wait(20)
    assert not view.motion.is_running
    assert view.graph_scene.picture.boxes == ()


def test_selected_box_lights_its_wires_and_only_those(view: GraphView) -> None:
    scene = show(view, "resnet18", Detail.OPERATIONS)
    graph = carried("resnet18")
    add = next(each for each in graph.nodes if each.kind in ("add", "add_", "iadd"))
    wires = scene.wires_of(("node", add.index))
    assert {wire.source for wire in wires if add.index in wire.targets} == set(add.inputs)
    assert any(wire.source == add.index for wire in wires)
    assert all(wire.source == add.index or add.index in wire.targets for wire in wires)


def test_far_away_one_item_paints_everything(view: GraphView) -> None:
    scene = show(view, "torchvision/efficientnet_b7", Detail.OPERATIONS)
    view.fit()
    assert view.zoom < 0.05
    assert scene.box_layer.opacity() == 0
    pixels = view.grab().toImage()
    paper = theme.colour("window").rgb()
    assert {pixels.pixel(x, y) for x in range(380, 420) for y in range(30, 570, 3)} - {paper}
    view.set_zoom(1.0)
    assert scene.box_layer.opacity() == 1


def test_zooming_keeps_the_place_under_the_pointer(view: GraphView) -> None:
    show(view, "googlenet", Detail.LAYERS)
    at = QPointF(300, 200)
    under = view._scene_at(at)
    for zoom in (0.5, 2.0, 0.8, 1.0):
        view.set_zoom(zoom, at)
        moved = view._scene_at(at) - under
        assert moved.manhattanLength() < 3 / zoom + 3


def test_zoom_has_limits(view: GraphView) -> None:
    show(view, "googlenet", Detail.LAYERS)
    view.set_zoom(1e9)
    assert view.zoom == 4.0
    view.set_zoom(1e-9)
    assert 0.01 < view.zoom <= 0.1


def test_tooltip_has_every_number(view: GraphView) -> None:
    graph = carried("googlenet")
    conv = next(each for each in graph.nodes if each.params == 110_720)
    told = dict(facts(graph, ("node", conv.index)))
    assert told["Parameters"] == "110\u202f720"
    assert told["Input"] == "96×12×12"
    assert told["Output"] == "128×12×12"
    assert told["MACs"] == count(conv.macs)
    assert conv.path in tooltip(graph, ("node", conv.index))
    inception = dict(facts(graph, block(graph, "b3.0")))
    assert inception["Input"] == "192×12×12"
    assert inception["Output"] == "256×12×12"


def test_tooltip_is_safe_for_names_with_angle_brackets() -> None:
    graph = carried("lenet")
    strange = graph.nodes[1]
    hostile = type(strange)(
        **{name: getattr(strange, name) for name in strange.__slots__ if name not in ("path", "kind")},
        path="<img src=x>", kind="<b>",
    )  # fmt: skip
    changed = type(graph)(graph.architecture, graph.input_shape, (graph.nodes[0], hostile), graph.blocks)
    assert "<img" not in tooltip(changed, ("node", 1))


def test_scale_is_by_decades_and_stays_in_its_limits() -> None:
    scale = Scale(ColourBy.PARAMETERS, 1_000_000)
    assert scale.place(1_000_000) == 1.0
    assert scale.place(0) == 0.0
    assert scale.place(10_000) == pytest.approx(0.5)
    assert scale.value(0.5) == pytest.approx(10_000)
    field = Scale(ColourBy.RECEPTIVE_FIELD, 101)
    assert field.place(51) == pytest.approx(0.5)


def test_amounts_of_blocks_are_their_sums() -> None:
    graph = carried("googlenet")
    target = block(graph, "b3.0")
    inside = graph.nodes[graph.blocks[target[1]].first : graph.blocks[target[1]].last]
    assert amount(graph, target, ColourBy.PARAMETERS) == sum(each.params for each in inside)
    assert amount(graph, target, ColourBy.MACS) == sum(each.macs for each in inside)


def test_wheel_scrolls_and_with_control_zooms(view: GraphView, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QWheelEvent

    show(view, "googlenet", Detail.LAYERS)
    view.show_top()

    def turn(modifiers: Qt.KeyboardModifier) -> None:
        event = QWheelEvent(
            QPointF(300, 200), QPointF(300, 200), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        view.wheelEvent(event)

    top, zoom = view.visible().top(), view.zoom
    turn(Qt.KeyboardModifier.NoModifier)
    assert view.visible().top() > top + 50
    assert view.zoom == zoom
    turn(Qt.KeyboardModifier.ControlModifier)
    assert 0.7 * zoom < view.zoom < 0.95 * zoom


def test_no_item_takes_the_mouse_away_from_the_view(view: GraphView) -> None:
    scene = show(view, "lenet", Detail.OPERATIONS)
    flag = QGraphicsItem.GraphicsItemFlag.ItemIsMovable
    assert not any(item.flags() & flag for item in scene.items())
    assert node(carried("lenet"), carried("lenet").nodes[1].path) in {box.target for box in scene.picture.boxes}


def test_a_picture_of_another_graph_is_refused_before_anything_of_it_is_drawn(view: GraphView) -> None:
    scene = show(view, "lenet", Detail.OPERATIONS)
    other = carried("googlenet")
    before, items = scene.picture, len(scene.items())
    with pytest.raises(ValueError, match=r"googlenet .* on a sheet of lenet"):
        view.draw(layout(other, {0}))
    with pytest.raises(ValueError, match="on a sheet of"):
        view.redraw(layout(other, {0}), 1)
    with pytest.raises(ValueError, match="on a sheet of"):
        scene.recolour(Colouring(other, ColourBy.MACS))
    with pytest.raises(ValueError, match="on a sheet of"):
        Sheet(other, Colouring(carried("lenet"), ColourBy.TYPE))
    assert scene.picture is before
    assert len(scene.items()) == items
    assert not view.grab().isNull()


def test_even_a_picture_of_an_equal_graph_with_other_indices_is_refused(view: GraphView) -> None:
    scene = show(view, "lenet", Detail.BLOCKS)
    graph = carried("lenet")
    copied = type(graph)(graph.architecture, graph.input_shape, graph.nodes, graph.blocks)
    with pytest.raises(ValueError, match="on a sheet of"):
        scene.draw(layout(copied, {0}))


def test_a_frame_that_begins_beside_the_view_has_its_head_where_the_view_begins(view: GraphView) -> None:
    scene = show(view, "googlenet", Detail.LAYERS)
    view.set_zoom(1.0)
    inner = next(frame for frame in scene.picture.frames if frame.depth == 1)
    for hidden in (0, 200, 350):
        view.show_at_top(("block", inner.block))
        view.scroll_by((inner.x + hidden) - view.visible().left(), 0)
        view.viewport().grab()
        assert scene.sheet is not None
        assert scene.sheet.left == pytest.approx(inner.x + hidden, abs=1)
        free = scene.frame_layer.free(inner, inner.width)
        start = heads.begin(scene.sheet, inner.block, inner.x, free)
        assert hidden <= start + 1
        assert start < inner.width - 60
        hit = scene.hit(QPointF(inner.x + start + 19, inner.y + 19))
        assert hit is not None
        assert (hit.target, hit.opens) == (("block", inner.block), True)
        crossed = [left for left, _ in free[1:]]
        assert not any(start < wire < start + 60 for wire in crossed), "a wire goes through the name"


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.region = QRegion()
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def test_heads_at_the_side_are_painted_anew_when_the_graph_is_moved(view: GraphView, qtbot: QtBot) -> None:
    """Pixels that are moved would take them along."""
    scene = show(view, "googlenet", Detail.LAYERS)
    view.set_zoom(1.0)
    view.show_at_top(("block", next(frame for frame in scene.picture.frames if frame.depth == 1).block))
    qtbot.wait(1)
    painted = Painted(view.viewport())
    view.scroll_by(37, 0)
    qtbot.waitUntil(lambda: painted.region == QRegion(view.viewport().rect()))


def test_figures_in_a_head_are_seen_whole(view: GraphView) -> None:
    """Where the view ends before they do, fewer are written, and all of them again where there is room."""
    scene = show(view, "googlenet", Detail.LAYERS)
    frame = next(frame for frame in scene.picture.frames if frame.depth == 1)
    view.set_zoom(1.0)
    view.show_at_top(("block", frame.block))
    sheet = scene.sheet
    assert sheet is not None
    head = sheet.head(frame.block)
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ends = []
    for sheet.right in (math.inf, frame.x + 250, frame.x + 60):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sheet, "figures", lambda head, places: ends.append(Sheet.figures(sheet, head, places)))
            heads.paint(painter, sheet, frame.block, (frame.x, frame.y), [(0.0, frame.width)])
    painter.end()
    words = [None if end is None else end[1].text() for end in ends]
    assert words == [" · ".join(head.figures), head.figures[0], None]
