"""While one graph takes the place of another, the two are kept apart."""

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from explorer.graph.colouring import ColourBy
from explorer.graph.views import Detail
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, image, settle


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
