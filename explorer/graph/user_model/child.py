"""`python -m explorer.graph.user_model.child REQUEST ANSWER`: builds and traces a user's model; run by `sandbox`."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import atomic
from explorer.bilingual import Text
from explorer.catalogue import Shape
from explorer.errors import ExplorerError
from explorer.graph import serial
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import advice, exported, loading
from explorer.graph.user_model.confine import confine

LARGEST_FILE = 64 << 20

_to_text = json.dumps  # kept here: a user's code may put something else in its place


def main(request_file: str, answer_file: str) -> None:
    """Writes `answer` to what is in `request_file` to `answer_file`."""
    confine(LARGEST_FILE)
    request = json.loads(Path(request_file).read_text(encoding="utf-8"))
    target = os.path.abspath(answer_file)  # a user's code may change the folder
    text = _to_text(answer(request))
    temporary = Path(target + ".part")
    temporary.write_text(text, encoding="utf-8")
    atomic.replace(temporary, Path(target))
    os._exit(0)  # whatever threads the model's code has started


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """`{"graph": ...}`, or `{"message", "hint"}` in both languages.

    The graph has a mismatch where the model could not run to its end.
    """
    try:
        return {"graph": _trace(request)}
    except ShapeError as error:
        return {"graph": serial.to_json(error.graph)}
    except ExplorerError as error:
        return {"message": _both(error.message), "hint": _both(error.hint)}


def _trace(request: dict[str, Any]) -> Any:
    path = Path(request["path"])
    graph = _of_program(request, path) if path.suffix.lower() == exported.SUFFIX else _of_class(request, path)
    return serial.to_json(graph)


def _of_class(request: dict[str, Any], path: Path) -> LayerGraph:
    # Before torch, which takes longer than finding most mistakes.
    maker = loading.load_maker(path, request["class_name"])
    from torch import nn

    from explorer.graph import trace

    def traced(shape: Shape) -> LayerGraph:
        def make() -> nn.Module:
            return loading.build(path, maker, request["arguments"], shape)

        return trace.trace_new(make, shape, architecture=request["architecture"], mode=request["mode"])

    refusals: list[ShapeError] = []
    for channels, height, width in request["input_shapes"]:
        try:
            return traced((channels, height, width))
        except ShapeError as error:
            refusals.append(error)
        except BaseException as error:
            raise loading.explained(error, path, loading.RUNNING) from error
    raise _with_line(refusals[0], path) from refusals[0]


def _of_program(request: dict[str, Any], path: Path) -> LayerGraph:
    from torch import nn

    from explorer.graph import trace

    def load() -> nn.Module:
        try:
            return exported.load(path)
        except BaseException as error:  # a damaged or hostile file may raise anything
            raise exported.damaged(path) from error

    channels, height, width = request["input_shapes"][0]
    shape = (channels, height, width)
    # An exported program is fixed in its mode; what it is has been decided when it was made.
    try:
        return trace.trace_loaded(load, shape, architecture=request["architecture"], batch=request["batch"])
    except ShapeError:
        raise
    except BaseException as error:
        raise loading.explained(error, path, loading.RUNNING) from error


def _with_line(error: ShapeError, path: Path) -> ShapeError:
    """The same, with the line of the user's file; in the file's own encoding."""
    cause, mismatch = error.__cause__, error.graph.mismatch
    place = loading.line_of(cause.__traceback__, path) if cause else None
    if mismatch is None:
        return error
    hint = advice.of_reason(mismatch.reason)
    told = mismatch if hint is None else replace(mismatch, remedies=(hint,))
    if place is not None:
        told = replace(told, source=f"{path.name}:{place[0]}", line=place[1])
    return ShapeError(replace(error.graph, mismatch=told))


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"en": text.en, "zh": text.zh}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
