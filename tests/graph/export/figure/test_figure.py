"""Figures: every known network's, in both languages, whole and with its words inside its boxes."""

from dataclasses import replace
from functools import cache

import pytest
from PIL import ImageFont

from explorer import catalogue
from explorer.catalogue import LECTURE
from explorer.graph import shipped
from explorer.graph.export import Request, fonts, png
from explorer.graph.export.colours import channels
from explorer.graph.export.figure import ink
from explorer.graph.export.figure.page import figure
from explorer.graph.export.items import Display, Face, Line, Polygon, Rectangle, Words
from explorer.graph.model import LayerGraph
from explorer.graph.picture import Picture

NOTHING = Picture((), (), (), 0.0, 0.0)
LECTURES = sorted(card.name for card in catalogue.cards().values() if card.family == LECTURE)
SOME = [f"torchvision/{name}" for name in ("resnet50", "densenet121", "inception_v3", "mobilenet_v2", "swin_t")]
ZOO = sorted(set(catalogue.cards()) - set(LECTURES) - set(SOME))
MOST_WIDE = 1200.0  # pixels; at the width of a page its text is then 5 points high

languages = pytest.mark.parametrize("language", ["en", "zh"])


def request_of(name: str, language: str = "en") -> Request:
    graph = shipped.load(name)
    assert graph is not None
    return Request(graph, NOTHING, catalogue.find(name).default_choice(), language=language, figure=True)


@cache
def page_of(name: str, language: str = "en") -> Display:
    return figure(request_of(name, language))


def words_of(page: Display) -> list[str]:
    return [item.text for item in page.items if isinstance(item, Words)]


@cache
def font(face: Face, size: float, is_chinese: bool) -> ImageFont.FreeTypeFont:
    file = (fonts.chinese(face) if is_chinese else None) or fonts.own(face)
    return ImageFont.truetype(str(file.path), size * 8, index=file.place)


def measured(item: Words) -> float:
    """The width of words in the fonts that the program ships and, for Chinese, finds."""
    return sum(
        font(item.face, item.size, is_chinese).getlength(stretch) / 8 for is_chinese, stretch in fonts.runs(item.text)
    )


def check(page: Display) -> None:
    """Everything on the page; words within the box that they stand in, and never over others."""
    boxes = [item for item in page.items if isinstance(item, Rectangle) and not item.is_dashed and item.width > 12]
    written = [item for item in page.items if isinstance(item, Words)]
    for item in page.items:
        left, top, right, bottom = ink.bounds([item])
        assert left >= 0, item
        assert top >= 0, item
        assert right <= page.width, item
        assert bottom <= page.height, item
    for words in written:
        assert words.x + measured(words) <= page.width, words
        holder = [box for box in boxes if _holds(box, words)]
        assert len(holder) <= 1, words
        for box in holder:
            assert words.x >= box.x + 3, words
            assert words.x + measured(words) <= box.x + box.width - 3, words
            assert words.y + 0.1 * words.size <= box.y + box.height, words
    for box in boxes:
        assert any(_holds(box, words) for words in written), box
        assert not any(_overlap(box, other) for other in boxes if other is not box), box
    for place, words in enumerate(written):
        assert not any(_touch(words, other) for other in written[place + 1 :]), words


def _holds(box: Rectangle, words: Words) -> bool:
    middle = words.x + words.width / 2
    return box.x < middle < box.x + box.width and box.y < words.y - 0.36 * words.size < box.y + box.height


def _overlap(box: Rectangle, other: Rectangle) -> bool:
    return (
        box.x < other.x + other.width
        and other.x < box.x + box.width
        and box.y < other.y + other.height
        and other.y < box.y + box.height
    )


def _touch(words: Words, other: Words) -> bool:
    side_by_side = words.x + words.width <= other.x or other.x + other.width <= words.x
    return not side_by_side and abs(words.y - other.y) < 0.75 * max(words.size, other.size)


@languages
@pytest.mark.parametrize("name", LECTURES + SOME)
def test_every_figure_is_whole_and_its_words_fit(name: str, language: str) -> None:
    page = page_of(name, language)
    check(page)
    assert page.width <= MOST_WIDE


@pytest.mark.slow
@languages
@pytest.mark.parametrize("name", ZOO)
def test_so_is_that_of_every_network_of_the_zoo(name: str, language: str) -> None:
    check(figure(request_of(name, language)))


def test_lines_do_not_run_through_boxes() -> None:
    for name in (*LECTURES, *SOME):
        page = page_of(name)
        boxes = [item for item in page.items if isinstance(item, Rectangle) and not item.is_dashed and item.width > 15]
        for line in (item for item in page.items if isinstance(item, Line)):
            for (x0, y0), (x1, y1) in zip(line.points, line.points[1:], strict=False):
                for box in boxes:
                    inner = (box.x + 2, box.y + 2, box.x + box.width - 2, box.y + box.height - 2)
                    is_beside = max(x0, x1) < inner[0] or min(x0, x1) > inner[2]
                    is_apart = max(y0, y1) < inner[1] or min(y0, y1) > inner[3]
                    assert is_beside or is_apart, (name, line, box)


def test_googlenet_has_nine_blocks_of_four_branches() -> None:
    words = words_of(page_of("googlenet"))
    assert [word for word in words if word.startswith("Inception ×")] == [
        "Inception ×2",
        "Inception ×5",
        "Inception ×2",
    ]
    assert words.count("Inception") == 1  # explained once
    assert words.count("1×1 conv") == 4
    assert [words.count(word) for word in ("3×3 conv", "5×5 conv", "3×3 max pool", "concat")] == [1, 1, 1, 1]
    assert "Each convolution is followed by ReLU." in words


def test_resnet_shows_both_of_its_blocks_and_where_they_are() -> None:
    words = words_of(page_of("resnet18"))
    assert "(a) Residual" in words
    assert "(b) Residual" in words
    assert words.count("Residual ×2 (b, a)") == 3
    assert words.count("+") == 2
    assert "512×7×7" in words


def test_a_skip_edge_passes_the_convolutions_and_ends_at_the_sum() -> None:
    page = page_of("mnist_residual")
    circle = next(item for item in page.items if isinstance(item, Rectangle) and item.radius == 7.0)
    middle = (circle.x + circle.width, circle.y + circle.height / 2)
    heads = [item.points[0] for item in page.items if isinstance(item, Polygon) and len(item.points) == 3]
    assert any(abs(x - middle[0]) < 0.01 and abs(y - middle[1]) < 0.01 for x, y in heads)


def test_a_long_dense_block_is_cut_short_and_says_so() -> None:
    page = page_of("torchvision/densenet121")
    assert words_of(page).count("DenseLayer") == 4  # three in the block, and the title of its own drawing
    dots = [item for item in page.items if isinstance(item, Rectangle) and item.width == 2.2]
    assert len(dots) == 3


def test_equal_neighbours_are_drawn_as_one() -> None:
    words = words_of(page_of("vgg11"))
    assert words.count("3×3 conv, 512 (×2)") == 2
    assert "linear, 4096 (×2)" in words


def test_volumes_shrink_with_the_resolution_and_grow_with_the_channels() -> None:
    def fronts(name: str) -> list[tuple[float, float]]:
        found = []
        for item in page_of(name).items:
            if isinstance(item, Polygon) and len(item.points) == 4 and item.points[0][1] == item.points[1][1]:
                (left, top), (right, _), (_, bottom), _ = item.points
                if item.points[3][0] == left:
                    found.append((right - left, bottom - top))
        return found

    drawn = fronts("alexnet")
    widths, heights = [width for width, _ in drawn], [height for _, height in drawn]
    assert widths[0] == max(widths)
    assert widths[1:] == sorted(widths[1:], reverse=True)
    assert heights[0] == min(heights)
    assert max(heights) == heights[widths.index(min(widths))]  # 4096 units


def test_chinese_words() -> None:
    words = words_of(page_of("resnet18", "zh"))
    assert words[0] == "图像" or "图像" in words
    assert "7×7 卷积\uff0c64\uff0c步幅 2" in words
    assert "批量规范化\u3001ReLU" in words
    assert not any("conv" in word for word in words)


def test_it_is_black_on_white() -> None:
    page = page_of("googlenet")
    assert page.background == "#ffffff"
    for item in page.items:
        if isinstance(item, Words):
            assert max(channels(item.colour)) < 0x50
        elif isinstance(item, Rectangle | Polygon) and item.fill not in (None, ink.INK):
            assert min(channels(item.fill or "")) > 0x60  # words on it can be read in grey


def test_scale_is_pixels_of_the_png() -> None:
    request = request_of("lenet")
    page = page_of("lenet")
    image = png.image(page, 3.0)
    assert image.size == (-(-page.width * 3 // 1), -(-page.height * 3 // 1))
    assert png.render(replace(request, scale=0.5)).content.startswith(b"\x89PNG")


def of_layers(sources: list[tuple[int, ...]]) -> LayerGraph:
    """A graph without blocks, of convolutions that read the layers with these numbers; the first is the image."""
    graph = shipped.load("lenet")
    assert graph is not None
    like = next(node for node in graph.nodes if node.kind == "Conv2d")
    nodes = [replace(graph.nodes[0], block=0)]
    for index, inputs in enumerate(sources, 1):
        attributes = {**like.attributes, "out_channels": 10 + index}  # so that none is drawn as one with another
        nodes.append(replace(like, index=index, path=f"c{index}", block=0, inputs=inputs, attributes=attributes))
    return replace(graph, nodes=tuple(nodes), blocks=(replace(graph.blocks[0], last=len(nodes)),))


def test_long_skip_edges_run_beside_the_volumes_and_every_arrow_is_an_edge() -> None:
    graph = of_layers([(0,), (1,), (1,), (2,), (4, 1)])
    page = figure(replace(request_of("lenet"), graph=graph, choice=None))
    check(page)
    heads = [item.points for item in page.items if isinstance(item, Polygon) and len(item.points) == 3]
    down = [points for points in heads if points[1][1] == points[2][1]]
    assert len(heads) == sum(len(set(node.inputs)) for node in graph.nodes) == 6
    assert len(down) == 3  # image to first, first to second, fourth to fifth; the others pass a neighbour by


def test_a_drawing_can_be_made_very_small() -> None:
    page = page_of("torchvision/inception_v3")
    assert png.image(page, 0.02).size == (-int(-page.width * 0.02 // 1), -int(-page.height * 0.02 // 1))
