"""The panel of the layer graph as its user meets it: real graphs, real clicks and keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail, open_blocks
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.state import GraphNote, Selection, SelectionKind
from tests.gui.graphs import MakePanel, block, carried, node, panels, settle


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[MakePanel]:
    with panels(qtbot) as make_panel:
        yield make_panel


def place_on_screen(panel: GraphPanel, target: tuple[str, int]) -> QPointF:
    place = panel.view.graph_scene.place(target)
    assert place is not None
    return QPointF(panel.view.mapFromScene(place.topLeft()))


def click(qtbot: QtBot, panel: GraphPanel, target: tuple[str, int], *, dx: float = 40, double: bool = False) -> None:
    place = panel.view.graph_scene.place(target)
    assert place is not None
    x = place.left() + dx if dx > 0 else place.right() + dx
    at = panel.view.mapFromScene(QPointF(x, place.top() + 16))
    mouse = qtbot.mouseDClick if double else qtbot.mouseClick
    mouse(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def boxes(panel: GraphPanel) -> set[tuple[str, int]]:
    return {box.target for box in panel.view.graph_scene.picture.boxes}


def image(panel: GraphPanel) -> QImage:
    return panel.view.viewport().grab().toImage()


def test_object_names_are_the_agreed_ones(make: MakePanel) -> None:
    panel = make()
    assert panel.view.objectName() == "graphView"
    assert panel.tools.detail.objectName() == "detailSelector"
    assert panel.tools.colour.objectName() == "colourSelector"


def test_every_box_of_the_picture_is_painted_where_it_stands(make: MakePanel) -> None:
    panel = make()
    view = panel.view
    assert len(boxes(panel)) > 15
    for target in boxes(panel):
        view.look_at(view.graph_scene.place(target).center())
        pixels, corner = view.viewport().grab().toImage(), place_on_screen(panel, target)
        bar = pixels.pixelColor(int(corner.x() + 2), int(corner.y() + 22))
        assert bar == view.graph_scene.sheet.colour(target)


def test_first_view_begins_with_the_input_at_full_size_below_the_tools(make: MakePanel) -> None:
    panel = make()
    corner = place_on_screen(panel, ("node", 0))
    assert panel.view.zoom == 1.0
    assert panel.tools.geometry().bottom() < corner.y() < 80
    middle = corner.x() + panel.view.graph_scene.place(("node", 0)).width() / 2
    assert abs(middle - panel.view.viewport().width() / 2) < 60


def test_first_view_opens_the_first_block_that_branches_and_leaves_the_others_closed(make: MakePanel) -> None:
    panel = make()
    scene, graph = panel.view.graph_scene, carried("googlenet")
    assert scene.is_open(block(graph, "b3.0"))
    assert block(graph, "b3.1") in boxes(panel)
    assert panel.tools.detail.currentData() == Detail.BLOCKS


def test_small_graph_shows_its_layers_at_once(make: MakePanel) -> None:
    panel = make("lenet")
    kinds = {carried("lenet").nodes[index].kind for sort, index in boxes(panel) if sort == "node"}
    assert {"Conv2d", "Linear", "AvgPool2d"} <= kinds
    assert panel.tools.detail.currentData() == Detail.LAYERS


def test_click_selects_and_click_beside_selects_nothing(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    click(qtbot, panel, target)
    assert panel._state.selection == Selection(SelectionKind.BLOCK, target[1])
    assert panel.view.graph_scene.sheet.selected == target
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 200))
    assert panel._state.selection is None


def test_dragging_moves_the_graph_and_selects_nothing(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    before = place_on_screen(panel, ("node", 0))
    view, start = panel.view.viewport(), before.toPoint() + QPoint(30, 20)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, start + QPoint(0, -30))
    qtbot.mouseMove(view, start + QPoint(15, -80))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(15, -80))
    assert place_on_screen(panel, ("node", 0)) - before == QPointF(15, -80)
    assert panel._state.selection is None


def test_double_click_opens_a_block_in_its_place_and_again_closes_it(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    before, above = place_on_screen(panel, target), place_on_screen(panel, ("node", 0))
    click(qtbot, panel, target, double=True)
    assert panel.view.graph_scene.is_open(target)
    assert abs(place_on_screen(panel, target).y() - before.y()) < 16  # a frame begins a little higher than a box
    assert place_on_screen(panel, ("node", 0)) == above
    click(qtbot, panel, target, double=True)
    assert target in boxes(panel)
    assert place_on_screen(panel, target) == before


def test_chevron_opens_at_one_click_and_double_clicking_it_does_not_close_again(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    place = panel.view.graph_scene.place(target)
    at = panel.view.mapFromScene(QPointF(place.right() - 10, place.center().y()))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert panel.view.graph_scene.is_open(target)
    click(qtbot, panel, target, dx=18)
    assert target in boxes(panel)


def test_selected_layer_is_marked_by_its_block_where_that_is_closed(make: MakePanel) -> None:
    panel = make()
    graph = carried("googlenet")
    inner = next(each for each in graph.nodes if each.path.startswith("b5.") and each.kind == "Conv2d")
    panel._state.select(Selection(SelectionKind.NODE, inner.index))
    marked = panel.view.graph_scene.sheet.selected
    assert marked[0] == "block"
    assert inner.index in range(graph.blocks[marked[1]].first, graph.blocks[marked[1]].last)
    assert labels.title(graph, ("node", inner.index)).en in panel.view.accessibleDescription()


def test_detail_shows_more_with_every_level(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    counts = []
    for detail in Detail:
        row = panel.tools.detail.findData(detail)
        panel.tools.detail.setCurrentIndex(row)
        panel.tools.detail.activated.emit(row)
        settle(qtbot, panel)
        counts.append(len(boxes(panel)))
    assert counts == sorted(set(counts))
    assert counts[-1] == len(carried("googlenet").nodes)


def test_opening_by_hand_is_called_custom_and_can_be_undone(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    before = boxes(panel)
    click(qtbot, panel, target, double=True)
    assert panel.tools.detail.currentIndex() == -1
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Undo))
    assert boxes(panel) == before
    assert panel.tools.detail.currentData() == Detail.BLOCKS
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Redo))
    assert panel.view.graph_scene.is_open(target)


def test_arrows_walk_along_the_edges_and_enter_opens(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("resnet18")
    graph = carried("resnet18")
    walked = []
    for _ in range(6):
        qtbot.keyClick(panel.view, Qt.Key.Key_Down)
        walked.append(panel.view.graph_scene.sheet.selected)
    assert walked[0] == ("node", 0)
    assert walked[1] == block(graph, "b1")
    assert len(set(walked)) == 6
    for _ in range(4):
        qtbot.keyClick(panel.view, Qt.Key.Key_Up)
    assert panel.view.graph_scene.sheet.selected == walked[1]
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert panel.view.graph_scene.is_open(walked[1])


def test_left_and_right_go_from_branch_to_branch(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph = carried("googlenet")
    first = next(each.index for each in graph.nodes if each.path.startswith("b3.0.") and each.kind == "Conv2d")
    panel._state.select(Selection(SelectionKind.NODE, first))
    places = []
    for _ in range(3):
        qtbot.keyClick(panel.view, Qt.Key.Key_Right)
        places.append(panel.view.graph_scene.place(panel.view.graph_scene.sheet.selected).center().x())
    assert places == sorted(set(places))
    for _ in range(3):
        qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert panel.view.graph_scene.sheet.selected == ("node", first)


def test_keys_zoom_and_fit(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    qtbot.keyClick(panel.view, Qt.Key.Key_Plus)
    assert panel.view.zoom > 1
    qtbot.keyClick(panel.view, Qt.Key.Key_0)
    assert panel.view.zoom == 1
    qtbot.keyClick(panel.view, Qt.Key.Key_F)
    picture = panel.view.graph_scene.picture
    seen = panel.view.visible()
    assert seen.top() <= 0
    assert seen.bottom() >= picture.height
    assert panel.tools.findChild(type(panel.tools._zoom), "zoomReset").text() == f"{panel.view.zoom * 100:.0f}%"
    assert not panel.minimap.isVisible()


def test_find_counts_marks_opens_and_goes_round(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph = carried("googlenet")
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Find))
    field = panel.tools.search
    assert field.hasFocus() or not panel.isActiveWindow()
    qtbot.keyClicks(field, "conv 5x5")
    wanted = [each for each in graph.nodes if each.kind == "Conv2d" and each.attributes["kernel_size"] in (5, (5, 5))]
    assert len(wanted) == 9
    assert panel.finder.targets == tuple(("node", each.index) for each in wanted)
    assert "9" in field._count.text()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, panel)
    second = ("node", wanted[1].index)
    assert panel._state.selection == Selection(SelectionKind.NODE, wanted[1].index)
    assert second in boxes(panel)
    assert panel.view.visible().contains(panel.view.graph_scene.place(second))
    for _ in range(8):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, panel)
    assert panel._state.selection == Selection(SelectionKind.NODE, wanted[0].index)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert panel.view.graph_scene.sheet.found == frozenset()


def test_words_in_the_search_field_are_searched_in_the_next_graph(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.tools.search.setText("conv")
    many = len(panel.finder.targets)
    panel._state.select(Selection(SelectionKind.NODE, 800))
    panel._state.set_graph(carried("lenet"))
    settle(qtbot, panel)
    assert {carried("lenet").nodes[index].kind for _, index in panel.finder.targets} == {"Conv2d"}
    assert len(panel.finder.targets) == 2 < many
    assert panel._state.selection is None


def test_clicks_on_a_picture_that_is_being_replaced_do_nothing(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("googlenet")
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    last = len(carried("googlenet").nodes) - 1
    panel._state.set_graph(carried("torchvision/efficientnet_b7"))
    panel.opening.set_detail(Detail.OPERATIONS)
    panel._graph = carried("lenet")  # as if its picture were under way
    panel.view.picked.emit(("node", last))
    panel.view.toggle_requested.emit(("node", last))
    panel.view.menu_requested.emit(("node", last), QPoint(0, 0))
    assert panel._state.selection is None
    panel._graph = panel._state.graph  # the picture that is under way belongs to it
    settle(qtbot, panel)


@pytest.mark.parametrize("by", list(ColourBy))
def test_colours_tell_what_was_chosen(make: MakePanel, by: ColourBy) -> None:
    panel = make()
    before = image(panel)
    row = panel.tools.colour.findData(by)
    panel.tools.colour.setCurrentIndex(row)
    panel.tools.colour.activated.emit(row)
    colouring = panel.view.graph_scene.sheet.colouring
    assert colouring.by == by
    assert (image(panel) == before) == (by == ColourBy.TYPE)
    assert (colouring.scale is None) == (by == ColourBy.TYPE)
    graph = carried("googlenet")
    if by == ColourBy.PARAMETERS:
        assert colouring.scale.highest == max(graph.blocks[i].params for sort, i in boxes(panel) if sort == "block")


def test_another_theme_and_language_repaint_everything(make: MakePanel) -> None:
    panel = make()
    dark = image(panel)
    panel._state.set_theme("light")
    light = image(panel)
    assert light.pixelColor(5, 300).lightness() > 200 > 60 > dark.pixelColor(5, 300).lightness()
    panel._state.set_language("zh")
    assert panel.view.graph_scene.sheet.words(("node", 0)).title == "输入"
    assert panel.tools.detail.itemText(0) == "阶段"
    assert image(panel) != light


def test_moved_pixels_are_the_pixels_that_would_be_painted(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    for dx, dy in ((0, 37), (0, -11), (23, 5), (0, 150), (-9, 0)):
        panel.view.scroll_by(dx, dy)
        qtbot.wait(1)
        moved = panel.grab().toImage()
        panel.view.viewport().update()
        qtbot.wait(1)
        assert panel.grab().toImage() == moved


def test_place_and_open_blocks_are_kept_for_each_architecture(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    target = block(carried("googlenet"), "b2")
    click(qtbot, panel, target, double=True)
    panel.view.set_zoom(0.7)
    panel.view.scroll_by(0, 120)
    seen = panel.view.visible().center()
    panel._state.set_graph(carried("lenet"))
    assert panel.view.zoom == 1.0
    panel._state.set_graph(carried("googlenet"))
    settle(qtbot, panel)
    assert panel.view.graph_scene.is_open(target)
    assert panel.view.zoom == pytest.approx(0.7)
    assert (panel.view.visible().center() - seen).manhattanLength() < 3


def test_the_beginning_is_not_kept_as_a_place(make: MakePanel) -> None:
    panel = make()
    assert panel.memory.place("googlenet") is None
    panel.resize(700, 500)
    panel.standpoint.go()
    assert panel.memory.place("googlenet") is None
    panel.view.scroll_by(0, 200)
    assert panel.memory.place("googlenet") is not None


def test_no_graph_says_what_to_do_and_a_problem_is_said_in_place(make: MakePanel) -> None:
    panel = make(None)
    assert panel.overlay.note.isVisible()
    assert panel.overlay.note.text()
    panel._state.set_graph(carried("lenet"))
    assert not panel.overlay.note.isVisible()
    panel._state.set_graph_note(GraphNote(Text("Too small.", "太小。"), is_problem=True))
    assert panel.overlay.note.isVisible()
    assert panel.overlay.note.text() == "Too small."
    assert boxes(panel)  # the graph stays


def test_menu_opens_all_inside_and_copies_the_path(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("resnet18")
    graph = carried("resnet18")
    target = block(graph, "b3")
    panel._menu(target).actions()[1].trigger()
    settle(qtbot, panel)
    inside = {each.index for each in graph.blocks if each.path == "b3" or each.path.startswith("b3.")}
    assert inside <= panel.opening.open_blocks
    actions = {action.text(): action for action in panel._menu(target).actions()}
    actions["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == "b3"


def test_export_is_asked_for_and_what_is_seen_is_what_is_written(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("lenet")
    with qtbot.waitSignal(panel.export_requested):
        qtbot.mouseClick(panel.tools._export, Qt.MouseButton.LeftButton)
    assert panel.shown() == (carried("lenet"), panel.view.graph_scene.picture, ColourBy.TYPE)
    panel._state.set_graph(None)
    assert panel.shown() is None


def test_large_graph_is_laid_out_away_from_the_window(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.opening.set_detail(Detail.OPERATIONS)
    assert panel.opening.is_busy
    settle(qtbot, panel)
    graph = carried("torchvision/efficientnet_b7")
    assert len(boxes(panel)) == len(graph.nodes)
    assert panel.opening.open_blocks == open_blocks(graph, Detail.OPERATIONS)
    assert panel.minimap.isVisible()
    panel.minimap.chosen.emit(QPointF(100, 9000))
    assert abs(panel.view.visible().center().y() - 9000) < 3


def test_cost_bar_goes_to_the_part_that_was_clicked_and_marks_that_of_the_selection(make: MakePanel) -> None:
    panel = make()
    graph, costs = carried("googlenet"), panel.overlay.costs
    assert costs.isVisible()
    costs.chosen.emit(block(graph, "b5"))
    assert panel.view.visible().contains(panel.view.graph_scene.place(block(graph, "b5.0")).center())
    panel.colour_by(ColourBy.MACS)
    assert costs.measure == ColourBy.MACS
    assert not costs.geometry().intersects(panel.legend.geometry())
    assert not costs.geometry().intersects(panel.tools.geometry())


def test_breadcrumb_says_where_the_selection_lies_and_goes_up_from_there(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    graph, crumbs = carried("googlenet"), panel.overlay.crumbs
    assert not crumbs.isVisible()
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p2_2"].index))
    assert crumbs.isVisible()
    assert crumbs.names == ["GoogLeNet", "b3", "b3.0", "p2_2"]
    assert not crumbs.geometry().intersects(panel.view.viewport().geometry()) or crumbs.y() < panel.view.top_room
    assert panel.rect().contains(crumbs.geometry())
    crumbs.copy_requested.emit()
    assert QGuiApplication.clipboard().text() == "b3.0.p2_2"
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p3_1"].index))
    qtbot.keySequence(panel.view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "b3.0.p3_1"
    panel._state.select(Selection(SelectionKind.NODE, graph.by_path["b3.0.p2_2"].index))
    crumbs.button(1).click()
    assert panel._state.selection == Selection(SelectionKind.BLOCK, block(graph, "b3")[1])
    assert crumbs.names == ["GoogLeNet", "b3"]
    crumbs.button(0).click()
    assert panel._state.selection is None
    assert not crumbs.isVisible()


@pytest.mark.parametrize("width", [440, 600, 816, 950, 1400])
def test_nothing_that_floats_lies_over_anything_else_or_outside(make: MakePanel, width: int) -> None:
    panel = make("torchvision/efficientnet_b7", (width, 560))
    panel._state.select(Selection(SelectionKind.NODE, 400))
    around = (*panel.overlay.covers(), panel.legend, panel.overlay.costs)
    seen = [widget for widget in around if widget.isVisible()]
    assert len(seen) >= 6
    for place, widget in enumerate(seen):
        assert panel.rect().contains(widget.geometry()), widget
        for other in seen[place + 1 :]:
            if {widget, other} == {panel.legend, panel.overlay.crumbs}:
                continue  # the strip leaves room for the breadcrumb
            assert not widget.geometry().intersects(other.geometry()), (widget, other)


def test_what_is_done_while_another_graph_is_laid_out_keeps_the_two_apart(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("lenet")
    panel._state.set_graph(carried("torchvision/efficientnet_b7"))
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    panel._state.set_graph(carried("lenet"))
    shown = panel.view.graph_scene.sheet
    assert shown.graph is carried("lenet")
    panel._state.set_graph(carried("torchvision/efficientnet_b7"))
    assert panel.opening.is_busy
    panel.colour_by(ColourBy.MACS)  # of what is still seen
    panel._state.set_theme("light")
    assert panel.shown() is None  # nothing to export, for a moment
    panel.finder.reached.emit(("node", 850))
    panel.misfit.find()
    assert panel.view.graph_scene.sheet is shown
    assert panel.legend._colouring.graph is carried("lenet")
    assert image(panel).pixelColor(5, 300).lightness() > 200
    settle(qtbot, panel)
    assert panel.view.graph_scene.sheet.graph is carried("torchvision/efficientnet_b7")
    assert panel.legend._colouring.graph is carried("torchvision/efficientnet_b7")
    assert panel.view.visible().contains(panel.view.graph_scene.place(("node", 850)))  # it was asked for


def test_what_was_found_in_a_large_graph_is_shown_as_soon_as_it_is_drawn(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b7")
    panel.opening.set_detail(Detail.LAYERS)
    settle(qtbot, panel)
    inner = next(each for each in reversed(carried("torchvision/efficientnet_b7").nodes) if each.kind == "Conv2d")
    panel.opening.close_inside(inner.block)
    settle(qtbot, panel)
    panel.view.show_top()
    panel.finder.reached.emit(("node", inner.index))
    assert panel.opening.is_busy
    settle(qtbot, panel)
    assert panel.view.visible().contains(panel.view.graph_scene.place(panel._drawn(("node", inner.index))))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", list(ColourBy))
def test_tools_and_switch_share_one_row_in_the_smallest_window(make: MakePanel, by: ColourBy, language: str) -> None:
    panel = make(size=(700, 440))
    panel._state.set_language(language)
    for detail in (*Detail, None):
        panel.colour_by(by)
        panel.tools.show_detail(detail)
        switch, tools = panel.overlay.switch.geometry(), panel.tools.geometry()
        assert switch.top() == tools.top(), detail
        assert switch.right() < tools.left()
        assert panel.rect().contains(tools)


def test_with_room_the_tools_have_all_their_words(make: MakePanel) -> None:
    panel = make(size=(1300, 440))
    assert panel.tools._fit.text() == "Fit"
    wide = panel.tools.width()
    panel.resize(700, 440)
    assert panel.tools.width() < wide
    assert panel.tools._fit.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    panel.resize(1300, 440)
    assert panel.tools.width() == wide
    assert panel.tools._fit.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_a_graph_that_is_fitted_in_lies_clear_of_tools_and_legend(make: MakePanel) -> None:
    panel = make("torchvision/resnet18", (900, 600))
    panel.view.fit()
    for box in panel.view.graph_scene.picture.boxes:
        first = place_on_screen(panel, box.target)
        there = QRectF(first, QSizeF(box.width, box.height) * panel.view.zoom).toRect()
        there.translate(panel.view.viewport().pos())
        for cover in (panel.tools, panel.overlay.switch, panel.legend, panel.overlay.costs):
            assert not there.intersects(cover.geometry()), (box.target, cover)


@pytest.mark.parametrize("width", [560, 660, 816, 1400])
def test_the_breadcrumb_covers_nothing_of_the_graph_and_the_strip_has_room_for_it(make: MakePanel, width: int) -> None:
    panel = make("googlenet", (width, 500))
    without = panel.legend.geometry()
    panel._state.select(Selection(SelectionKind.NODE, 20))
    crumbs, legend = panel.overlay.crumbs.geometry(), panel.legend.geometry()
    if crumbs.intersects(legend):
        assert legend.contains(crumbs)
        assert legend.height() >= without.height() + crumbs.height()
    else:
        assert crumbs.bottom() < panel.view.top_room
    assert panel.view.viewport().geometry().bottom() < legend.top()


def test_a_graph_that_is_a_little_too_wide_is_made_smaller_at_first(make: MakePanel) -> None:
    panel = make("googlenet", (760, 500))
    assert 0.64 <= panel.view.zoom < 1
    assert panel.view.visible().width() >= panel.view.graph_scene.picture.width
    narrow = make("googlenet", (520, 500))
    assert narrow.view.zoom == 1.0


def test_equal_blocks_of_a_long_network_are_one_box_with_their_number(make: MakePanel) -> None:
    panel = make("torchvision/vit_b_16")
    scene = panel.view.graph_scene
    repeated = [box for box in scene.picture.boxes if box.repeat > 1]
    assert repeated
    assert scene.sheet.words(repeated[0].target, repeated[0].repeat).title.endswith(f"×{repeated[0].repeat}")


def test_boxes_without_words_say_with_their_inside_what_they_are(make: MakePanel) -> None:
    panel = make()
    sheet = panel.view.graph_scene.sheet
    target = next(target for target in sorted(boxes(panel)) if target[0] == "block")
    panel.view.set_zoom(1.0)
    assert sheet.fill(target) is sheet.ink.box
    panel.view.set_zoom(0.35)
    assert sheet.fill(target) is not sheet.ink.box


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.9])
def test_another_detail_keeps_the_place_on_the_screen(make: MakePanel, qtbot: QtBot, at: float) -> None:
    panel = make("torchvision/efficientnet_b0", (900, 600))
    panel.opening.set_detail(Detail.BLOCKS)
    settle(qtbot, panel)
    panel.view.show_top()
    panel.view.scroll_by(0, at * panel.view.graph_scene.picture.height)
    scene = panel.view.graph_scene
    for detail in (Detail.LAYERS, Detail.OPERATIONS, Detail.BLOCKS):
        upper = panel.view.top_room / 2
        seen = [box for box in scene.picture.boxes if place_on_screen(panel, box.target).y() >= upper]
        first = min(seen, key=lambda box: box.y)
        spot, start = place_on_screen(panel, first.target), scene.nodes_of(first.target).start
        panel.opening.set_detail(detail)
        settle(qtbot, panel)
        now = place_on_screen(panel, scene.owner(start))
        assert abs(now.y() - spot.y()) <= 2, detail
        assert 0 <= now.x() <= 900


def test_what_is_selected_stays_in_its_place_at_another_detail(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("googlenet", (900, 600))
    graph = carried("googlenet")
    chosen = node(graph, "b3.0.p3_2")
    panel._state.select(Selection(SelectionKind.NODE, chosen[1]))
    panel.view.reveal(chosen)
    before = place_on_screen(panel, chosen).y()
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    assert abs(place_on_screen(panel, chosen).y() - before) <= 2
    panel.opening.undo()
    settle(qtbot, panel)
    assert abs(place_on_screen(panel, chosen).y() - before) <= 2


@pytest.mark.parametrize("name", ["googlenet", "lenet", "torchvision/resnet50", "torchvision/vit_b_16"])
@pytest.mark.parametrize("size", [(586, 400), (713, 455), (940, 620)])
def test_the_legend_covers_no_box(make: MakePanel, name: str, size: tuple[int, int]) -> None:
    panel = make(name, size)
    panel.opening.set_detail(Detail.STAGES)
    panel.view.show_top()
    for box in panel.view.graph_scene.picture.boxes:
        place = QRectF(place_on_screen(panel, box.target), QSizeF(box.width, box.height)).toRect()
        place = place.translated(panel.view.viewport().pos()) & panel.view.viewport().geometry()
        assert not place.intersects(panel.legend.geometry())


def test_closing_a_large_block_near_the_end_keeps_what_leads_to_it_in_its_place(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/efficientnet_b0", (900, 600))
    panel.opening.set_detail(Detail.OPERATIONS)
    settle(qtbot, panel)
    graph = carried("torchvision/efficientnet_b0")
    before = node(graph, "Input")
    panel.view.reveal(("block", block(graph, "features")[1]))
    panel.view.show_at_top(before)
    at = place_on_screen(panel, before)
    panel.opening.toggle(block(graph, "features"))
    settle(qtbot, panel)
    assert place_on_screen(panel, before) == at
    panel.opening.undo()
    settle(qtbot, panel)
    panel.view.show_at_top(node(graph, "features.6.0.block.0.0"))
    at = place_on_screen(panel, node(graph, "features.5.2.add"))
    panel.opening.toggle(block(graph, "features.6"))
    settle(qtbot, panel)
    assert (place_on_screen(panel, node(graph, "features.5.2.add")) - at).manhattanLength() <= 2
