"""`--model FILE.py:CLASS`: training a model of the user in this process, which is there for it."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING

from explorer import catalogue
from explorer.bilingual import Text
from explorer.commands.arguments import assignments, parse_shape
from explorer.commands.own_model import add_model, path_and_class, refuse_name
from explorer.errors import ExplorerError
from explorer.graph.user_model import exported, own, recent, source
from explorer.runs.own_source import PAUSE, RESUME

if TYPE_CHECKING:
    from explorer.catalogue import OwnModel
    from explorer.runs.runner import Runner

_COLOUR, _GREY = (3, 224, 224), (1, 28, 28)


def add(parser: argparse.ArgumentParser) -> None:
    add_model(parser, may_be_program=False)
    parser.add_argument("--until-input-ends", action="store_true", help=argparse.SUPPRESS)  # for the window


def prepare(args: argparse.Namespace, *, may_be_program: bool = False) -> None:
    """Makes `args.name` the model that `--model` means; its code is not run yet.

    Args:
        may_be_program: A program of torch.export will do; it cannot be trained.

    Raises:
        ExplorerError: The file cannot be read, has no such class, or an argument is missing.
    """
    if not args.model:
        return
    refuse_name(args)
    model = _described(args, may_be_program=may_be_program)
    catalogue.add_own(model)
    args.name = model.card.name
    with contextlib.suppress(OSError):  # the window need not ask whether a file may be run that was run here
        recent.save(recent.load().with_trust(model.path))


def _described(args: argparse.Namespace, *, may_be_program: bool) -> OwnModel:
    path, class_name = path_and_class(args.model)
    path = path.expanduser().absolute()
    if path.suffix.lower() == exported.SUFFIX:
        if may_be_program:
            return own.describe(path, None, exported.describe(path).input_shape)
        raise cannot_train_program(path.name)
    model_class = source.choose(path, class_name)
    given = dict(assignments([*args.settings, *args.arg]))
    args.arg, args.settings = list(given), []
    known = {argument.name for argument in model_class.arguments}
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise ExplorerError(
            Text(
                f"{model_class.name} has no argument {unknown!r}.", f"{model_class.name} 没有名为 {unknown!r} 的参数。"
            ),
            Text(f"It has: {', '.join(sorted(known)) or '-'}.", f"它的参数：{', '.join(sorted(known)) or '-'}。"),
        )
    if args.input is not None:
        shape = parse_shape(args.input)
    else:
        shape = _GREY if source.first_channels(path) == 1 else _COLOUR
    return own.describe(path, model_class, shape, given)


def given(args: argparse.Namespace) -> tuple[str, ...]:
    """The names of the arguments of the constructor that the user has given."""
    return tuple(args.arg)


def cannot_train_program(name: str) -> ExplorerError:
    return ExplorerError(
        Text(
            f"{name} is a program of torch.export: PyTorch cannot switch it from predicting to learning.",
            f"{name} 是 torch.export 程序：PyTorch 无法把它从预测模式切换到训练模式。",
        ),
        Text(
            "Train the Python file that it was made from: --model FILE.py:CLASS.",
            "请训练生成它的 Python 文件：--model FILE.py:CLASS。",
        ),
    )


def obey_input(runner: Runner) -> None:
    """Does what the standard input says in lines, `pause` or `resume`, and stops when it ends: the window has, too."""
    lines = os.fdopen(os.dup(sys.stdin.fileno()), "rb")

    def listen() -> None:
        for line in lines:
            if line.strip() == PAUSE:
                runner.pause()
            elif line.strip() == RESUME:
                runner.resume()
        runner.stop()

    threading.Thread(target=listen, name="input", daemon=True).start()
