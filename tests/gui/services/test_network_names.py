"""Two runs of one network are told apart by what is not as it was published."""

from collections.abc import Iterator

import pytest

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.gui import text
from explorer.gui.services import network_names


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    text.set_language("en")
    yield
    text.set_language("en")


def lenet(**settings: object) -> Choice:
    card = catalogue.find("lenet")
    return card.choose(settings={**card.default_choice().settings, **settings})  # type: ignore[dict-item]


def test_a_network_as_published_has_its_title() -> None:
    assert network_names.name(lenet()) == "LeNet"
    assert network_names.name(Choice("lenet", (1, 28, 28), 10, {})) == "LeNet"
    assert network_names.name(Choice("gone", (1, 28, 28), 10, {})) == "gone"


def test_what_differs_is_told_in_either_language() -> None:
    assert network_names.name(lenet(activation="relu", pooling="max")) == "LeNet (ReLU, Maximum)"
    text.set_language("zh")
    assert network_names.name(lenet(activation="relu")) == "LeNet\uff08ReLU\uff09"


def test_numbers_and_switches_are_named() -> None:
    for card in catalogue.cards().values():
        for setting in card.settings:
            if isinstance(setting.default, bool):
                settings = {**card.default_choice().settings, setting.name: not setting.default}
                name = network_names.name(Choice(card.name, card.input_shape, card.classes, settings))
                assert setting.title.en in name
                assert ("without" in name) == setting.default
                return
