"""Building a model from a user's file by running its code. For a process of its own, never for the window's."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError, said_by
from explorer.graph.user_model import advice, exported, names, source, surroundings
from explorer.graph.user_model.own import constructor_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType, TracebackType

    from torch import nn

    from explorer.catalogue import Choice, OwnModel, Shape

IMPORTING, BUILDING, RUNNING = Text("Importing", "导入"), Text("Building", "构建"), Text("Running", "运行")
TRAINING, WRITING = Text("Training", "训练"), Text("Writing as ONNX", "导出为 ONNX")


def load_maker(path: Path, name: str, home: Path | None = None) -> Any:
    """Runs a Python file as a module and gives its class or function; needs no torch unless the file does.

    For a variable that holds a model, a function that gives the model: as it is the first time, and then one that is
    made anew each time, by running the file again, so that its weights are drawn at random anew.

    Args:
        home: Where the file lay that this one is a copy of: what it imports from around it is looked for there.

    Raises:
        ExplorerError: It is no Python, or its code raised something.
    """
    module = _run_file(path, home or path)
    try:
        found = getattr(module, name)
    except AttributeError as error:
        raise explained(error, path, IMPORTING) from error
    return found if callable(found) and not _is_model(found) else _Held(path, name, home or path, found)


def _is_model(found: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(found, torch.nn.Module)


class _Held:
    """Gives what a variable of a file holds: what it holds already, and then what running the file again makes."""

    def __init__(self, path: Path, name: str, home: Path, found: object) -> None:
        self._place = path, home
        self.__name__ = name
        self._found: list[object] = [found]

    def __call__(self) -> object:
        return self._found.pop() if self._found else getattr(_run_file(*self._place), self.__name__)


def _run_file(path: Path, home: Path) -> ModuleType:
    code_text = source.read(path)
    package = surroundings.package_of(home, code_text)
    name = f"{package}.user_model_{path.stem}" if package else f"user_model_{path.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    for folder in [path.parent, *surroundings.search_folders(home, code_text)]:
        if str(folder) not in sys.path:
            sys.path.append(str(folder))  # last, so that a file called random.py hides nothing
    try:
        _execute(code_text, path, module)
    except SyntaxError as error:
        raise source.not_python(path, error) from error
    except BaseException as error:  # a user's code may raise anything, SystemExit too
        raise explained(error, path, IMPORTING) from error
    return module


def _execute(code_text: str, path: Path, module: ModuleType) -> None:
    exec(compile(code_text, str(path), "exec"), module.__dict__)


def build(path: Path, maker: Any, arguments: Mapping[str, Any], input_shape: Shape) -> nn.Module:
    """What `maker` makes; layers that find out their sizes from the first image have been shown one.

    Raises:
        ExplorerError: The constructor or the function raised something, or what it gives is no `nn.Module`.
    """
    from torch import nn

    try:
        model = maker(**names.resolved(maker, arguments))
    except BaseException as error:
        raise explained(error, path, BUILDING) from error
    if not isinstance(model, nn.Module):
        name = getattr(maker, "__name__", "?")
        raise ExplorerError(
            Text(f"{name} in {path.name} is not an nn.Module.", f"{path.name} 中的 {name} 不是 nn.Module。"),
            Text("Derive the class from torch.nn.Module, or let the function return one.",
                 "请让该类继承 torch.nn.Module，或让该函数返回一个 nn.Module。"),
        )  # fmt: skip
    _check_inputs(model)
    _settle(model, input_shape)
    return model


def _check_inputs(model: nn.Module) -> None:
    """Refuses a model whose `forward` asks for more than one image."""
    try:
        parameters = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):  # it cannot be asked
        return
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [one.name for one in parameters if one.default is one.empty and one.kind not in variable]
    if len(needed) < 2:
        return
    name = type(model).__name__
    raise ExplorerError(
        Text(
            f"{name}.forward takes {len(needed)} inputs ({', '.join(needed)}); it is given one batch of images here.",
            f"{name}.forward 需要 {len(needed)} 个输入（{'、'.join(needed)}）；这里只给它一批图像。",
        ),
        Text(
            "Give the others a default, or write a small module around it that makes them from one image.",
            "请为其余输入设置默认值，或写一个由一张图像生成它们的外层模块。",
        ),
    )


def build_own(own: OwnModel, choice: Choice) -> nn.Module:
    """The model that a choice of a user's model means, on the CPU, in training mode as torch makes it.

    The file is run once in a process, however many models are built; but for a model in a variable, once for each.

    Raises:
        ExplorerError: As `load_maker` and `build`.
    """
    if own.path.suffix.lower() == exported.SUFFIX:
        try:
            return exported.load(own.path)
        except BaseException as error:  # a damaged or hostile file may raise anything
            raise exported.damaged(own.path) from error
    maker = _maker_of(own.path, own.class_name, Path(own.card.source))
    return build(own.path, maker, constructor_arguments(own, choice.settings), choice.input_shape)


@cache
def _maker_of(path: Path, name: str, home: Path) -> Any:
    return load_maker(path, name, home)


def _settle(model: nn.Module, input_shape: Shape) -> None:
    """Runs lazy layers once, so that they have weights; where the model fails, as far as it goes."""
    from torch.nn.parameter import is_lazy

    if not any(is_lazy(weight) for weight in (*model.parameters(), *model.buffers())):
        return
    import torch

    model.eval()
    try:
        with torch.no_grad():
            model(torch.zeros(2, *input_shape))
    except Exception:  # noqa: BLE001 - it is told with its place when the model is run in earnest
        pass
    finally:
        model.train()


def check_outputs(model: nn.Module, own: OwnModel, input_shape: Shape, data: str, classes: int) -> None:
    """Runs a model of the user once, on black images, to see whether it can learn to tell `classes` apart.

    Raises:
        ExplorerError: It does not run, or does not put out at least so many numbers for each image.
    """
    import torch

    images = torch.zeros(2, *input_shape, dtype=torch.float32)
    modes = [module for module in model.modules() if module.training]
    try:
        with torch.no_grad():
            output = model.eval()(images)
    except BaseException as error:
        raise explained(error, own.path, RUNNING) from error
    finally:
        for module in modes:
            module.training = True
    name = own.path.name
    if isinstance(output, torch.Tensor) and output.ndim == 2 and len(output) != len(images):
        raise _mixes(name, len(images), len(output))
    if not isinstance(output, torch.Tensor) or output.ndim != 2:
        kind = type(output).__name__ if not isinstance(output, torch.Tensor) else "×".join(map(str, output.shape[1:]))
        raise ExplorerError(
            Text(
                f"{name} cannot learn to classify: for an image it puts out {kind}, not one number a class.",
                f"{name} 无法用于分类训练：它对一张图像输出 {kind}，而不是每个类别一个数。",
            ),
            Text("Return one tensor N×classes from forward.", "请让 forward 返回一个形状为 N×类别数 的张量。"),
        )
    if output.shape[1] < classes:
        has = output.shape[1]
        raise ExplorerError(
            Text(
                f"{data} has {classes} classes, but {name} puts out {has} numbers.",
                f"{data} 有 {classes} 个类别，而 {name} 只输出 {has} 个数。",
            ),
            Text(
                f"Give the last layer {classes} outputs instead of {has}.",
                f"请把最后一层的输出数由 {has} 改为 {classes}。",
            ),
        )


def _mixes(name: str, images: int, rows: int) -> ExplorerError:
    """The refusal of a model that does not keep the images of a batch apart."""
    return ExplorerError(
        Text(
            f"{name} does not keep the images apart: for {images} images it puts out {rows} rows of numbers.",
            f"{name} 没有把各个图像分开：对 {images} 张图像输出了 {rows} 行。",
        ),
        Text(
            "A view or flatten takes the batch with it: write x.flatten(1), or x.view(x.size(0), -1).",
            "某个 view 或 flatten 把批量维也展开了：请写 x.flatten(1) 或 x.view(x.size(0), -1)。",
        ),
    )


def explained(error: BaseException, path: Path, doing: Text) -> ExplorerError:
    """What a user's code raised, with the last line of the file that was running."""
    if isinstance(error, ExplorerError):
        return error
    place = line_of(error.__traceback__, path)
    at, at_zh = (f", line {place[0]}", f"（第 {place[0]} 行）") if place else ("", "")
    reason, name = said_by(error).rstrip("."), type(error).__name__
    hint = advice.about(error, reason)
    if hint is None and place is not None and place[1]:
        hint = Text(f"The line reads: {place[1]}", f"该行内容：{place[1]}")
    return ExplorerError(
        Text(
            f"{doing.en} {path.name}{at} raised {name}{f': {reason}' if reason else ''}.",
            f"{doing.zh} {path.name} 时{at_zh}出现 {name}{f'：{reason}' if reason else ''}。",
        ),
        hint,
    )


def line_of(trace: TracebackType | None, path: Path) -> tuple[int, str] | None:
    """Number and text of the innermost line of the file, in whatever encoding it has."""
    try:
        lines = [] if path.suffix.lower() == exported.SUFFIX else source.read(path).split("\n")
    except ExplorerError:  # it was deleted meanwhile
        lines = []
    for frame in reversed(traceback.extract_tb(trace)):
        if frame.filename == str(path) and frame.lineno:
            return frame.lineno, lines[frame.lineno - 1].strip() if frame.lineno <= len(lines) else ""
    return None
