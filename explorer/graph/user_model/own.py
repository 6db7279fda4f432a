"""From a user's file to a card of the catalogue, and from a choice of it to its graph."""

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import MINE, Card, Choice, OwnModel, Setting, Shape, Value
from explorer.errors import ExplorerError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import exported, file
from explorer.graph.user_model.source import Argument, ModelClass

SUFFIXES = (".py", exported.SUFFIX)
PREFIX = "my:"  # how the names of the user's models begin
_CLASSES = ("classes", "num_classes", "n_classes", "nclasses", "num_class", "n_class", "num_labels", "class_num")
_GREATEST = 1_000_000


def name_of(path: Path, class_name: str) -> str:
    """Under which name the catalogue has the model of a file."""
    return f"{PREFIX}{path}:{class_name}"


def describe(
    path: Path,
    model: ModelClass | None,
    input_shape: Shape,
    given: Mapping[str, str] | None = None,
    *,
    params: int = 0,
    revision: int = 0,
) -> OwnModel:
    """The card for a class of a Python file, or with None for an exported program.

    Args:
        given: Source text of values for arguments of the constructor; what it leaves out keeps its default.

    Raises:
        ExplorerError: An argument that must be given is not, or cannot be written as one plain value.
    """
    given = given or {}
    class_name = "" if model is None else model.name
    settings, required = [], set()
    for argument in () if model is None else model.arguments:
        text = given.get(argument.name, "").strip() or argument.default
        if text is None:
            raise _missing(class_name, argument.name)
        value = _plain(text)
        if value is None:
            if not given.get(argument.name, "").strip():
                continue  # something like `nn.ReLU`: it stays the default
            value = text
        settings.append(_setting(argument, value))
        if argument.default is None or (argument.name in given and text != argument.default):
            required.add(argument.name)
    card = Card(
        name=name_of(path, class_name),
        title=class_name or path.stem,
        year=_year(path),
        source=str(path),
        input_shape=input_shape,
        params=params,
        about=_about(path, model),
        settings=tuple(settings),
        classes=1,
        family=MINE,
    )
    return OwnModel(card, path, class_name, frozenset(required), revision)


def graph_of(choice: Choice, is_cancelled: Callable[[], bool] = lambda: False, *, mode: str = "eval") -> LayerGraph:
    """The graph of a user's model as chosen, traced in a process of its own.

    Raises:
        ExplorerError: Whatever is wrong with the file, or `is_cancelled`.
    """
    model = catalogue.own(choice.architecture)
    assert model is not None
    return graph_of_model(model, choice, is_cancelled, mode=mode)


def graph_of_model(
    model: OwnModel, choice: Choice, is_cancelled: Callable[[], bool] = lambda: False, *, mode: str = "eval"
) -> LayerGraph:
    """As `graph_of`, also of a model that the catalogue does not know, or that has another file there."""
    return file.trace(
        model.path,
        model.class_name or None,
        choice.input_shape,
        architecture=choice.architecture,
        arguments=constructor_arguments(model, choice.settings),
        mode=mode,
        is_cancelled=is_cancelled,
    )


def constructor_arguments(model: OwnModel, settings: Mapping[str, Value]) -> dict[str, Any]:
    """What is passed to the constructor: the settings that are no defaults, texts of literals as what they mean."""
    return {name: _meant(value) for name, value in model.arguments(settings).items()}


def fitted(choice: Choice, classes: int, *, keep: Collection[str] = ()) -> Choice:
    """`choice` with as many classes as there are, where its constructor has an argument called so, not to `keep`."""
    model = catalogue.own(choice.architecture)
    assert model is not None
    for setting in model.card.settings:
        is_count = setting.name.lower() in _CLASSES and type(setting.default) is int
        if is_count and setting.name not in keep:
            return replace(choice, settings={**choice.settings, setting.name: classes})
    return choice


def _plain(text: str) -> Value | None:
    """The value that source text stands for, as a setting can hold it; None for what is no plain value.

    A list or the like stays text. So does a name: the user has written a word without quotation marks.
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text if text.isidentifier() else None
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if file.parse_argument(value) == value else text  # "3" stays a word
    return text


def _meant(value: Value) -> Any:
    return file.parse_argument(value) if isinstance(value, str) else value


def _setting(argument: Argument, value: Value) -> Setting:
    name, kind = argument.name, argument.annotation or type(value).__name__
    about = Text(f"Argument of the constructor: {name}: {kind}", f"构造函数的参数 {name}：{kind}")
    if isinstance(value, bool | str):
        return Setting(name, Text(name, name), value, about)
    lowest = -_GREATEST if value < 0 else 0
    return Setting(name, Text(name, name), value, about, minimum=lowest, maximum=max(_GREATEST, value))


def _about(path: Path, model: ModelClass | None) -> Text:
    said = "" if model is None else " ".join(model.about.split())
    if said:
        return Text(said, said)
    if model is None:
        return Text(f"Exported with torch.export: {path.name}", f"由 torch.export 导出：{path.name}")
    return Text(f"From your file {path.name}.", f"来自您的文件 {path.name}。")


def _year(path: Path) -> int:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).year
    except (OSError, ValueError, OverflowError):
        return datetime.now(UTC).year


def _missing(class_name: str, argument: str) -> ExplorerError:
    return ExplorerError(
        Text(f"{class_name} needs a value for {argument}.", f"{class_name} 需要参数 {argument} 的值。"),
        Text("Write a number, a word or a Python literal.", "请填写数字、单词或 Python 字面量。"),
    )
