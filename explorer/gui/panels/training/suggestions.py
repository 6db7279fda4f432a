"""What the settings are before the user changes them, what there is to compute on, what lies in a folder."""

from dataclasses import replace
from pathlib import Path

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data import cards
from explorer.data.cards import DatasetCard
from explorer.training.config import TrainConfig

FEW_IMAGES = 10_000
LARGE_SIDE = 160  # pixels

# Where another rate than 0.001 was found better on the carried digits (Adam, batch 32, best of a few tried).
_RATES = {"lenet": 0.005, "lenet_bn": 0.003, "mnist_inception": 0.002, "mnist_residual": 0.002}
# Deep, and without batch normalisation: larger steps lose it.
_RATES |= {"alexnet": 0.0005, "vgg11": 0.0005, "nin": 0.0005}


def config_for(choice: Choice, dataset: str) -> TrainConfig:
    """Settings with which `choice` learns `dataset` without further thought.

    Adam, because plain SGD at one rate does not start some of these networks at all: LeNet with sigmoids stays at 10 %
    on the digits for ten epochs of SGD at 0.1 with momentum, and is at 97 % after ten of Adam.
    """
    has_few = cards.find(dataset).train_images < FEW_IMAGES
    few = 16 if max(choice.input_shape[1:]) >= LARGE_SIDE else 32  # a step stays short enough to be stopped in
    return TrainConfig(
        epochs=15 if has_few else 10,
        batch_size=few if has_few else 128,
        optimizer="adam",
        lr=_RATES.get(choice.architecture, 0.001),
    )


def devices() -> tuple[tuple[str, Text], ...]:
    """What a training can run on: name and words of each. Imports torch: not for the GUI thread."""
    from explorer.training import device

    return tuple((info.name, info.title) for info in device.devices())


def folder_card(name: str) -> DatasetCard:
    """The card of `folder:PATH` with its classes and images counted. Reads the folder: not for the GUI thread.

    Raises:
        ExplorerError: The folder cannot be read, or has fewer than two classes with images.
    """
    from explorer.data import class_folders
    from explorer.data.watch import Watch

    found = class_folders.scan(Path(name.removeprefix(cards.FOLDER_PREFIX)), seed=0, watch=Watch(None, None))
    return replace(cards.find(name), classes=found.classes, train_images=len(found.train), test_images=len(found.test))
