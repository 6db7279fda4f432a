"""What is known of an architecture before it is built: its card, the settings it offers, and what is chosen of them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError

Shape = tuple[int, int, int]
Value = int | float | bool | str

LECTURE, ZOO, MINE = "lecture", "zoo", "mine"
_CHAPTER = re.compile(r"(exercise of )?d2l\.ai (\d+)\.(\d+)")
_LECTURE_NUMBER = re.compile(r", lecture (\d+)")
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

    def of(self, settings: Mapping[str, Value]) -> Value:
        """Its value among `settings`; its default where it is not there, as in runs that are older than it."""
        return settings.get(self.name, self.default)

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

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Setting":
        texts = {"title": Text(**data["title"]), "about": Text(**data["about"])}
        return cls(**{**data, **texts, "choices": tuple(data["choices"])})

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
        title: Its name in the literature; `title_zh` the one in Chinese, where it has another.
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
    title_zh: str = ""

    @property
    def titles(self) -> Text:
        """What it is called in each language."""
        return Text(self.title, self.title_zh or self.title)

    @property
    def sources(self) -> Text:
        """Where it was published; the Chinese edition of the book has a number less for each chapter."""
        return Text(self.source, _LECTURE_NUMBER.sub("，第 \\1 讲", _CHAPTER.sub(_chinese_chapter, self.source)))

    @property
    def references(self) -> Text:
        """The page to read on; each chapter of the book has the same address in its Chinese edition."""
        return Text(self.reference, self.reference.replace("https://d2l.ai/", "https://zh.d2l.ai/"))

    def default_choice(self) -> "Choice":
        return Choice(self.name, self.input_shape, self.classes, {s.name: s.default for s in self.settings})

    def takes(self, input_shape: Shape) -> bool:
        """Whether images of this shape are not too small, and not fixed to another, at the default settings."""
        try:
            self._check_shape(input_shape)
        except ExplorerError:
            return False
        return True

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
                Text(f"{self.title} cannot have {count} classes.", f"{self.titles.zh} 不能有 {count} 个类别。"),
                Text(f"Give from 1 to {MOST_CLASSES:,}.", f"请给出 1 到 {MOST_CLASSES:,} 之间的数。"),
            )
        return Choice(self.name, shape, count, values)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Card":
        channels, height, width = data["input_shape"]
        read = {
            "input_shape": (channels, height, width),
            "about": Text(**data["about"]),
            "settings": tuple(Setting.from_json(setting) for setting in data["settings"]),
        }
        return cls(**{**data, **read})

    def _unknown_setting(self, name: str) -> ExplorerError:
        names = ", ".join(setting.name for setting in self.settings) or "-"
        return ExplorerError(
            Text(f"{self.title} has no setting {name!r}.", f"{self.titles.zh} 没有名为 {name!r} 的设置。"),
            Text(f"Its settings: {names}.", f"可用的设置：{names}。"),
        )

    def _check_shape(self, shape: Shape) -> None:
        sizes = shape[1:]
        channels, height, width = self.input_shape
        if self.fixed_size and sizes != (height, width):
            raise self._bad_shape(
                shape, Text(f"It needs images of {height}×{width}.", f"它需要 {height}×{width} 的图像。")
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
                    f"Images must be at least {self.min_size}×{self.min_size}.",
                    f"图像至少为 {self.min_size}×{self.min_size}。",
                ),
            )
        if self.fixed_channels and shape[0] != channels:
            raise self._bad_shape(
                shape, Text(f"It needs images of {channels} channels.", f"它需要 {channels} 通道的图像。")
            )

    def _bad_shape(self, shape: Shape, hint: Text) -> ExplorerError:
        written = "×".join(str(number) for number in shape)
        return ExplorerError(
            Text(f"{self.title} cannot take an input of {written}.", f"{self.titles.zh} 不接受 {written} 的输入。"),
            hint,
        )


def _chinese_chapter(found: re.Match[str]) -> str:
    exercise, chapter, section = found.groups()
    return f"《动手学深度学习》{int(chapter) - 1}.{section} 节{'练习' if exercise else ''}"


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
