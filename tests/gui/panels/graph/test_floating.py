"""Tools, switch, legend, breadcrumb and costs float beside the graph, not over it or over each other."""

import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt

from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail
from explorer.gui.state import Selection, SelectionKind
from tests.gui.graphs import MakePanel, place_on_screen


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
