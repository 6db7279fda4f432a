"""The frame round what a unit sees is where the unit's gradient is, to the pixel."""

import numpy as np
import pytest
import torch
from torch import nn

from explorer.graph import trace
from explorer.graph.model import ReceptiveField
from explorer.inspection import seen


@pytest.mark.parametrize("unit", [(0, 0), (2, 3), (5, 5)])
def test_the_box_is_what_the_gradient_reaches(unit: tuple[int, int]) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 5, padding=2), nn.AvgPool2d(2), nn.Conv2d(2, 2, 3, stride=2, padding=1))
    image = torch.randn(1, 1, 24, 24, requires_grad=True)
    model(image)[0, 0, unit[0], unit[1]].backward()
    reached = image.grad[0, 0].abs() > 0  # type: ignore[index]
    rows, columns = reached.any(1).nonzero().flatten().tolist(), reached.any(0).nonzero().flatten().tolist()
    node = trace.trace(model, (1, 24, 24)).by_path["2"]
    assert node.receptive_field is not None
    top, left, bottom, right = seen.box(node.receptive_field, *unit)
    assert (max(top, 0), min(bottom, 24)) == (rows[0], rows[-1] + 1)
    assert (max(left, 0), min(right, 24)) == (columns[0], columns[-1] + 1)


def test_in_a_wide_picture_it_lies_in_the_middle_that_was_cut_out() -> None:
    left, top, width, height = seen.in_picture((5, 0, 10, 10), (10, 10), (100, 200))
    assert (left, top, width, height) == (0.25, 0.5, 0.5, 0.5)


def test_what_lies_beyond_the_border_is_left_out_and_the_whole_is_the_whole() -> None:
    assert seen.in_picture((-3, 8, 4, 14), (10, 10), (10, 10)) == (0.8, 0.0, pytest.approx(0.2), 0.4)
    whole = ReceptiveField((10, 10), (10, 10), (5, 5), whole=True)
    assert seen.in_picture(seen.box(whole, 0, 0), (10, 10), (20, 20)) == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("box", "rows", "columns"),
    [
        ((-1, 2, 3, 5), (0, 3), (2, 5)),
        ((8, 8, 20, 20), (8, 10), (8, 10)),
        ((-9, -5, -4, -1), (0, 1), (0, 1)),  # a unit that sees nothing but padding
        ((12, 3, 15, 4), (9, 10), (3, 4)),
    ],
)
def test_what_lies_inside_is_never_nothing(box: seen.Box, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10, 1)
    assert (seen.inside(box, pixels) == pixels[slice(*rows), slice(*columns)]).all()
