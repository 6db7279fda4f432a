"""The graph as it is painted: boxes, colours, theme and language."""

import pytest
from pytestqt.qtbot import QtBot

from explorer.graph.colouring import ColourBy
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, boxes, image, place_on_screen


def test_every_box_of_the_picture_is_painted_where_it_stands(make: MakePanel) -> None:
    panel = make()
    view = panel.view
    assert len(boxes(panel)) > 15
    for target in boxes(panel):
        view.look_at(view.graph_scene.place(target).center())
        pixels, corner = view.viewport().grab().toImage(), place_on_screen(panel, target)
        bar = pixels.pixelColor(int(corner.x() + 2), int(corner.y() + 22))
        assert bar == view.graph_scene.sheet.colour(target)


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
