import pytest

from explorer import catalogue
from explorer.training.config import OPTIMIZERS
from explorer.training.presets import _RATES, config_for

LECTURES = [card.name for card in catalogue.cards().values() if card.family == catalogue.LECTURE]


def test_every_lecture_network_has_its_own_rates_and_no_other():
    assert set(_RATES) == set(LECTURES)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_settings_can_be_used_as_they_are(optimizer):
    for card in catalogue.cards().values():
        config = config_for(card.default_choice(), images=1437, optimizer=optimizer)
        assert config.optimizer == optimizer
        assert config.lr <= (0.1 if optimizer == "sgd" else 0.005)


def test_batches_suit_the_data():
    lenet = catalogue.find("lenet").default_choice()
    alexnet = catalogue.find("alexnet").default_choice()
    assert config_for(lenet, images=1437).batch_size == 32
    assert config_for(alexnet, images=1437).batch_size == 16
    assert config_for(lenet, images=60_000).batch_size == 128


def test_sigmoids_get_the_larger_step():
    card = catalogue.find("lenet")
    sigmoid, relu = (card.choose(settings={"activation": name}) for name in ("sigmoid", "relu"))
    assert config_for(sigmoid, images=1437, optimizer="sgd").lr == 0.1
    assert config_for(relu, images=1437, optimizer="sgd").lr == 0.05
