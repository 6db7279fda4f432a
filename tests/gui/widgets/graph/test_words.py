"""All that is written in the graph has room in the fonts it is drawn with, in both languages."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetricsF

from explorer import catalogue
from explorer.graph import labels
from explorer.graph.colouring import ColourBy
from explorer.graph.layout import layout
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture
from explorer.graph.views import Detail, open_blocks
from explorer.gui import text
from explorer.gui.widgets.graph import ink as graph_ink
from explorer.gui.widgets.graph.colouring import Colouring
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Sheet
from tests.graph.graphs import carried

LECTURE = [card.name for card in catalogue.cards().values() if card.family == catalogue.LECTURE]
ZOO = [card.name for card in catalogue.cards().values() if card.family == catalogue.ZOO]
QUICK = [*LECTURE, "torchvision/densenet121", "torchvision/efficientnet_b0", "torchvision/swin_v2_t"]


def cut(graph: LayerGraph, picture: Picture) -> set[str]:
    """What would be drawn with an ellipsis, of the boxes and of the heads of frames."""
    scene = GraphScene()
    sheet = Sheet(graph, Colouring(graph, ColourBy.TYPE))
    scene.begin(sheet)
    scene.draw(picture)
    ink = graph_ink.ink()
    title, subtitle = QFontMetricsF(ink.title_font), QFontMetricsF(ink.subtitle_font)
    asked = {(box.target, box.repeat, box.joined, box.width) for box in picture.boxes}
    lines: set[tuple[str, bool, float]] = set()
    for target, repeat, joined, width in asked:
        words, room = sheet.words(target, repeat, joined), width - (31.0 if target[0] == "block" else 21.0)
        lines |= {(words.title, True, room), (words.subtitle, False, room)}
    for frame in picture.frames:
        free = scene.frame_layer.free(frame, frame.width)
        lines.add((sheet.head(frame.block).title, True, free[0][1] - 29.0))
    return {
        words for words, is_title, room in lines if (title if is_title else subtitle).horizontalAdvance(words) > room
    }


def check(name: str) -> None:
    graph = carried(name)
    for detail in Detail:
        for is_short in (False, True):
            picture = layout(graph, open_blocks(graph, detail), fold_repeats=is_short, join_layers=is_short)
            for language in ("en", "zh"):
                text.set_language(language)
                assert cut(graph, picture) == set(), f"{name} at {detail} in {language}"


@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_cut_off(qapp: object, name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ZOO if name not in QUICK])
def test_nothing_is_cut_off_in_any_known_network(qapp: object, name: str) -> None:
    check(name)


def test_a_name_with_too_little_room_is_found(qapp: object) -> None:
    graph = carried("lenet")
    picture = layout(graph, open_blocks(graph, Detail.OPERATIONS))
    tight = replace(picture, boxes=tuple(box._replace(width=70.0) for box in picture.boxes))
    assert cut(graph, tight) >= {labels.title(graph, ("node", 1)).en}
