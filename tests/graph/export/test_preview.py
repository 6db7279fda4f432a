"""Previews: the whole drawing in the room there is, or the first lines."""

from dataclasses import replace

import pytest

from explorer.graph.export.preview import preview
from tests.graph.export.drawing import request_of

ROOM = (400, 300)


@pytest.mark.parametrize("figure", [False, True])
@pytest.mark.parametrize(
    ("name", "detail"), [("lenet", "layers"), ("googlenet", "stages"), ("torchvision/resnet152", "operations")]
)
def test_a_drawing_fills_the_room_and_is_whole(name: str, detail: str, figure: bool) -> None:
    request = replace(request_of(name, detail=detail), figure=figure)
    made = preview(request, ROOM)
    assert made.text == ""
    width, height = made.size
    assert len(made.pixels) == 3 * width * height
    assert width <= ROOM[0] + 1
    assert height <= ROOM[1] + 1
    assert width >= ROOM[0] - 1 or height >= ROOM[1] - 1
    assert width / height == pytest.approx(made.page[0] / made.page[1], rel=0.15)
    assert len(set(made.pixels)) > 20


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [(".md", "# ResNet-18"), (".csv", "#,Layer"), (".tex", "% needs"), (".json", "{"), (".py", '"""ResNet-18')],
)
def test_a_text_begins_as_the_file_does(suffix: str, begins: str) -> None:
    made = preview(request_of("resnet18", suffix=suffix), ROOM)
    assert made.text.startswith(begins)
    assert made.pixels == b""
    assert len(made.text.splitlines()) <= 60


def test_of_onnx_there_is_nothing_to_see() -> None:
    assert preview(request_of("lenet", suffix=".onnx"), ROOM).text == ""
