"""The display list: whole, legible, in both languages and themes."""

from dataclasses import replace

import pytest

from explorer import catalogue
from explorer.graph import colouring, labels
from explorer.graph.colouring import ColourBy
from explorer.graph.export import colours
from explorer.graph.export.display import display
from explorer.graph.export.items import Display, Face, Line, Polygon, Rectangle, Words
from explorer.graph.model import Category
from tests.graph.export.drawing import request_of

NETWORKS = [("lenet", "operations"), ("googlenet", "layers"), ("resnet18", "operations"), ("densenet", "layers")]
every = pytest.mark.parametrize(("name", "detail"), NETWORKS)


def words_of(page: Display) -> list[str]:
    return [item.text for item in page.items if isinstance(item, Words)]


@every
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_clipped(name: str, detail: str, language: str) -> None:
    page = display(request_of(name, detail=detail, language=language))
    for item in page.items:
        match item:
            case Rectangle():
                xs, ys = (item.x, item.x + item.width), (item.y, item.y + item.height)
            case Words():
                xs, ys = (item.x, item.x + item.width), (item.y - item.size, item.y + item.size / 3)
            case Line() | Polygon():
                xs, ys = tuple(x for x, _ in item.points), tuple(y for _, y in item.points)
        assert min(xs) >= 0, item
        assert max(xs) <= page.width, item
        assert min(ys) >= 0, item
        assert max(ys) <= page.height, item


@every
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_box_has_its_words_inside(name: str, detail: str, language: str) -> None:
    request = request_of(name, detail=detail, language=language)
    page = display(request)
    written = words_of(page)
    for box in request.picture.boxes:
        for line in labels.box_lines(request.graph, box.target, box.repeat, box.joined):
            assert line.language(language) in written
    boxes = [item for item in page.items if isinstance(item, Rectangle) and item.radius == 9.0]
    assert len(boxes) == len(request.picture.boxes)
    for box in boxes:
        inside = [
            item
            for item in page.items
            if isinstance(item, Words) and box.x < item.x < box.x + box.width and box.y < item.y < box.y + box.height
        ]
        assert 1 <= len(inside) <= 2
        assert all(item.x + item.width <= box.x + box.width for item in inside)


@every
def test_every_wire_and_every_shape_is_drawn(name: str, detail: str) -> None:
    request = request_of(name, detail=detail)
    page = display(request)
    assert sum(isinstance(item, Line) for item in page.items) == len(request.picture.wires)
    written = words_of(page)
    for wire in request.picture.wires:
        assert not wire.label or wire.label_at is None or wire.label in written


@every
def test_no_wire_runs_through_the_words_of_a_frame(name: str, detail: str) -> None:
    request = request_of(name, detail=detail)
    page = display(request)
    heads = [item for item in page.items if isinstance(item, Words) and item.face is not Face.MONO]
    uprights = [
        (x0, min(y0, y1), max(y0, y1))
        for line in page.items
        if isinstance(line, Line)
        for (x0, y0), (x1, y1) in zip(line.points, line.points[1:], strict=False)
        if x0 == x1
    ]
    for item in heads:
        crossed = [x for x, top, end in uprights if item.x <= x <= item.x + item.width and top < item.y - 4 < end]
        assert crossed == [], item.text


def test_the_head_of_a_frame_tells_what_is_inside() -> None:
    written = words_of(display(request_of("googlenet", detail="layers")))
    assert "b3.0 · Inception" in written
    assert any(text.startswith("164 K params · 23.5 M MACs") for text in written)


def test_title_and_legend() -> None:
    english = words_of(display(request_of("googlenet", detail="layers")))
    assert english[:2] == [
        "GoogLeNet",
        "5.98 M parameters · 276 M MACs · 6.69 MB activations · input 1×96×96",
    ]
    chinese = words_of(display(request_of("googlenet", detail="layers", language="zh")))
    assert chinese[1].startswith("5.98 M 参数")
    for category in (Category.CONVOLUTION, Category.POOLING, Category.MERGE, Category.LINEAR, Category.BLOCK):
        assert labels.CATEGORY_WORDS[category].en in english
        assert labels.CATEGORY_WORDS[category].zh in chinese
    assert labels.CATEGORY_WORDS[Category.NORMALISATION].en not in english  # there is none in this network


def test_the_title_names_what_differs_from_the_defaults() -> None:
    request = request_of("densenet", detail="stages")
    choice = catalogue.find("densenet").choose(classes=100, settings={"growth_rate": 12})
    assert words_of(display(replace(request, choice=choice)))[1].endswith("· Growth rate 12 · 100 classes")


def test_a_model_of_ones_own_is_called_by_its_own_name() -> None:
    request = request_of("lenet")
    graph = replace(request.graph, architecture="my_net.py:Net")
    assert words_of(display(replace(request, graph=graph, choice=None)))[0] == "Net"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_colours_are_those_of_the_window(name: str) -> None:
    theme = pytest.importorskip("explorer.gui.theme", reason="PySide6 is not installed", exc_type=ImportError)

    window, drawing = {"light": theme.LIGHT, "dark": theme.DARK}[name], colours.THEMES[name]
    for field in ("window", "raised", "border", "text", "secondary", "faint", "wire", "track", "danger"):
        assert getattr(drawing, field) == getattr(window, field), field
    assert theme.CATEGORY_COLOURS == colours.CATEGORIES


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", [by for by in ColourBy if by is not ColourBy.TYPE])
def test_colours_of_amounts_are_told_with_their_numbers(theme: str, language: str, by: ColourBy) -> None:
    request = replace(request_of("lenet", language=language), theme=theme, colour_by=by)
    page = display(request)
    assert colouring.WORDS[by].language(language) in words_of(page)
    assert labels.CATEGORY_WORDS[Category.POOLING].language(language) not in words_of(page)
    targets = [box.target for box in request.picture.boxes]
    scale = colouring.scale_of(request.graph, by, targets)
    assert scale is not None
    assert words_of(page)[-1] == colouring.written(scale.highest, by)
    bars = [item.fill for item in page.items if isinstance(item, Rectangle) and item.radius == 2.0]
    places = [colouring.share(scale, request.graph, target) for target in targets]
    named = colours.THEMES[theme]
    assert bars == [named.track if place is None else colours.scale_colour(theme, place) for place in places]
    assert len(set(bars)) > 3
    ends = [item.fill for item in page.items if isinstance(item, Rectangle) and item.height == 8.0]
    assert (ends[0], ends[-1]) == (colouring.STOPS[theme][0], colouring.STOPS[theme][-1])
    lowest = max(item.y for item in page.items if isinstance(item, Words))
    assert lowest < page.height - 10


def test_the_words_of_amounts_are_those_of_the_window() -> None:
    tr = pytest.importorskip("explorer.gui.text", reason="PySide6 is not installed", exc_type=ImportError).tr

    assert [tr(f"graph.by_{by}") for by in ColourBy] == [colouring.WORDS[by].en for by in ColourBy]


def test_deeper_frames_are_tinted_more() -> None:
    light = colours.THEMES["light"]
    blues = [colours.channels(light.ground(depth))[0] for depth in range(5)]
    assert blues == sorted(blues, reverse=True)
    assert len(set(blues)) == 5
