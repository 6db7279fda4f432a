"""The bar of costs along the depth."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.graph.colouring import ColourBy
from explorer.gui import text
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.cost_bar import WIDTH, CostBar
from tests.graph.graphs import carried
from tests.gui.graphs import block


def bar(qtbot: QtBot, name: str = "googlenet", by: ColourBy = ColourBy.TYPE, height: int = 400) -> CostBar:
    made = CostBar()
    qtbot.addWidget(made)
    made.resize(WIDTH, height)
    graph = carried(name)
    made.show_graph(graph, Colouring(graph, by, [("block", 1)]))
    made.show()
    return made


@pytest.mark.parametrize(
    ("by", "measure"),
    [
        (ColourBy.TYPE, ColourBy.PARAMETERS),
        (ColourBy.MACS, ColourBy.MACS),
        (ColourBy.MEMORY, ColourBy.MEMORY),
        (ColourBy.RECEPTIVE_FIELD, ColourBy.PARAMETERS),
    ],
)
def test_shares_are_of_what_the_colours_tell_where_that_adds_up(qtbot: QtBot, by: ColourBy, measure: ColourBy) -> None:
    made = bar(qtbot, by=by)
    assert made.measure == measure
    assert sum(part.share for part in made.parts) == pytest.approx(1)


def test_heights_go_by_the_shares_and_fill_the_bar(qtbot: QtBot) -> None:
    made = bar(qtbot, "torchvision/vgg16", ColourBy.PARAMETERS)
    places = made.places()
    rects = [rect for _, rect in places]
    assert all(above.bottom() < below.top() for above, below in pairwise(rects))
    assert min(rect.height() for rect in rects) >= 2
    assert made.height() - 12 < rects[-1].bottom() <= made.height()
    by_share = sorted(places, key=lambda place: place[0].share)
    assert by_share[-1][1].height() == max(rect.height() for rect in rects)


def test_a_click_asks_for_the_part_under_it(qtbot: QtBot) -> None:
    made = bar(qtbot)
    for part, rect in made.places():
        with qtbot.waitSignal(made.chosen) as asked:
            at = QPoint(WIDTH // 2, int(rect.center().y()))
            qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=at)
        assert asked.args[0] == part.target


def test_words_name_the_part_its_number_and_its_share(qtbot: QtBot) -> None:
    made = bar(qtbot)
    graph = carried("googlenet")
    part = next(part for part in made.parts if part.target == block(graph, "b4"))
    assert made.words(part).startswith("b4: ")
    assert f"{part.share:.1%}" in made.words(part)
    assert made.words(part) in made.accessibleDescription()
    text.set_language("zh")
    made.retranslate()
    assert "参数" in made.words(part)


def test_the_part_of_the_selection_is_marked(qtbot: QtBot) -> None:
    made = bar(qtbot)
    before = made.grab().toImage()
    made.select(block(carried("googlenet"), "b4.2"))
    marked = made.grab().toImage()
    assert marked != before
    made.select(block(carried("googlenet"), "b4.3"))
    assert made.grab().toImage() == marked
    made.select(None)
    assert made.grab().toImage() == before


def test_no_graph_no_parts(qtbot: QtBot) -> None:
    made = bar(qtbot)
    made.show_graph(None, None)
    assert made.parts == ()
    assert made.part_at(made.rect().center().toPointF()) is None
