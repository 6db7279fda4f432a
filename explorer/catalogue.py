"""What is known of an architecture before it is built, and how to build it.

An architecture is one file in `explorer/architectures` with one `@architecture(...)`. The declarations are also
shipped as data (`resources/catalogue/cards.json`, held true by a test), so that the list is there before torch is.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import paths
from explorer.bilingual import Text
from explorer.errors import ExplorerError, near

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, int, int]
Value = int | float | bool | str
Factory = Callable[..., "nn.Module"]

LECTURE, ZOO, MINE = "lecture", "zoo", "mine"
MOST_SIDE, MOST_CHANNELS, MOST_CLASSES = 16_384, 4_096, 1_000_000  # beyond, sizes do not fit into 64 bits


@dataclass(frozen=True, slots=True)
class Setting:
    """A choice that an architecture offers, such as a growth rate.

    Either `choices` lists the values, or a number between `minimum` and `maximum` is meant. The type of `default` is
    the type of the setting.
    """

    name: str
    title: Text
    default: Value
    about: Text
    choices: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def parse(self, text: str) -> Value:
        """The value that `text` means, for the command line.

        Raises:
            ExplorerError: `text` is not a value of this setting.
        """
        try:
            value = _PARSERS[type(self.default)](text)
        except (ValueError, KeyError):
            raise self._refusal(text) from None
        return self.check(value)

    def check(self, value: Value) -> Value:
        """`value` itself.

        Raises:
            ExplorerError: It has another type than the default, is not among the choices or out of range.
        """
        if isinstance(self.default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        is_listed = not self.choices or value in self.choices
        is_number = isinstance(value, int | float)
        too_low = is_number and self.minimum is not None and value < self.minimum  # type: ignore[operator]
        too_high = is_number and self.maximum is not None and value > self.maximum  # type: ignore[operator]
        if type(value) is not type(self.default) or not is_listed or too_low or too_high:
            raise self._refusal(value)
        return value

    def _refusal(self, value: object) -> ExplorerError:
        if self.choices:
            allowed = ", ".join(str(choice) for choice in self.choices)
        elif self.minimum is not None:
            allowed = f"{self.minimum:g} – {self.maximum:g}" if self.maximum is not None else f"≥ {self.minimum:g}"
        else:
            allowed = type(self.default).__name__
        return ExplorerError(
            Text(f"{self.name} cannot be {value!r}.", f"{self.name} 不能取 {value!r}。"),
            Text(f"Choose one of: {allowed}.", f"可取的值：{allowed}。"),
        )


def _parse_bool(text: str) -> bool:
    return {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}[
        text.strip().lower()
    ]


_PARSERS: dict[type, Callable[[str], Value]] = {bool: _parse_bool, int: int, float: float, str: str}


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an architecture without building it.

    Attributes:
        params: Parameters at the defaults.
        min_size: The least image side that the architecture takes (with its default settings).
        fixed_size: Only the default image size is taken.
        fixed_channels: Only the default number of channels is taken.
        family: `LECTURE`, `ZOO`, or `MINE` for a model in a file of the user.
        reference: Address of the chapter or paper, for "read on".
    """

    name: str
    title: str
    year: int
    source: str
    input_shape: Shape
    params: int
    about: Text
    settings: tuple[Setting, ...] = ()
    classes: int = 10
    min_size: int = 1
    fixed_size: bool = False
    fixed_channels: bool = False
    family: str = LECTURE
    reference: str = ""

    def default_choice(self) -> "Choice":
        return Choice(self.name, self.input_shape, self.classes, {s.name: s.default for s in self.settings})

    def choose(
        self,
        *,
        input_shape: Shape | None = None,
        classes: int | None = None,
        settings: Mapping[str, Value] | None = None,
    ) -> "Choice":
        """The defaults with some of them replaced.

        Raises:
            ExplorerError: A setting is unknown or out of range, the image too small, or there are no classes.
        """
        known = {setting.name: setting for setting in self.settings}
        values = {setting.name: setting.default for setting in self.settings}
        for name, value in (settings or {}).items():
            if name not in known:
                raise self._unknown_setting(name)
            values[name] = known[name].check(value)
        shape = self.input_shape if input_shape is None else input_shape
        self._check_shape(shape)
        count = self.classes if classes is None else classes
        if not 1 <= count <= MOST_CLASSES:
            raise ExplorerError(
                Text(f"{self.title} cannot have {count} classes.", f"{self.title} 不能有 {count} 个类别。"),
                Text(f"Give from 1 to {MOST_CLASSES:,}.", f"请给出 1 到 {MOST_CLASSES:,} 之间的数。"),
            )
        return Choice(self.name, shape, count, values)

    def _unknown_setting(self, name: str) -> ExplorerError:
        names = ", ".join(setting.name for setting in self.settings) or "-"
        return ExplorerError(
            Text(f"{self.title} has no setting {name!r}.", f"{self.title} 没有名为 {name!r} 的设置。"),
            Text(f"Its settings: {names}.", f"可用的设置：{names}。"),
        )

    def _check_shape(self, shape: Shape) -> None:
        sizes = shape[1:]
        channels, height, width = self.input_shape
        if self.fixed_size and sizes != (height, width):
            raise self._bad_shape(
                shape, Text(f"It needs images of {height}x{width}.", f"它需要 {height}x{width} 的图像。")
            )
        if max(sizes) > MOST_SIDE or shape[0] > MOST_CHANNELS:
            raise self._bad_shape(
                shape,
                Text(
                    f"Images may have {MOST_SIDE} pixels a side and {MOST_CHANNELS} channels.",
                    f"图像每边最多 {MOST_SIDE} 像素，最多 {MOST_CHANNELS} 个通道。",
                ),
            )
        if min(shape) < 1 or min(sizes) < self.min_size:
            raise self._bad_shape(
                shape,
                Text(
                    f"Images must be at least {self.min_size}x{self.min_size}.",
                    f"图像至少为 {self.min_size}x{self.min_size}。",
                ),
            )
        if self.fixed_channels and shape[0] != channels:
            raise self._bad_shape(
                shape, Text(f"It needs images of {channels} channels.", f"它需要 {channels} 通道的图像。")
            )

    def _bad_shape(self, shape: Shape, hint: Text) -> ExplorerError:
        written = "x".join(str(number) for number in shape)
        return ExplorerError(
            Text(f"{self.title} cannot take an input of {written}.", f"{self.title} 不接受 {written} 的输入。"), hint
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """An architecture with everything decided that is needed to build it; input shape (C, H, W)."""

    architecture: str
    input_shape: Shape
    classes: int
    settings: Mapping[str, Value] = field(default_factory=dict)

    def key(self) -> str:
        """The same text for equal choices."""
        return json.dumps(self.to_json(), sort_keys=True)

    def to_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
            "settings": dict(self.settings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choice":
        channels, height, width = data["input_shape"]
        return cls(data["architecture"], (channels, height, width), data["classes"], dict(data["settings"]))


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model in a file of the user, known while the program runs; it is never built in the program's own process.

    Attributes:
        class_name: Of a Python file; "" for an exported program.
        required: Settings that stand for arguments without a default.
        revision: Another one for each content of the file.
    """

    card: Card
    path: Path
    class_name: str = ""
    required: frozenset[str] = frozenset()
    revision: int = 0

    def arguments(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """What `settings` mean for the constructor: those that are no defaults."""
        defaults = {setting.name: setting.default for setting in self.card.settings}
        return {
            name: value
            for name, value in settings.items()
            if name in self.required or (name in defaults and value != defaults[name])
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "class": self.class_name,
            "required": sorted(self.required),
            "card": card_to_json(self.card),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "OwnModel":
        card = card_from_json(data["card"])
        return cls(card, Path(data["path"]), str(data["class"]), frozenset(data["required"]))


_registry: dict[str, tuple[Card, Factory]] = {}
_own: dict[str, OwnModel] = {}
_build_own: "Callable[[OwnModel, Choice], nn.Module] | None" = None


def architecture(name: str, **declaration: Any) -> Callable[[Factory], Factory]:
    """Declares the decorated class or function as the architecture `name`; keywords as the fields of `Card`.

    It is called as `factory(input_shape, classes, **settings)` and returns a module that maps images (N, C, H, W) to
    logits (N, classes).

    Raises:
        ValueError: The name is taken.
    """
    card = Card(name=name, **declaration)

    def register(factory: Factory) -> Factory:
        if name in _registry:
            raise ValueError(f"the architecture name {name!r} is taken")
        _registry[name] = (card, factory)
        return factory

    return register


@cache
def load_all() -> Mapping[str, tuple[Card, Factory]]:
    """Every declared architecture by name; imports torch and torchvision."""
    package = importlib.import_module("explorer.architectures")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _registry


@cache
def cards() -> Mapping[str, Card]:
    """Every known card by name, lecture networks first, in order of publication; needs no torch."""
    content = (paths.resources() / "catalogue" / "cards.json").read_text(encoding="utf-8")
    return {data["name"]: card_from_json(data) for data in json.loads(content)}


def add_own(model: OwnModel) -> None:
    """Makes a model of the user known to `find` under the name of its card, in place of an earlier one."""
    _own[model.card.name] = model


def remove_own(name: str) -> None:
    """Forgets a model of the user; nothing happens where none has that name."""
    _own.pop(name, None)


def own(name: str) -> OwnModel | None:
    """The model of the user that is called `name`, or None."""
    return _own.get(name)


def own_models() -> tuple[OwnModel, ...]:
    """All models of the user that are known now."""
    return tuple(_own.values())


def run_own_code(build_own: "Callable[[OwnModel, Choice], nn.Module]") -> None:
    """From now on `build` builds models of the user too, which runs their code in this process.

    For the processes that are there for it, never for the window's.
    """
    global _build_own
    _build_own = build_own


def find(name: str) -> Card:
    """The card called `name`, of the shipped ones or of the user's models.

    Raises:
        ExplorerError: There is none; the hint lists near names.
    """
    known = cards()
    if name in known:
        return known[name]
    if name in _own:
        return _own[name].card
    close = ", ".join(near(name, known))
    question = Text(f"Did you mean {close}? ", f"您是指 {close} 吗？") if close else Text("", "")
    raise ExplorerError(
        Text(f"There is no architecture {name!r}.", f"没有名为 {name!r} 的网络结构。"),
        Text(f"{question.en}`list` shows all names.", f"{question.zh}list 命令会列出全部名称。"),
    )


def build(choice: Choice) -> "nn.Module":
    """A new model, on the current default device, with weights drawn from the current random state.

    Raises:
        ExplorerError: The choice does not fit the architecture; the message says which sizes do. Or it is a model of
            the user, and `run_own_code` has not been called in this process.
    """
    model = _own.get(choice.architecture)
    if model is not None:
        if _build_own is None:
            raise ExplorerError(
                Text(
                    "This cannot be done with a model from your own file: its code runs in a process of its own only.",
                    "您自己文件中的模型无法这样使用：其代码只在独立进程中运行。",
                ),
                Text("Choose a network from the list.", "请从列表中选择一个网络。"),
            )
        return _build_own(model, choice)
    find(choice.architecture).choose(input_shape=choice.input_shape, classes=choice.classes, settings=choice.settings)
    _, factory = load_all()[choice.architecture]
    return factory(choice.input_shape, choice.classes, **choice.settings)


def card_to_json(card: Card) -> dict[str, Any]:
    """The card as plain data; `card_from_json` reads it."""
    return asdict(card)


def card_from_json(data: Mapping[str, Any]) -> Card:
    channels, height, width = data["input_shape"]
    return Card(
        **{
            **data,
            "input_shape": (channels, height, width),
            "about": Text(**data["about"]),
            "settings": tuple(_setting_from_json(setting) for setting in data["settings"]),
        }
    )


def _setting_from_json(data: Mapping[str, Any]) -> Setting:
    texts = {"title": Text(**data["title"]), "about": Text(**data["about"])}
    return Setting(**{**data, **texts, "choices": tuple(data["choices"])})
