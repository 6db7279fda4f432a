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
from explorer.data import cards as data_cards
from explorer.errors import ExplorerError
from explorer.graph.user_model import exported, file, hints, own, recent, source
from explorer.runs.folder.own_source import PAUSE, RESUME

if TYPE_CHECKING:
    from explorer.catalogue import OwnModel, Shape
    from explorer.runs.work.runner import Runner

_LEAST_SIDE = 28  # smaller images are enlarged: networks are seldom made for them


def add(parser: argparse.ArgumentParser) -> None:
    add_model(parser, may_be_program=False)
    parser.add_argument("--until-input-ends", action="store_true", help=argparse.SUPPRESS)  # for the window


def prepare(args: argparse.Namespace, *, may_be_program: bool = False) -> None:
    """Makes `args.name` the model that `--model` means.

    Its code is run where `--input` does not say what images it takes, in a process of its own.

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
        return own.describe(path, model_class, parse_shape(args.input), given)
    model = own.describe(path, model_class, hints.input_shapes(path)[0], given)
    arguments = own.constructor_arguments(model, model.card.default_choice().settings)
    suggested = _images_of(getattr(args, "data", None), hints.first_channels(path))
    shape = file.fitting_shape(path, model_class.name, arguments, suggested)
    return own.describe(path, model_class, shape, given)


def _images_of(dataset: str | None, channels: int | None) -> tuple[Shape, ...]:
    """The size of a data set's images, where they have one, for a model that reads so many channels."""
    card = None if dataset is None else data_cards.find(dataset)
    if card is None or not card.size:
        return ()
    side = max(card.size, _LEAST_SIDE)
    return ((channels or card.channels, side, side),)


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
        runner.break_off()

    threading.Thread(target=listen, name="input", daemon=True).start()
