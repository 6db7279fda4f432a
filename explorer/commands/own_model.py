"""The graph of a model of the user's own, from the options of a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.commands.arguments import assignments, parse_shape
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    import argparse

    from explorer.catalogue import Choice
    from explorer.graph.model import LayerGraph


def add_model(parser: argparse.ArgumentParser, *, may_be_program: bool = True) -> None:
    """Adds `--model` and `--arg`."""
    program = ", or FILE.pt2 of torch.export" if may_be_program else ""
    parser.add_argument(
        "--model",
        metavar="FILE.py:CLASS",
        help=f"instead of NAME: an nn.Module of your own, whose code is run in a process of its own{program}",
    )
    parser.add_argument(
        "--arg", metavar="KEY=VALUE", action="append", default=[], help="an argument of the constructor of --model"
    )


def path_and_class(text: str) -> tuple[Path, str | None]:
    """What FILE.py:CLASS means; without a class None."""
    path, colon, class_name = text.rpartition(":")
    if not colon or "/" in class_name or "\\" in class_name or class_name.endswith((".py", ".pt2")):
        path, class_name = text, ""  # the colon belongs to the path, or there is none
    return Path(path), class_name or None


def refuse_name(args: argparse.Namespace) -> None:
    """Refuses NAME beside `--model`.

    Raises:
        ExplorerError: Both are given.
    """
    if args.name is not None:
        raise ExplorerError(
            Text(f"Both {args.name} and --model were given.", f"同时给出了 {args.name} 和 --model。"),
            Text("Give one of them.", "请只给出其中一个。"),
        )


def own_model(args: argparse.Namespace) -> LayerGraph:
    """Traces `--model FILE.py:CLASS` in a process of its own, with `--input`, `--arg` and `--mode`.

    Raises:
        ShapeError: It does not run to its end; the error has the graph of what ran.
        ExplorerError: It cannot be opened.
    """
    from explorer.graph.user_model import file

    refuse_name(args)
    path, class_name = path_and_class(args.model)
    shape = None if args.input is None else parse_shape(args.input)
    arguments = {key: file.parse_argument(value) for key, value in assignments([*args.settings, *args.arg])}
    return file.trace(path, class_name, shape, arguments=arguments, mode=args.mode)


def own_choice(args: argparse.Namespace, input_shape: tuple[int, ...]) -> Choice:
    """What `--model` and `--arg` mean, for images of `input_shape`; the catalogue knows the model from then on.

    Raises:
        ExplorerError: The file cannot be read, has no such model, or an argument is missing.
    """
    from explorer import catalogue
    from explorer.graph.user_model import exported, own, source

    path, class_name = path_and_class(args.model)
    path = path.expanduser().absolute()
    found = None if path.suffix.lower() == exported.SUFFIX else source.choose(path, class_name)
    channels, height, width = input_shape
    model = own.describe(path, found, (channels, height, width), dict(assignments([*args.settings, *args.arg])))
    catalogue.add_own(model)
    return model.card.default_choice()
