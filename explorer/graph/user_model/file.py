"""The layer graph of a model in a user's Python file."""

import ast
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import serial
from explorer.graph.model import LayerGraph, Shape
from explorer.graph.user_model import sandbox, source
from explorer.graph.user_model.sandbox import Limits

CHILD = "explorer.graph.user_model.child"


def trace(
    path: Path,
    class_name: str | None,
    input_shape: Shape,
    *,
    arguments: Mapping[str, Any] | None = None,
    mode: str = "eval",
    limits: Limits | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerGraph:
    """Runs the file in a process of its own and gives the graph of its class on an image of `input_shape` (C, H, W).

    Args:
        class_name: None for the last model of the file.
        arguments: Keyword arguments of the constructor, plain values.

    Raises:
        ExplorerError: Whatever is wrong with the file, in one message, with the line where there is one.
    """
    path = path.expanduser().absolute()
    model = source.choose(path, class_name)
    given = dict(arguments or {})
    _check_arguments(model, given)
    request = {
        "path": str(path),
        "class_name": model.name,
        "arguments": given,
        "input_shape": list(input_shape),
        "mode": mode,
    }
    answer = sandbox.run(CHILD, request, limits or Limits(), is_cancelled=is_cancelled)
    if "graph" not in answer:
        hint = answer["hint"]
        raise ExplorerError(Text(**answer["message"]), Text(**hint) if hint else None)
    return serial.from_json(answer["graph"])


def parse_argument(text: str) -> Any:
    """The plain value that `text` means: a Python literal, else the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _check_arguments(model: source.ModelClass, given: Mapping[str, Any]) -> None:
    missing = [name for name in model.required if name not in given]
    if missing:
        example = " ".join(f"{name}=..." for name in missing)
        raise ExplorerError(
            Text(
                f"{model.name} needs values for: {', '.join(missing)}.",
                f"{model.name} 需要这些参数的值:{'、'.join(missing)}。",
            ),
            Text(f"Give them, such as {example}", f"请给出,例如 {example}"),
        )
