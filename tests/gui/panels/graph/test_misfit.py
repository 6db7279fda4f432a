"""A graph that ends early, as its user meets it: a red edge and box, and a card that says why and what helps."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from explorer.bilingual import Text
from explorer.graph.model import Block, LayerGraph, Mismatch
from explorer.gui import text
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.widgets.graph.sheet import Sign
from tests.graph.graphs import carried
from tests.gui.graphs import MakePanel, block, node, settle

FAILS = "b3.1.cat"


def partial(last: str = FAILS) -> LayerGraph:
    """GoogLeNet up to the second concatenation, whose last input does not fit."""
    whole = carried("googlenet")
    end = whole.by_path[last].index + 1
    blocks = [_cut(block, end) for block in whole.blocks if block.first < end]
    mismatch = Mismatch(
        end - 1,
        whole.nodes[end - 1].inputs[-1:],
        Text("It cannot run.", "无法运行。"),
        (Text("Comes in: 64×14×14", "输入：64×14×14"),),
        (Text("14×14 ≠ 12×12.", "14×14 ≠ 12×12。"),),
        (Text("Set padding to 0.", "把 padding 改为 0。"), Text("Set kernel_size to 3.", "把 kernel_size 改为 3。")),
        "net.py:12",
        "return torch.cat(parts, 1)",
        "Sizes must match",
    )
    return LayerGraph("googlenet", whole.input_shape, whole.nodes[:end], tuple(blocks), "eval", mismatch)


def _cut(part: Block, end: int) -> Block:
    return replace(part, last=min(part.last, end))


def show(qtbot: QtBot, panel: GraphPanel, graph: LayerGraph) -> None:
    panel._state.set_graph(graph)
    settle(qtbot, panel)
    settle(qtbot, panel)


def words(panel: GraphPanel) -> str:
    labels = panel.overlay.card.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(panel))


def test_the_box_is_marked_and_in_view_and_its_edge_red(make: MakePanel, qtbot: QtBot) -> None:
    panel, graph = make(), partial()
    show(qtbot, panel, graph)
    scene = panel.view.graph_scene
    target = node(graph, FAILS)
    assert scene.sheet is not None
    assert scene.sheet.marks[target].sign == Sign.FAILS
    assert panel.view.visible().contains(scene.place(target))
    wires = scene.faulty_wires()
    assert wires
    assert all(wire.source == graph.mismatch.sources[0] and target[1] in wire.targets for wire in wires)
    image = panel.view.viewport().grab().toImage()
    box = panel.view.mapFromScene(scene.place(target).topLeft())
    border = [image.pixelColor(box.x() + 60, box.y() + dy) for dy in (-1, 0, 1)]
    assert any(colour.red() > colour.green() + 60 for colour in border)


def test_a_closed_block_is_marked_for_what_is_in_it(make: MakePanel, qtbot: QtBot) -> None:
    panel, graph = make(), partial()
    show(qtbot, panel, graph)
    panel.opening.toggle(block(graph, "b3.1"))
    settle(qtbot, panel)
    assert set(panel.view.graph_scene.sheet.marks) == {block(graph, "b3.1")}


def test_the_card_tells_sizes_sum_remedies_and_line(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    assert not panel.overlay.card.isVisible()
    show(qtbot, panel, partial())
    told = words(panel)
    for part in (
        "b3.1.cat does not fit",
        "64×14×14",
        "14×14 ≠ 12×12.",
        "Each of these",
        "• Set padding to 0.",
        "net.py",
    ):
        assert part in told
    assert told.endswith("return torch.cat(parts, 1)")
    text.set_language("zh")
    panel._state.language_changed.emit()
    assert "• 把 padding 改为 0。" in words(panel)
    assert "位置：net.py 第 12 行：" in words(panel)


def test_the_card_goes_with_the_graph(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    show(qtbot, panel, partial())
    assert panel.overlay.card.isVisible()
    show(qtbot, panel, carried("googlenet"))
    assert not panel.overlay.card.isVisible()
    assert not panel.view.graph_scene.sheet.marks
    assert not panel.view.graph_scene.faulty_wires()


def test_the_card_folds_and_lies_within_the_panel(make: MakePanel, qtbot: QtBot) -> None:
    panel = make()
    show(qtbot, panel, partial())
    card = panel.overlay.card
    tall = card.height()
    assert panel.rect().contains(card.geometry())
    assert not card.geometry().intersects(panel.legend.geometry())
    qtbot.mouseClick(card.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert card.height() < tall / 2
    assert "14×14" not in words(panel)
    qtbot.mouseClick(card.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert card.height() == tall


def test_show_it_comes_back_from_elsewhere(make: MakePanel, qtbot: QtBot) -> None:
    panel, graph = make(), partial()
    show(qtbot, panel, graph)
    panel.opening.toggle(block(graph, "b3.1"))
    settle(qtbot, panel)
    panel.view.show_top()
    qtbot.mouseClick(panel.overlay.card.findChild(QPushButton), Qt.MouseButton.LeftButton)
    settle(qtbot, panel)
    assert panel.view.visible().contains(panel.view.graph_scene.place(node(graph, FAILS)))


def test_where_the_models_own_code_gave_up_its_words_are_shown(make: MakePanel, qtbot: QtBot) -> None:
    panel, graph = make(), partial()
    said = replace(graph.mismatch, node=None, sources=(), sides=(), arithmetic=(), remedies=())
    show(qtbot, panel, replace(graph, mismatch=said))
    assert "The model's own code stopped here" in words(panel)
    assert "It says: Sizes must match." in words(panel)
    assert not panel.view.graph_scene.sheet.marks


def test_the_card_does_not_lie_over_the_box_that_it_is_about(make: MakePanel, qtbot: QtBot) -> None:
    panel, graph = make(), partial()
    panel.resize(700, 480)
    show(qtbot, panel, graph)
    panel.misfit.find()
    view, card = panel.view, panel.overlay.card

    def above() -> None:
        place = view.mapFromScene(view.graph_scene.place(node(graph, FAILS))).boundingRect()
        top = view.viewport().mapFromGlobal(card.mapToGlobal(QPoint(0, 0))).y()
        assert place.center().y() > 0
        assert place.bottom() < top

    qtbot.waitUntil(above)
