"""Insights as data between two processes: one JSON object, and one file with the numbers of all arrays in a row.

Whoever reads trusts nothing in either: a damaged parcel is a `ValueError`, never more memory than the file has bytes.
"""

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.inspection.figures import Figures, Spread
from explorer.inspection.insight import Array, Attribution, Insight, Method, Prediction, Question

if TYPE_CHECKING:
    from explorer.inspection.signals import Signals
    from explorer.inspection.strongest import Strongest

_KINDS: dict[str, np.dtype[Any]] = {"float32": np.dtype("<f4"), "uint8": np.dtype("u1"), "int64": np.dtype("<i8")}


def pack_insight(insight: Insight, file: BinaryIO) -> dict[str, Any]:
    """Writes the arrays to `file`; what is returned finds them there."""
    return {
        "origin": _text(insight.origin),
        "is_trained": insight.is_trained,
        "image": _put(insight.image, file),
        "predictions": [[p.label, p.probability, p.index, p.is_named] for p in insight.predictions],
        "activations": pack_arrays(insight.activations, file),
        "filters": pack_arrays(insight.filters, file),
        "notes": [_text(note) for note in insight.notes],
        "seconds": insight.seconds,
        "warnings": [_text(warning) for warning in insight.warnings],
        "vectors": [[path, pack_arrays(rows, file)] for path, rows in insight.vectors.items()],
    }


def unpack_insight(data: Mapping[str, Any], file: BinaryIO) -> Insight:
    """What `pack_insight` packed.

    Raises:
        ValueError: It is damaged.
    """
    try:
        return Insight(
            origin=_read_text(data["origin"]),
            is_trained=bool(data["is_trained"]),
            image=_take(data["image"], file),
            predictions=tuple(_prediction(*told) for told in data["predictions"]),
            activations=unpack_arrays(data["activations"], file),
            filters=unpack_arrays(data["filters"], file),
            notes=tuple(_read_text(note) for note in data["notes"]),
            seconds=float(data["seconds"]),
            warnings=tuple(_read_text(warning) for warning in data["warnings"]),
            vectors={str(path): unpack_arrays(rows, file) for path, rows in data["vectors"]},
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged insight: {error}") from error


def pack_attribution(found: Attribution, file: BinaryIO) -> dict[str, Any]:
    """Writes the arrays to `file`, as `pack_insight`."""
    question = found.question
    return {
        "question": question_to_json(question),
        "heat": _put(found.heat, file),
        "peak": found.peak,
        "image": _put(found.image, file),
        "is_trained": found.is_trained,
    }


def unpack_attribution(data: Mapping[str, Any], file: BinaryIO) -> Attribution:
    """What `pack_attribution` packed.

    Raises:
        ValueError: It is damaged.
    """
    try:
        return Attribution(
            question=question_from_json(data["question"]),
            heat=_take(data["heat"], file),
            peak=float(data["peak"]),
            image=_take(data["image"], file),
            is_trained=bool(data["is_trained"]),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged attribution: {error}") from error


def pack_figures(figures: Figures, file: BinaryIO) -> dict[str, Any]:
    """Writes the arrays to `file`, with seven digits of each number."""
    return {
        "probabilities": _put(figures.probabilities.astype(np.float32), file),
        "outputs": _pack_spreads(figures.outputs, file),
        "weights": _pack_spreads(figures.weights, file),
    }


def unpack_figures(data: Mapping[str, Any], file: BinaryIO) -> Figures:
    """What `pack_figures` packed.

    Raises:
        ValueError: It is damaged.
    """
    try:
        return Figures(
            probabilities=_take_row(data["probabilities"], file),
            outputs=_unpack_spreads(data["outputs"], file),
            weights=_unpack_spreads(data["weights"], file),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged figures: {error}") from error


def pack_signals(signals: "Signals") -> dict[str, Any]:
    """Plain values; there are no arrays in it."""
    return {
        "loss": signals.loss,
        "layers": [[layer.path, layer.gradient, layer.weights] for layer in signals.layers],
        "units": [[units.path, units.share] for units in signals.units],
        "seconds": signals.seconds,
    }


def unpack_signals(data: Mapping[str, Any], _file: BinaryIO) -> "Signals":
    """What `pack_signals` packed.

    Raises:
        ValueError: It is damaged.
    """
    from explorer.inspection.signals import IdleUnits, LayerSignal, Signals

    try:
        return Signals(
            loss=float(data["loss"]),
            layers=tuple(LayerSignal(str(path), float(size), float(of)) for path, size, of in data["layers"]),
            units=tuple(IdleUnits(str(path), float(share)) for path, share in data["units"]),
            seconds=float(data["seconds"]),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged signals: {error}") from error


def pack_strongest(found: "Strongest | None", file: BinaryIO) -> dict[str, Any]:
    """Writes the arrays to `file`, as `pack_insight`."""
    if found is None:
        return {"arrays": None}
    places = {name: getattr(found, name).astype(np.int64) for name in ("images", "rows", "columns")}
    return {"arrays": pack_arrays({"values": found.values, **places}, file)}


def unpack_strongest(data: Mapping[str, Any], file: BinaryIO, count: int) -> "Strongest | None":
    """What `pack_strongest` packed, of `count` images that were looked through.

    Raises:
        ValueError: It is damaged, or tells of images that there are not.
    """
    from explorer.inspection.strongest import Strongest

    try:
        if data["arrays"] is None:
            return None
        arrays: dict[str, Any] = dict(unpack_arrays(data["arrays"], file))
        found = Strongest(**arrays)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"damaged strongest images: {error}") from error
    shapes = {array.shape for array in (found.values, found.images, found.rows, found.columns)}
    places = np.concatenate([found.images.ravel(), found.rows.ravel(), found.columns.ravel()])
    if len(shapes) != 1 or found.values.ndim != 2 or (places < 0).any() or (found.images >= count).any():
        raise ValueError("the strongest images are none of those that there are")
    return found


def _pack_spreads(spreads: Mapping[str, Spread], file: BinaryIO) -> list[Any]:
    return [
        [path, s.low, s.high, s.mean, s.std, s.dead, s.maps, _put(s.strength.astype(np.float32), file)]
        for path, s in spreads.items()
    ]


def _unpack_spreads(data: Any, file: BinaryIO) -> dict[str, Spread]:
    found = {}
    for path, low, high, mean, std, dead, maps, strength in data:
        numbers = (float(low), float(high), float(mean), float(std), int(dead), int(maps))
        found[str(path)] = Spread(*numbers, strength=_take_row(strength, file))
    return found


def _take_row(told: Any, file: BinaryIO) -> NDArray[np.float64]:
    row = _take(told, file)
    if row.ndim != 1:
        raise ValueError("numbers in a row are not in a row")
    return row.astype(np.float64)


def question_to_json(question: Question) -> dict[str, Any]:
    """Plain values, from which `question_from_json` makes it again."""
    return {"method": str(question.method), "target": question.target, "path": question.path}


def question_from_json(data: Mapping[str, Any]) -> Question:
    """The question in what another process has sent.

    Raises:
        KeyError, TypeError, ValueError: It is none.
    """
    return Question(Method(data["method"]), int(data["target"]), str(data["path"]))


def pack_arrays(arrays: Mapping[str, Array], file: BinaryIO) -> list[Any]:
    """Writes the numbers to the end of `file`; returns names, kinds and shapes as plain values."""
    return [[name, _put(array, file)] for name, array in arrays.items()]


def unpack_arrays(data: Any, file: BinaryIO) -> dict[str, Array]:
    """The arrays that `data`, from `pack_arrays`, tells of, by name; their numbers come next in `file`.

    Raises:
        KeyError, TypeError, ValueError: `data` or the numbers are none that `pack_arrays` wrote.
    """
    return {str(name): _take(told, file) for name, told in data}


def _put(array: NDArray[Any], file: BinaryIO) -> list[Any]:
    kind = str(array.dtype)
    np.ascontiguousarray(array, dtype=_KINDS[kind]).tofile(file)
    return [kind, list(array.shape)]


def _take(told: Any, file: BinaryIO) -> NDArray[Any]:
    """The next array of the file, read-only."""
    kind, shape = _KINDS[told[0]], tuple(int(size) for size in told[1])
    count = math.prod(shape)
    left = os.fstat(file.fileno()).st_size - file.tell()
    if min(shape, default=0) < 0 or count * kind.itemsize > left:
        raise ValueError("an array is larger than the file")
    array: NDArray[Any] = np.fromfile(file, dtype=kind, count=count).reshape(shape)
    array.flags.writeable = False
    return array


def _text(text: Text) -> list[str]:
    return [text.en, text.zh]


def _read_text(data: Any) -> Text:
    en, zh = data
    return Text(str(en), str(zh))


def _prediction(label: Any, probability: Any, index: Any, is_named: Any) -> Prediction:
    return Prediction(str(label), float(probability), int(index), bool(is_named))
