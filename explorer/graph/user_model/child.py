"""`python -m explorer.graph.user_model.child REQUEST ANSWER`: builds and traces a user's model; run by `sandbox`."""

import importlib.util
import json
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph import serial
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import exported, source


def main(request_file: str, answer_file: str) -> None:
    """Writes `{"graph": ...}`, or `{"message", "hint"}` in both languages, to `answer_file`.

    The graph has a mismatch where the model could not run to its end.
    """
    request = json.loads(Path(request_file).read_text(encoding="utf-8"))
    _keep_disk_free()
    try:
        answer: dict[str, Any] = {"graph": _trace(request)}
    except ShapeError as error:
        answer = {"graph": serial.to_json(error.graph)}
    except ExplorerError as error:
        answer = {"message": _both(error.message), "hint": _both(error.hint)}
    temporary = Path(answer_file + ".part")
    temporary.write_text(json.dumps(answer), encoding="utf-8")
    os.replace(temporary, answer_file)
    os._exit(0)  # whatever threads the model's code has started


def _trace(request: dict[str, Any]) -> Any:
    path = Path(request["path"])
    graph = _of_program(request, path) if path.suffix.lower() == exported.SUFFIX else _of_class(request, path)
    return serial.to_json(graph)


def _of_class(request: dict[str, Any], path: Path) -> LayerGraph:
    model_class = _load(path, request["class_name"])  # before torch, which takes longer than finding most mistakes
    from torch import nn

    from explorer.graph import trace

    def make() -> nn.Module:
        model = model_class(**request["arguments"])
        if not isinstance(model, nn.Module):
            raise TypeError(f"{request['class_name']} is not an nn.Module")
        return model

    try:
        channels, height, width = request["input_shape"]
        shape = (channels, height, width)
        return trace.trace_new(make, shape, architecture=request["architecture"], mode=request["mode"])
    except ShapeError as error:
        raise _with_line(error, path) from error
    except BaseException as error:
        raise _explained(error, path, "building", "构建") from error


def _of_program(request: dict[str, Any], path: Path) -> LayerGraph:
    from explorer.graph import trace

    try:
        model = exported.load(path)
    except BaseException as error:  # a damaged or hostile file may raise anything
        raise exported.damaged(path) from error
    channels, height, width = request["input_shape"]
    shape = (channels, height, width)
    # An exported program is fixed in its mode; what it is has been decided when it was made.
    return trace.trace(model, shape, architecture=request["architecture"], batch=request["batch"])


def _load(path: Path, class_name: str) -> Any:
    code_text = source.read(path)
    name = f"user_model_{path.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    sys.path.append(str(path.parent))  # last, so that a file called random.py hides nothing
    try:
        _execute(code_text, path, module)
        return getattr(module, class_name)
    except SyntaxError as error:
        raise source.not_python(path, error) from error
    except BaseException as error:  # a user's code may raise anything, SystemExit too
        raise _explained(error, path, "importing", "导入") from error


def _execute(code_text: str, path: Path, module: ModuleType) -> None:
    exec(compile(code_text, str(path), "exec"), module.__dict__)


def _explained(error: BaseException, path: Path, doing: str, doing_zh: str) -> ExplorerError:
    """What a user's code raised, with the last line of the file that was running."""
    place = _line_of(error.__traceback__, path)
    at, at_zh = (f", line {place[0]}", f"(第 {place[0]} 行)") if place else ("", "")
    reason = str(error).strip().split("\n")[0]
    name = type(error).__name__
    return ExplorerError(
        Text(
            f"{doing.capitalize()} {path.name}{at} raised {name}{f': {reason}' if reason else ''}.",
            f"{doing_zh} {path.name} 时{at_zh}出现 {name}{f':{reason}' if reason else ''}。",
        ),
        Text(f"The line reads: {place[1]}", f"该行内容：{place[1]}") if place and place[1] else None,
    )


def _with_line(error: ShapeError, path: Path) -> ShapeError:
    """The same, with the line of the user's file; in the file's own encoding."""
    cause, mismatch = error.__cause__, error.graph.mismatch
    place = _line_of(cause.__traceback__, path) if cause else None
    if place is None or mismatch is None:
        return error
    told = replace(mismatch, source=f"{path.name}:{place[0]}", line=place[1])
    return ShapeError(replace(error.graph, mismatch=told))


def _line_of(trace: TracebackType | None, path: Path) -> tuple[int, str] | None:
    lines = source.read(path).split("\n")
    for frame in reversed(traceback.extract_tb(trace)):
        if frame.filename == str(path) and frame.lineno:
            return frame.lineno, lines[frame.lineno - 1].strip() if frame.lineno <= len(lines) else ""
    return None


def _keep_disk_free() -> None:
    """What the model's code writes to files is limited, where the system can do that."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"en": text.en, "zh": text.zh}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
