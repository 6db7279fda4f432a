"""What the commands make of their arguments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import catalogue
from explorer.commands.arguments import parse_settings, parse_shape
from explorer.errors import ExplorerError

SIDE = st.integers(min_value=1, max_value=10**6)


@given(SIDE, SIDE, SIDE, st.sampled_from("xX×*,"), st.sampled_from(["", " "]))
def test_shapes_are_read_back(channels: int, height: int, width: int, sign: str, space: str) -> None:
    assert parse_shape(f"{channels}{space}{sign}{space}{height}{sign}{width}") == (channels, height, width)


@given(st.text(alphabet="0123456789x×-. a", max_size=12))
def test_any_text_is_a_shape_or_refused(text: str) -> None:
    try:
        shape = parse_shape(text)
    except ExplorerError:
        return
    assert min(shape) >= 1


@pytest.mark.parametrize("text", ["", "28", "28x28", "0x28x28", "1x28x28x1", "-1x28x28", "ax28x28"])
def test_bad_shapes(text: str) -> None:
    with pytest.raises(ExplorerError, match="is not an input shape"):
        parse_shape(text)


def test_settings_take_the_type_of_their_default() -> None:
    assert parse_settings(catalogue.find("vgg11"), ["ratio=4"]) == {"ratio": 4}


@pytest.mark.parametrize("text", ["ratio", "ratio=three", "ratio=3"])
def test_bad_settings(text: str) -> None:
    with pytest.raises(ExplorerError):
        parse_settings(catalogue.find("vgg11"), [text])


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    card = catalogue.find("vgg11")
    with pytest.raises(ExplorerError, match="ratio"):
        card.choose(settings=parse_settings(card, ["depth=3"]))
