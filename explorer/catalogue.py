"""The architectures by name: how one is declared, found and built.

An architecture is one file in `explorer/architectures` with one `@architecture(...)`. The declarations are also
shipped as data (`resources/catalogue/cards.json`, held true by a test), so that the list is there before torch is.
What a declaration says is in `explorer.card`, whose words can be had from here too.
"""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from explorer import paths
from explorer.bilingual import Text
from explorer.card import LECTURE, MINE, ZOO, Card, Choice, Setting, Shape, Value
from explorer.errors import ExplorerError, near

if TYPE_CHECKING:
    from torch import nn

__all__ = ["LECTURE", "MINE", "ZOO", "Card", "Choice", "Factory", "OwnModel", "Setting", "Shape", "Value"]
__all__ += ["add_own", "architecture", "build", "cards", "find", "load_all", "own", "own_models", "remove_own"]
__all__ += ["run_own_code"]

Factory = Callable[..., "nn.Module"]


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
            "card": self.card.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "OwnModel":
        card = Card.from_json(data["card"])
        return cls(card, _path(data["path"]), str(data["class"]), frozenset(data["required"]))


def _path(text: str) -> Path:
    """A path as it was written on this system, or on Windows: its last part is the name of the file on either."""
    foreign = PureWindowsPath(text)
    return Path(foreign.as_posix()) if foreign.drive else Path(text)


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
    import pkgutil  # here, since the window is shown without

    package = importlib.import_module("explorer.architectures")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _registry


@cache
def cards() -> Mapping[str, Card]:
    """Every known card by name, lecture networks first, in order of publication; needs no torch."""
    content = (paths.resources() / "catalogue" / "cards.json").read_text(encoding="utf-8")
    return {data["name"]: Card.from_json(data) for data in json.loads(content)}


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
