"""Presets: as in the lecture, and as we would today."""

import pytest

from explorer import catalogue
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.training.config import OPTIMIZERS
from explorer.training.presets import _RATES, PRESETS, about, config_for, has_lecture, preset_for

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


def lecture_of(name):
    return preset_for(catalogue.find(name).default_choice(), "lecture", dataset="digits", images=1437)


# What stands in the chapters: learning rate, batch size, image side, data set, epochs, momentum, start weights.
CHAPTERS = {
    "lenet": (0.9, 256, 28, "fashion-mnist", 10, 0, "xavier"),
    "lenet_bn": (1.0, 256, 28, "fashion-mnist", 10, 0, "xavier"),
    "alexnet": (0.01, 128, 224, "fashion-mnist", 10, 0, "xavier"),
    "vgg11": (0.05, 128, 224, "fashion-mnist", 10, 0, "xavier"),
    "nin": (0.1, 128, 224, "fashion-mnist", 10, 0, "xavier"),
    "googlenet": (0.1, 128, 96, "fashion-mnist", 10, 0, "xavier"),
    "resnet18": (0.05, 256, 96, "fashion-mnist", 10, 0, "xavier"),
    "resnet18_preact": (0.05, 256, 96, "fashion-mnist", 10, 0, "xavier"),
    "densenet": (0.1, 256, 96, "fashion-mnist", 10, 0, "xavier"),
    "mnist_inception": (0.01, 64, 28, "mnist", 9, 0.5, "default"),
    "mnist_residual": (0.01, 64, 28, "mnist", 10, 0.5, "default"),
    "cifar_resnet": (0.01, 64, 96, "cifar10", 20, 0, "default"),
}


@pytest.mark.parametrize("name", LECTURES)
def test_as_in_the_lecture_is_as_in_the_lecture(name):
    config, choice, dataset = lecture_of(name)
    sides = set(choice.input_shape[1:])
    assert len(sides) == 1
    has = (config.lr, config.batch_size, *sides, dataset, config.epochs, config.momentum, config.initialisation)
    assert has == CHAPTERS[name]
    assert (config.optimizer, config.schedule, config.precision) == ("sgd", "constant", "fp32")
    off = (config.weight_decay, config.label_smoothing, config.clip_norm, config.ema_decay, config.augment)
    assert not any(off)
    card = cards.find(dataset)
    assert (choice.input_shape[0], choice.classes) == (card.channels, len(card.classes))
    catalogue.find(name).choose(
        input_shape=choice.input_shape, classes=choice.classes, settings=choice.settings
    )  # which refuses what cannot be built


def test_the_lecture_divides_the_channels_of_vgg_by_four():
    assert lecture_of("vgg11")[1].settings["ratio"] == 4
    assert lecture_of("lenet")[1].settings == {"activation": "sigmoid", "pooling": "average"}


@pytest.mark.parametrize("name", list(catalogue.cards()))
@pytest.mark.parametrize("images", [0, 1437, 60_000])
def test_as_we_would_today_keeps_the_data_and_the_images(name, images):
    before = catalogue.find(name).default_choice()
    config, choice, dataset = preset_for(before, "today", dataset="digits", images=images)
    assert dataset == "digits"
    assert (choice.input_shape, choice.classes) == (before.input_shape, before.classes)
    assert (config.schedule, config.label_smoothing, config.augment) == ("one-cycle", 0.1, True)
    assert config.weight_decay > 0
    assert config.nesterov == (config.optimizer == "sgd")
    if has_lecture(name) and images >= 10_000:
        longer = {"cifar_resnet": 40}  # which takes more to get over 90 %, in less time than one of the lecture's
        assert config.epochs <= longer.get(name, lecture_of(name)[0].epochs)
    known = {setting.name for setting in catalogue.find(name).settings}
    assert set(choice.settings) == known
    catalogue.find(name).choose(settings=choice.settings)


def test_small_batches_take_small_steps():
    choice = catalogue.find("lenet").default_choice()
    few, many = (preset_for(choice, "today", dataset="x", images=images)[0] for images in (1437, 60_000))
    assert (few.batch_size, few.lr, few.ema_decay) == (32, 0.025, 0)
    assert (many.batch_size, many.lr) == (128, 0.1)
    assert many.ema_decay > 0.9


def test_each_preset_says_in_a_line_what_it_does():
    for name in LECTURES:
        choice = catalogue.find(name).default_choice()
        for preset in PRESETS:
            words = about(choice, preset)
            assert 20 < len(words.en) < 140
            assert words.zh != words.en
    line = about(catalogue.find("cifar_resnet").default_choice(), "lecture").en
    assert line == "CIFAR-10 at 96 pixels, SGD, learning rate 0.01, batches of 64, 20 epochs."


def test_what_there_is_no_preset_for():
    zoo = next(card for card in catalogue.cards().values() if card.family == catalogue.ZOO).default_choice()
    with pytest.raises(ExplorerError, match="no lecture on"):
        preset_for(zoo, "lecture", dataset="digits", images=0)
    with pytest.raises(ExplorerError, match="no preset 'yesterday'"):
        preset_for(zoo, "yesterday", dataset="digits", images=0)
