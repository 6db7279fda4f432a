"""The beginning of a run's record: what its plan says, checked, as it may have been written by hand. No torch."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError, unreadable
from explorer.runs.folder import about as abouts
from explorer.runs.folder import place
from explorer.runs.folder.names import PLAN
from explorer.runs.plan import SCHEMA, RunPlan
from explorer.runs.shelf.record import RunRecord, Status
from explorer.training.config import TrainConfig

_LONGEST = 60  # characters of a wrong value that are shown


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a value may be: a test, and what it is called."""

    fits: Callable[[Any], bool]
    words: Text


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_shape(value: object) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(_is_whole(side) and side > 0 for side in value)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_time(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


_WHOLE = _Kind(_is_whole, Text("a whole number", "整数"))
_COUNT = _Kind(lambda value: _is_whole(value) and value > 0, Text("a whole number above 0", "大于 0 的整数"))
_NUMBER = _Kind(lambda value: _is_whole(value) or isinstance(value, float), Text("a number", "数值"))
_SWITCH = _Kind(lambda value: isinstance(value, bool), Text("true or false", "true 或 false"))
_WORDS = _Kind(lambda value: isinstance(value, str), Text("a text in quotes", "引号中的文本"))
_PLACE = _Kind(
    lambda value: value is None or isinstance(value, str),
    Text("a folder in quotes, or null", "引号中的文件夹，或 null"),
)
_LIST = _Kind(_is_list, Text("a list of texts", "文本列表"))
_TABLE = _Kind(lambda value: isinstance(value, dict), Text("an object in braces", "花括号中的对象"))
_TIME = _Kind(_is_time, Text("a time with its zone", "带时区的时间"))
_SHAPE = _Kind(
    _is_shape,
    Text("three whole numbers above 0: channels, rows, columns", "三个大于 0 的整数：通道数、行数、列数"),
)

_OF_TYPE = {"int": _WHOLE, "float": _NUMBER, "bool": _SWITCH, "str": _WORDS, "tuple[str, ...]": _LIST}
_FIELDS = {
    "schema": _WHOLE,
    "number": _WHOLE,
    "created": _TIME,
    "choice": _TABLE,
    "choice.architecture": _WORDS,
    "choice.input_shape": _SHAPE,
    "choice.classes": _COUNT,
    "choice.settings": _TABLE,
    "dataset": _WORDS,
    "data_dir": _PLACE,
    "config": _TABLE,
}
_ORIGIN = {"origin": _TABLE, "origin.run": _WORDS, "origin.number": _WHOLE, "origin.step": _WHOLE}


def read(folder: Path) -> RunRecord:
    """The record of the run in `folder`, as if nothing had happened in it yet.

    Raises:
        NoRun: There is no plan in it.
        ExplorerError: The plan is damaged, of a newer version, or wrong; the message says where.
    """
    path = folder / PLAN
    try:
        data = json.loads(atomic.read_text(path))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise unknown(folder.name) from error
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:
        raise _damaged(folder, path, Text(str(error), str(error))) from error
    try:
        _check(data)
        plan = RunPlan.from_json(data)
    except ExplorerError as error:
        if isinstance(error, _Newer):
            raise _newer(folder.name) from error
        raise _wrong(folder, path, error) from error
    except (ValueError, KeyError, TypeError) as error:  # what belongs to a model of one's own
        raise _damaged(folder, path, Text(repr(error), repr(error))) from error
    created = datetime.fromisoformat(data["created"])
    about, waits_at = abouts.read(folder), place.read(folder)
    return RunRecord(folder.name, data["number"], plan, Status.INTERRUPTED, created, about=about, place=waits_at)


class NoRun(ExplorerError):  # noqa: N818 - it says what is the case
    """There is no run of that name."""


class _Newer(ExplorerError):  # noqa: N818
    """The plan is of a version that this program does not know."""


def unknown(run: str) -> NoRun:
    """That nothing is known of `run`."""
    return NoRun(
        Text(f"There is no run {run!r}.", f"没有名为 {run!r} 的运行。"),
        Text("`runs` lists the runs.", "runs 命令会列出全部运行。"),
    )


def _check(data: object) -> None:
    """Refuses the first value that is of the wrong kind, or is missing."""
    if not isinstance(data, dict):
        raise _refusal(PLAN, data, _TABLE)
    if _is_whole(data.get("schema")) and data["schema"] > SCHEMA:
        raise _Newer(Text("newer", "newer"))
    for name, kind in {**_FIELDS, **(_ORIGIN if data.get("origin") else {})}.items():
        _require(name, _value(data, name), kind)
    for field in fields(TrainConfig):
        value = data["config"].get(field.name, field.default)
        name, _, is_optional = _type_name(field.type).partition(" | ")
        if value is not field.default and not (is_optional and value is None):
            _require(f"config.{field.name}", value, _OF_TYPE[name])


def _require(name: str, value: object, kind: _Kind) -> None:
    if not kind.fits(value):
        raise _refusal(name, value, kind)


def _type_name(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)


class _Missing:
    """In the place of a value that is not there."""

    def __repr__(self) -> str:
        return "-"


def _value(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for name in path.split("."):
        if name not in value:
            return _Missing()
        value = value[name]
    return value


def _refusal(name: str, value: object, kind: _Kind) -> ExplorerError:
    if isinstance(value, _Missing):
        return ExplorerError(
            Text(f"{name} is missing.", f"缺少 {name}。"),
            Text(f"It must be {kind.words.en}.", f"应为{kind.words.zh}。"),
        )
    shown = repr(value)
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
    return ExplorerError(
        Text(f"{name} cannot be {shown}.", f"{name} 不能为 {shown}。"),
        Text(f"It must be {kind.words.en}.", f"应为{kind.words.zh}。"),
    )


def _wrong(folder: Path, path: Path, error: ExplorerError) -> ExplorerError:
    run = folder.name
    return ExplorerError(
        Text(
            f"The plan of run {run} cannot be used: {error.language('en')}",
            f"运行 {run} 的计划无法使用：{error.language('zh')}",
        ),
        Text(f"Correct it in {path}.", f"请在 {path} 中更正。"),
    )


def _damaged(folder: Path, path: Path, why: Text) -> ExplorerError:
    run = folder.name
    return ExplorerError(
        Text(f"The plan of run {run} is damaged ({why.en}).", f"运行 {run} 的计划文件已损坏（{why.zh}）。"),
        Text(f"Look at {path}.", f"请检查 {path}。"),
    )


def _newer(run: str) -> ExplorerError:
    return ExplorerError(
        Text(
            f"Run {run} was made by a newer version of the program.",
            f"运行 {run} 由较新版本的程序创建。",
        ),
        Text("Update the program to open it.", "请更新程序后再打开。"),
    )
