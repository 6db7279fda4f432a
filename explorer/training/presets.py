"""Settings with which a network learns a data set without further thought. No torch.

Three kinds: what suits (`config_for`), what the lecture took, and what one would take today (`preset_for`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice, Value
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.training.config import TrainConfig

FEW_IMAGES = 10_000
LARGE_SIDE = 160  # pixels


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates for Adam (and AdamW) and for SGD with momentum 0.9, and the start weights that go with them."""

    adam: float = 0.001
    sgd: float = 0.01
    initialisation: str = "default"


# Adam: tried on the carried digits, batches of 16 or 32, on one CPU thread. The small networks are over 95 % within
# ten epochs; LeNet with sigmoids stays at 10 % for the first five epochs of SGD at 0.1. Deep networks without
# normalisation need the small rates to start at all. SGD for the larger ones: the lecture's rate, divided by ten
# because momentum of 0.9 takes ten times the step.
_RATES = {
    "lenet": Rates(0.005, 0.05, "xavier"),
    "lenet_bn": Rates(0.005, 0.05, "xavier"),
    "mnist_inception": Rates(0.001, 0.01),
    "mnist_residual": Rates(0.002, 0.05),
    "alexnet": Rates(0.0003, 0.001, "xavier"),
    "vgg11": Rates(0.0001, 0.005, "xavier"),
    "nin": Rates(0.0005, 0.01, "xavier"),
    "googlenet": Rates(0.0003, 0.01, "xavier"),
    "resnet18": Rates(0.001, 0.005),
    "resnet18_preact": Rates(0.001, 0.005),
    "densenet": Rates(0.001, 0.01),
    "cifar_resnet": Rates(0.001, 0.01),
}


def config_for(choice: Choice, *, images: int, optimizer: str = "adam") -> TrainConfig:
    """Settings for `choice` on so many training images (0 where that is not known).

    With few images the batches are small, so that an epoch has enough steps; with large images too, so that a step is
    short enough to be stopped in.
    """
    rates = _RATES.get(choice.architecture, Rates())
    is_sgd = optimizer == "sgd"
    # Sigmoids pass on small gradients: they take, and need, the larger step.
    sgd = 2 * rates.sgd if choice.settings.get("activation") == "sigmoid" else rates.sgd
    has_few = images < FEW_IMAGES
    small = 16 if max(choice.input_shape[1:]) >= LARGE_SIDE else 32
    return TrainConfig(
        epochs=15 if has_few else 10,
        batch_size=small if has_few else 128,
        optimizer=optimizer,
        lr=sgd if is_sgd else rates.adam,
        initialisation=rates.initialisation,
    )


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of settings that can be asked for by its name."""

    title: Text
    about: Text


LECTURE, TODAY = "lecture", "today"
PRESETS: Mapping[str, Preset] = {
    LECTURE: Preset(
        Text("As in the lecture", "与课程一致"),
        Text(
            "The lecture's own data set, image size, optimizer, learning rate, batch size, epochs and start weights.",
            "采用课程原本的数据集、图像大小、优化器、学习率、批量大小、轮数和初始权重。",
        ),
    ),
    TODAY: Preset(
        Text("As we would today", "如今的做法"),
        Text(
            "One-cycle learning rate, label smoothing, augmentation, weight decay and averaged weights.",
            "单周期学习率、标签平滑、数据增广、权重衰减和权重平均。",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Lecture:
    """How a lecture trains its network: plain SGD, unless it says otherwise.

    Attributes:
        side: To which the images are resized, in pixels.
        settings: Of the architecture, where they are not the default.
    """

    lr: float
    batch_size: int
    side: int
    dataset: str = "fashion-mnist"
    epochs: int = 10
    momentum: float = 0.0
    initialisation: str = "xavier"
    settings: Mapping[str, Value] = field(default_factory=dict)


# d2l.ai, second edition, the section named in each architecture's card: SGD without momentum from Xavier weights
# (`train_ch6`). The pre-activation network is an exercise there and takes the numbers of its chapter. The others: Kim
# 2017 (PyTorchZeroToAll, 11_1), Liu 2020 (lecture 11) and Liao 2017 (chapter 4, ResNet). Unlike d2l and Kim, the
# program always normalises images by the mean and deviation of the training images.
_LECTURES = {
    "lenet": Lecture(0.9, 256, 28),
    "lenet_bn": Lecture(1.0, 256, 28),
    "alexnet": Lecture(0.01, 128, 224),
    "vgg11": Lecture(0.05, 128, 224, settings={"ratio": 4}),
    "nin": Lecture(0.1, 128, 224),
    "googlenet": Lecture(0.1, 128, 96),
    "resnet18": Lecture(0.05, 256, 96),
    "resnet18_preact": Lecture(0.05, 256, 96),
    "densenet": Lecture(0.1, 256, 96),
    "mnist_inception": Lecture(0.01, 64, 28, "mnist", epochs=9, momentum=0.5, initialisation="default"),
    "mnist_residual": Lecture(0.01, 64, 28, "mnist", momentum=0.5, initialisation="default"),
    "cifar_resnet": Lecture(0.01, 64, 96, "cifar10", epochs=20, initialisation="default"),
}


@dataclass(frozen=True, slots=True)
class Today:
    """The highest rate of the one cycle, for batches of 128, and what else is better done another way now.

    Attributes:
        epochs: Over a whole data set; as many as the lecture's where it is 0.
    """

    lr: float
    optimizer: str = "sgd"
    initialisation: str = "default"
    epochs: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)


# Networks with batch normalisation take large steps of SGD; without, AdamW finds its way.
_TODAY = {
    "lenet": Today(0.1, initialisation="xavier", settings={"activation": "relu", "pooling": "max"}),
    "lenet_bn": Today(0.2, initialisation="xavier", settings={"activation": "relu", "pooling": "max"}),
    "alexnet": Today(0.0005, "adamw", "xavier"),
    "vgg11": Today(0.05, settings={"ratio": 4, "batch_norm": True}),
    "nin": Today(0.001, "adamw", "xavier"),
    "googlenet": Today(0.1, settings={"batch_norm": True}),
    "resnet18": Today(0.1),
    "resnet18_preact": Today(0.1),
    "densenet": Today(0.1),
    "mnist_inception": Today(0.005, "adamw"),
    "mnist_residual": Today(0.1),
    # 10 epochs end at 87.2 % (one run). A GPU has done 40 before the lecture's machine had done one, in 228 s.
    "cifar_resnet": Today(0.1, epochs=40),
}
_TODAY_OTHERS = Today(0.001, "adamw")
_TODAY_BATCH = 128
SGD_DECAY, ADAMW_DECAY = 5e-4, 0.01


def preset_for(choice: Choice, name: str, *, dataset: str, images: int) -> tuple[TrainConfig, Choice, str]:
    """The settings of preset `name` for the network of `choice`, with the choice and the data set they are meant for.

    Args:
        dataset: What is to be learned; "lecture" puts its own in place of it.
        images: Training images of `dataset`, 0 where that is not known.

    Raises:
        ExplorerError: There is no such preset, or no lecture on this network.
    """
    if name not in PRESETS:
        raise ExplorerError(
            Text(f"There is no preset {name!r}.", f"没有名为 {name!r} 的预设。"),
            Text(f"Choose one of: {', '.join(PRESETS)}.", f"可选：{', '.join(PRESETS)}。"),
        )
    if name == LECTURE:
        return _as_in_the_lecture(choice)
    return _as_today(choice, images=images), replace(choice, settings=_today_settings(choice)), dataset


def has_lecture(architecture: str) -> bool:
    """Whether there is a preset "lecture" for it."""
    return architecture in _LECTURES


def about(choice: Choice, name: str, *, images: int = 0) -> Text:
    """One line on what preset `name` does with the network of `choice` on so many training images.

    Raises:
        ExplorerError: As for `preset_for`.
    """
    config, _, dataset = preset_for(choice, name, dataset="", images=images)
    if name == TODAY:
        kind, kind_zh = ("SGD with Nesterov momentum", "带 Nesterov 动量的 SGD")
        if config.optimizer == "adamw":
            kind = kind_zh = "AdamW"
        return Text(
            f"{kind}, one cycle up to {config.lr:g}, weight decay {config.weight_decay:g}, label smoothing "
            f"{config.label_smoothing:g}, shifted images.",
            f"{kind_zh}，单周期学习率最高 {config.lr:g}，权重衰减 {config.weight_decay:g}，标签平滑 "
            f"{config.label_smoothing:g}，随机平移图像。",
        )
    side, title = _LECTURES[choice.architecture].side, cards.find(dataset).title
    momentum = f", momentum {config.momentum:g}" if config.momentum else ""
    momentum_zh = f"，动量 {config.momentum:g}" if config.momentum else ""
    return Text(
        f"{title.en} at {side} pixels, SGD{momentum}, learning rate {config.lr:g}, batches of {config.batch_size}, "
        f"{config.epochs} epochs.",
        f"{title.zh}，{side} 像素，SGD{momentum_zh}，学习率 {config.lr:g}，批量大小 {config.batch_size}，"
        f"{config.epochs} 轮。",
    )


def _as_in_the_lecture(choice: Choice) -> tuple[TrainConfig, Choice, str]:
    lecture = _LECTURES.get(choice.architecture)
    if lecture is None:
        names, title = ", ".join(_LECTURES), catalogue.find(choice.architecture).title
        raise ExplorerError(
            Text(f"There is no lecture on {title}.", f"没有关于 {title} 的课程。"),
            Text(f"There are lectures on: {names}.", f"有课程的网络：{names}。"),
        )
    config = TrainConfig(
        epochs=lecture.epochs,
        batch_size=lecture.batch_size,
        lr=lecture.lr,
        momentum=lecture.momentum,
        initialisation=lecture.initialisation,
        precision="fp32",
    )
    data = cards.find(lecture.dataset)
    chosen = catalogue.find(choice.architecture).choose(
        input_shape=(data.channels, lecture.side, lecture.side), classes=len(data.classes), settings=lecture.settings
    )
    return config, chosen, lecture.dataset


def _as_today(choice: Choice, *, images: int) -> TrainConfig:
    today, lecture = _TODAY.get(choice.architecture, _TODAY_OTHERS), _LECTURES.get(choice.architecture)
    usual = config_for(choice, images=images, optimizer=today.optimizer)
    is_sgd, has_few = today.optimizer == "sgd", 0 < images < FEW_IMAGES
    share = usual.batch_size / _TODAY_BATCH
    return TrainConfig(
        epochs=usual.epochs if has_few or lecture is None else today.epochs or lecture.epochs,
        batch_size=usual.batch_size,
        optimizer=today.optimizer,
        # Goyal et al. 2017 for SGD; Adam divides by the size of the gradients' noise, so that it takes the root.
        lr=float(f"{today.lr * (share if is_sgd else share**0.5):.2g}"),
        weight_decay=SGD_DECAY if is_sgd else ADAMW_DECAY,
        initialisation=today.initialisation,
        schedule="one-cycle",
        nesterov=is_sgd,
        label_smoothing=0.1,
        clip_norm=0.0 if is_sgd else 1.0,
        ema_decay=0.0 if has_few else 0.998,
        augment=True,
    )


def _today_settings(choice: Choice) -> Mapping[str, Value]:
    today = _TODAY.get(choice.architecture)
    return choice.settings if today is None else {**choice.settings, **today.settings}
