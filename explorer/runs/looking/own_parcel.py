"""What an evaluation and a test of learning rates tell, as data between two processes.

Whoever reads trusts nothing in it: what is damaged is a `ValueError`, as in `inspection.parcel`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.evaluation.scores import Evaluation
from explorer.inspection import parcel
from explorer.training.events import Preparing
from explorer.training.range_test import RateFound, RatePoint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from numpy.typing import NDArray

_MOST_CLASSES = 1 << 14  # of which the confusion matrix takes 2 GB
_COLUMNS = ("labels", "answers", "probabilities", "losses")


News = Preparing | RatePoint | RateFound


def pack_news(event: News) -> dict[str, Any]:
    """Plain values."""
    match event:
        case Preparing():
            return {"what": _pair(event.what), "fraction": event.fraction}
        case RatePoint():
            return asdict(event)
        case RateFound():
            told = {"found": event.lr, "diverged_at": event.diverged_at, "has_fallen": event.has_fallen}
            return {**told, "reason": _pair(event.reason)}


def unpack_news(data: Mapping[str, Any]) -> News:
    """What `pack_news` packed.

    Raises:
        ValueError: It is damaged.
    """
    try:
        if "what" in data:
            return Preparing("", _text(data["what"]), _number(data["fraction"]))
        if "found" in data:
            numbers = _number(data["found"]), _number(data["diverged_at"])
            return RateFound(*numbers, _text(data["reason"]), bool(data["has_fallen"]))
        step, steps, attempt = (int(data[name]) for name in ("step", "steps", "attempt"))
        return RatePoint(step, steps, float(data["lr"]), float(data["loss"]), attempt)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged news: {error}") from error


def unpack_nothing(_data: Mapping[str, Any], _file: BinaryIO) -> None:
    """Of work that only has news."""


def pack_evaluation(evaluation: Evaluation, file: BinaryIO) -> dict[str, Any]:
    """Writes the arrays to `file`; what is returned finds them there."""
    columns = {name: getattr(evaluation, name) for name in _COLUMNS}
    return {"columns": parcel.pack_arrays(columns, file), "classes": list(evaluation.classes)}


def unpack_evaluation(data: Mapping[str, Any], file: BinaryIO) -> Evaluation:
    """What `pack_evaluation` packed.

    Raises:
        ValueError: It is damaged.
    """
    try:
        arrays = parcel.unpack_arrays(data["columns"], file)
        labels, answers, probabilities, losses = (_column(arrays[name], name) for name in _COLUMNS)
        made = Evaluation(labels, answers, probabilities, losses, tuple(str(name) for name in data["classes"]))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged evaluation: {error}") from error
    count = len(made.labels)
    if (made.labels.shape, made.losses.shape) != ((count,), (count,)) or len(made.answers) != count:
        raise ValueError("an evaluation of columns that differ in length")
    if made.answers.ndim != 2 or not made.answers.shape[1] or made.answers.shape != made.probabilities.shape:
        raise ValueError("an evaluation without answers")
    if any((classes < 0).any() or (classes >= _MOST_CLASSES).any() for classes in (made.labels, made.answers)):
        raise ValueError("an evaluation of classes that cannot be")
    return made


def _column(array: NDArray[Any], name: str) -> NDArray[Any]:
    kind = "int64" if name in ("labels", "answers") else "float32"
    if str(array.dtype) != kind:
        raise ValueError(f"{name} are {array.dtype}")
    return array


def _pair(text: Text) -> list[str]:
    return [text.en, text.zh]


def _text(data: Any) -> Text:
    en, zh = data
    return Text(str(en), str(zh))


def _number(data: Any) -> float | None:
    return None if data is None else float(data)
