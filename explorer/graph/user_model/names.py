"""Arguments that are written as names of the file, such as `BasicBlock`, `nn.SiLU` or `Norm.GROUP`."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def resolved(maker: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """`arguments` of a class or function, words as what they stand for in its file; words for texts stay words.

    Runs what is written, in the process that runs the file.
    """
    module = sys.modules.get(getattr(maker, "__module__", None) or "")
    words = {name for name, value in arguments.items() if isinstance(value, str)}
    if module is None or not words:
        return dict(arguments)
    try:
        parameters = dict(inspect.signature(maker).parameters)
    except (TypeError, ValueError):  # it cannot be asked
        return dict(arguments)
    # Without Python's own names: max is a word for a kind of pooling.
    known = {**vars(module), "__builtins__": {}}
    return {
        name: _meant(value, known) if name in words and not _is_text(parameters.get(name)) else value
        for name, value in arguments.items()
    }


def _meant(word: str, known: dict[str, Any]) -> Any:
    try:
        return eval(word, known)
    except Exception:  # noqa: BLE001 - what is no expression of the file is a word
        return word


def _is_text(parameter: inspect.Parameter | None) -> bool:
    """Whether the argument is a text, by its annotation or its default."""
    if parameter is None or isinstance(parameter.default, str):
        return True
    annotation = parameter.annotation
    words = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "") + str(annotation)
    return annotation is not inspect.Parameter.empty and ("str" in words or "Literal" in words)
