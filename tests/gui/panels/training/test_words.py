"""Numbers and names as the training panel writes them, and what it does so that data and network fit."""

import math

import pytest

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data import cards
from explorer.gui.panels.training import fitting, suggestions, words
from explorer.gui.widgets.words.durations import duration
from explorer.runs.plan import RunPlan

LENET = Choice("lenet", (1, 28, 28), 10, {})


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (187, "3 min 07 s"), (3600, "1 h 00 min"), (7505, "2 h 05 min")]
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_numbers() -> None:
    assert words.count(38412.3) == "38\u202f412"
    assert words.percent(0.9012) == "90.1%"
    assert words.percent(None) == words.percent(math.nan) == ""
    assert [words.loss(value) for value in (0.12345, 1234.5, math.nan)] == ["0.123", "1.23e+03", "NaN"]


def test_names() -> None:
    assert words.dataset("cifar10") == "CIFAR-10"
    assert words.dataset("folder:/home/me/My pets/") == words.dataset("folder:My pets") == "My pets"
    assert words.dataset("gone") == "gone"
    assert [words.device(name) for name in ("cpu", "cuda", "cuda:1", "mps")] == ["CPU", "GPU", "GPU 1", "Apple GPU"]


def test_a_network_takes_the_channels_and_classes_of_the_data() -> None:
    after = fitting.fitted(LENET, cards.find("cifar10"))
    assert (after.input_shape, after.classes) == ((3, 28, 28), 10)
    assert fitting.fitted(LENET, cards.find("mnist")) == LENET
    assert fitting.fitted(LENET, cards.find("folder:/somewhere")).classes == 10


def test_both_changes_are_said_in_both_languages() -> None:
    after = Choice("lenet", (3, 28, 28), 4, {})
    said = fitting.explain(LENET, after, Text("LeNet", "LeNet"), Text("Pets", "宠物"))
    assert said.en == "LeNet will be built with 3 input channels and 4 classes for Pets."
    assert "3 个输入通道和 4 个类别" in said.zh
    assert "宠物" in said.zh


@pytest.mark.parametrize("dataset", [*cards.CARDS, "folder:/somewhere"])
def test_suggestions_can_be_trained(dataset: str) -> None:
    config = suggestions.config_for(LENET, cards.find(dataset))
    assert RunPlan(LENET, dataset, None, config).config.optimizer == "adam"
    assert suggestions.config_for(Choice("resnet18", (3, 224, 224), 10, {}), cards.find("shapes")).batch_size <= 16
