"""What the settings are before the user changes them, what there is to compute on, what lies in a folder."""

from dataclasses import dataclass, replace

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data.cards import DatasetCard
from explorer.gui.text import table
from explorer.training import presets
from explorer.training.config import TrainConfig


def config_for(choice: Choice, data: DatasetCard) -> TrainConfig:
    """Settings with which `choice` learns `data` without further thought."""
    return presets.config_for(choice, images=data.train_images)


def devices() -> tuple[tuple[str, Text], ...]:
    """What a training can run on: name and words of each. Imports torch: not for the GUI thread."""
    from explorer.training import device

    return tuple((info.name, info.title) for info in device.devices())


def folder_card(name: str) -> DatasetCard:
    """The card of `folder:PATH` with its classes and images counted. Lists the folder: not for the GUI thread.

    Raises:
        ExplorerError: The folder cannot be read, or has fewer than two classes with images.
    """
    from explorer.data import class_folders  # brings numpy
    from explorer.data.watch import Watch

    return class_folders.card(name, watch=Watch())


USUAL, LECTURE, TODAY = "usual", presets.LECTURE, presets.TODAY
PRESET_NAMES = (USUAL, LECTURE, TODAY)
_ABOUT_USUAL = Text(
    "What learns well on this data set within minutes.",
    "在该数据集上几分钟内就能学得不错的设置。",
)
_ABOUT_OWN = Text(
    "Settings of your own. Pick a preset to begin from it.",
    "您自己的设置。可以选择一个预设作为起点。",
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The settings of a preset, with the network and the data set that they are meant for."""

    config: TrainConfig
    choice: Choice
    dataset: str


def suggested(name: str, choice: Choice, data: DatasetCard) -> Suggestion:
    """What preset `name` says for the network of `choice`; one without a lecture has no preset of that name.

    Raises:
        ExplorerError: There is no lecture on the network.
    """
    if name == USUAL:
        return Suggestion(config_for(choice, data), choice, data.name)
    return Suggestion(*presets.preset_for(choice, name, dataset=data.name, images=data.train_images))


def has_lecture(choice: Choice) -> bool:
    return presets.has_lecture(choice.architecture)


def preset_of(config: TrainConfig, choice: Choice, data: DatasetCard) -> str | None:
    """The preset that `config` is, the machine's own settings aside; None for settings of the user's own."""
    for name in PRESET_NAMES:
        if name == LECTURE and not has_lecture(choice):
            continue
        if kept(suggested(name, choice, data).config, config) == config:
            return name
    return None


def kept(config: TrainConfig, before: TrainConfig) -> TrainConfig:
    """`config` with what a preset leaves alone as it was `before`: device, threads, speed and seed."""
    return replace(config, device=before.device, threads=before.threads, speed=before.speed, seed=before.seed)


def about(name: str | None, choice: Choice, data: DatasetCard) -> Text:
    """One line on a preset; on settings of the user's own for None."""
    if name is None:
        return _ABOUT_OWN
    return _ABOUT_USUAL if name == USUAL else presets.about(choice, name, images=data.train_images)


def wishes(now: Choice, wanted: Choice) -> tuple[Text, ...]:
    """What of `wanted` is another in `now`, its channels and classes aside, which follow the data."""
    said = []
    if wanted.input_shape[1:] != now.input_shape[1:]:
        height, width = wanted.input_shape[1:]
        said.append(Text(f"input {height} × {width}", f"输入 {height} × {width}"))
    for setting in catalogue.find(wanted.architecture).settings:
        value = setting.of(wanted.settings)
        if value != setting.of(now.settings):
            said.append(Text(*(f"{setting.title.language(code)} {_value(code, value)}" for code in ("en", "zh"))))
    return tuple(said)


def _value(code: str, value: object) -> str:
    """As the settings of the network say it."""
    key = "on" if value is True else "off" if value is False else f"value_{value}"
    words = table().get(f"architectures.{key}")
    return str(value) if words is None else words.language(code)
