"""Tools, switch, legend, breadcrumb, overview and costs lie beside the graph, not over it or over each other."""

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail
from explorer.gui.state import GraphNote, Selection, SelectionKind
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, place_on_screen


@pytest.mark.parametrize("width", [440, 600, 816, 950, 1400])
def test_nothing_that_floats_lies_over_anything_else_or_outside(make: MakePanel, width: int) -> None:
    panel = make("torchvision/efficientnet_b7", (width, 560))
    panel._state.select(Selection(SelectionKind.NODE, 400))
    overlay = panel.overlay
    beside = (overlay.switch, overlay.tools, overlay.minimap, overlay.legend, overlay.costs, overlay.crumbs)
    assert all(widget.isVisible() for widget in beside)
    graph = panel.view.viewport().geometry().translated(panel.view.pos())
    assert not any(widget.geometry().intersects(graph) for widget in beside)
    around = (*beside, *overlay.covers())
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
    panel.resize(430, 265)
    switch, tools = panel.overlay.switch.geometry(), panel.tools.geometry()
    assert switch.top() <= tools.top() < switch.bottom()
    assert switch.right() < tools.left()
    assert panel.rect().contains(tools)
    assert not panel.tools._export.isVisible()
    panel.tools.options_menu.aboutToShow.emit()
    offered = [action.text() for action in panel.tools.options_menu.actions()]
    assert offered[-2:] == ["Fit", "Export"]
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


@pytest.mark.parametrize("by", [ColourBy.TYPE, ColourBy.MACS])
@pytest.mark.parametrize("width", [440, 560, 660, 816, 1400])
@pytest.mark.parametrize("height", [500, 700])
def test_the_breadcrumb_takes_nothing_from_the_graph(make: MakePanel, width: int, height: int, by: ColourBy) -> None:
    """What is selected stays where it was clicked, and is not covered."""
    panel = make("googlenet", (width, height))
    panel.colour_by(by)
    graph, strip = panel.view.viewport().geometry(), panel.legend.geometry()
    panel._state.select(Selection(SelectionKind.NODE, 20))
    crumbs, legend = panel.overlay.crumbs, panel.legend
    assert crumbs.isVisible()
    assert (panel.view.viewport().geometry(), legend.geometry()) == (graph, strip)
    if crumbs.geometry().intersects(strip):
        assert legend.sizeHint().width() <= crumbs.x(), "it lies over words of the legend"
        assert strip.contains(crumbs.geometry())
    else:
        assert crumbs.geometry().bottom() < graph.top()
    panel._state.select(None)
    assert panel.legend.sizeHint().width() <= width


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


def test_in_a_low_panel_the_legend_has_one_row_and_says_how_many_are_left_out(make: MakePanel) -> None:
    panel = make("torchvision/googlenet", (430, 600))
    assert panel.legend._rows()[1] == 0
    panel.resize(430, 265)
    rows, rest = panel.legend._rows()
    assert len(rows) == 1
    assert len(rows[0]) + rest == 8
    assert panel.legend.toolTip().count("\n") == 7
    assert panel.legend._taken(rows[0]) + 20 < 430


@pytest.mark.parametrize("name", ["torchvision/inception_v3", "torchvision/swin_t"])
def test_what_is_seen_after_moving_is_what_would_be_painted_anew(make: MakePanel, qtbot: QtBot, name: str) -> None:
    panel = make(name, (900, 600))  # of the first a note lies over the graph
    for dx, dy in [(0, 7)] * 20 + [(5, -3)] * 10:
        panel.view.scroll_by(dx, dy)
        QApplication.processEvents()
    seen = panel.screen().grabWindow(panel.winId()).toImage()
    anew = panel.grab().toImage()
    place = panel.view.viewport().geometry()
    assert seen.copy(place).convertToFormat(anew.format()) == anew.copy(place)


def test_the_drawing_stays_in_its_place_when_room_is_taken_beside_it(make: MakePanel) -> None:
    panel = make("torchvision/resnet18", (900, 600))
    first = panel.view.graph_scene.picture.boxes[3].target

    def place() -> QPointF:
        return place_on_screen(panel, first) + QPointF(panel.view.viewport().pos())

    before = place()
    panel.overlay.wants_costs = panel.overlay.wants_minimap = False
    panel._arrange()
    assert place() == before


def test_a_hint_over_the_graph_can_be_put_away_and_does_not_come_back(make: MakePanel, qtbot: QtBot) -> None:
    panel = make("torchvision/inception_v3")
    note = panel.overlay.note
    assert note.isVisible()
    qtbot.mouseClick(note, Qt.MouseButton.LeftButton)
    assert not note.isVisible()
    panel._state.set_graph(carried("lenet"))
    panel._state.set_graph(carried("torchvision/inception_v3"))
    assert not note.isVisible()
    panel._state.set_graph_note(GraphNote(Text("Tracing.", "追踪。")))
    assert note.isVisible()
    assert note.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def test_in_a_narrow_panel_the_search_has_room_for_its_words_while_it_is_used(make: MakePanel) -> None:
    panel = make("torchvision/resnet18", (430, 300))
    search, tools = panel.tools.search, panel.tools
    panel.tools.show_detail(None)
    assert panel.overlay.switch.geometry().right() < tools.geometry().left()
    assert tools.detail.isVisible()
    panel.start_search()
    QApplication.processEvents()
    assert search.hasFocus()
    assert search.width() > 200
    search.setText("conv 3x3 stride 2")
    QApplication.processEvents()
    margins = search.textMargins()
    assert search.width() - margins.left() - margins.right() - 30 >= search.fontMetrics().horizontalAdvance(
        search.text()
    )
    assert panel.rect().contains(tools.geometry())
    assert panel.overlay.switch.geometry().right() < tools.geometry().left()
    search.clear()
    panel.view.setFocus()
    QApplication.processEvents()
    assert tools.detail.isVisible()
    assert tools.colour.isVisible()
