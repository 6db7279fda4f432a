"""What the settings are before the user changes them, what there is to compute on, what lies in a folder."""

from dataclasses import replace
from pathlib import Path

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data import cards
from explorer.data.cards import DatasetCard
from explorer.training import presets
from explorer.training.config import TrainConfig


def config_for(choice: Choice, dataset: str) -> TrainConfig:
    """Settings with which `choice` learns `dataset` without further thought."""
    return presets.config_for(choice, images=cards.find(dataset).train_images)


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

    found = class_folders.scan(Path(name.removeprefix(cards.FOLDER_PREFIX)), watch=Watch())
    return replace(cards.find(name), classes=found.classes, train_images=len(found.train), test_images=len(found.test))
