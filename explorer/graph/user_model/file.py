"""The layer graph of a model in a user's file: Python, or a program of `torch.export`."""

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import serial
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import exported, hints, source

if TYPE_CHECKING:
    from explorer.catalogue import Shape
    from explorer.graph.user_model.sandbox import Limits

CHILD = "explorer.graph.user_model.child"


def trace(
    path: Path,
    class_name: str | None,
    input_shape: "Shape | None",
    *,
    architecture: str = "",
    arguments: Mapping[str, Any] | None = None,
    mode: str = "eval",
    limits: "Limits | None" = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerGraph:
    """Runs the file in a process of its own and gives the graph of its model on an image of `input_shape` (C, H, W).

    Args:
        class_name: A class, function or variable of the file; None for the likeliest. A program has none.
        input_shape: None for the first that the model takes: of those that the file names, and then of the usual ones.
            A program takes that of its export.
        architecture: What the graph is called; by default like the file.
        arguments: Keyword arguments of the constructor or the function, plain values.

    Raises:
        ShapeError: The model cannot take such an image; it brings the graph up to where it fails.
        ExplorerError: Whatever else is wrong with the file, in one message, with the line where there is one.
    """
    path = path.expanduser().absolute()
    request: dict[str, Any] = {"path": str(path), "architecture": architecture or path.stem, "mode": mode}
    if path.suffix.lower() == exported.SUFFIX:
        program = exported.describe(path)
        request |= {"batch": program.batch, "input_shapes": [input_shape or program.input_shape]}
    else:
        model, given = source.choose(path, class_name), dict(arguments or {})
        _check_arguments(model, given)
        tried = hints.input_shapes(path) if input_shape is None else (input_shape,)
        request |= {"class_name": model.name, "arguments": given, "input_shapes": tried}
        request["architecture"] = architecture or f"{path.name}:{model.name}"
    return _run(request, limits, is_cancelled)


def fitting_shape(
    path: Path, class_name: str, arguments: Mapping[str, Any], suggested: "Sequence[Shape]" = ()
) -> "Shape":
    """The first shape (C, H, W) that a model of a Python file takes: named in the file, `suggested`, or usual.

    Raises:
        ExplorerError: As `trace`.
    """
    request = {"path": str(path), "architecture": path.stem, "mode": "eval", "class_name": class_name}
    shapes = hints.input_shapes(path, suggested)
    graph = _run({**request, "arguments": dict(arguments), "input_shapes": shapes})
    channels, height, width = graph.input_shape
    return channels, height, width


def _run(
    request: Mapping[str, Any], limits: "Limits | None" = None, is_cancelled: Callable[[], bool] = lambda: False
) -> LayerGraph:
    from explorer.graph.user_model import sandbox  # brings psutil: the window is there sooner without it

    answer = sandbox.run(CHILD, request, limits or sandbox.Limits(), is_cancelled=is_cancelled)
    if "graph" not in answer:
        hint = answer["hint"]
        raise ExplorerError(Text(**answer["message"]), Text(**hint) if hint else None)
    graph = serial.from_json(answer["graph"])
    if graph.mismatch is not None:
        raise ShapeError(graph)
    return graph


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
                f"{model.name} 需要这些参数的值：{'、'.join(missing)}。",
            ),
            Text(f"Give them, such as {example}", f"请给出，例如 {example}"),
        )
