"""The layer graph of a model in a user's file: Python, or a program of `torch.export`."""

import ast
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import serial
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph, Shape
from explorer.graph.user_model import exported, source

if TYPE_CHECKING:
    from explorer.graph.user_model.sandbox import Limits

CHILD = "explorer.graph.user_model.child"


def trace(
    path: Path,
    class_name: str | None,
    input_shape: Shape | None,
    *,
    architecture: str = "",
    arguments: Mapping[str, Any] | None = None,
    mode: str = "eval",
    limits: "Limits | None" = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> LayerGraph:
    """Runs the file in a process of its own and gives the graph of its class on an image of `input_shape` (C, H, W).

    Args:
        class_name: None for the last model of the file; an exported program has no classes.
        input_shape: None for that with which a program was exported.
        architecture: What the graph is called; by default like the file.
        arguments: Keyword arguments of the constructor, plain values.

    Raises:
        ShapeError: The model cannot take such an image; it brings the graph up to where it fails.
        ExplorerError: Whatever else is wrong with the file, in one message, with the line where there is one.
    """
    from explorer.graph.user_model import sandbox  # brings psutil: the window is there sooner without it

    path = path.expanduser().absolute()
    request: dict[str, Any] = {"path": str(path), "architecture": architecture or path.stem, "mode": mode}
    if path.suffix.lower() == exported.SUFFIX:
        program = exported.describe(path)
        request |= {"batch": program.batch, "input_shape": list(input_shape or program.input_shape)}
    else:
        model = source.choose(path, class_name)
        given = dict(arguments or {})
        _check_arguments(model, given)
        if input_shape is None:
            raise _no_shape()
        request |= {"class_name": model.name, "arguments": given, "input_shape": list(input_shape)}
        request["architecture"] = architecture or f"{path.name}:{model.name}"
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


def _no_shape() -> ExplorerError:
    return ExplorerError(
        Text("It is not said what images the model takes.", "没有指定模型的输入形状。"),
        Text("Add --input CxHxW, such as --input 3x224x224.", "请加上 --input CxHxW，例如 --input 3x224x224。"),
    )


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
