"""The graph of a model of the user's own, from the options of a command."""

import argparse
from pathlib import Path

from explorer.commands.arguments import assignments, parse_shape
from explorer.graph.model import LayerGraph


def path_and_class(text: str) -> tuple[Path, str | None]:
    """What FILE.py:CLASS means; without a class None."""
    path, colon, class_name = text.rpartition(":")
    if not colon or "/" in class_name or "\\" in class_name or class_name.endswith((".py", ".pt2")):
        path, class_name = text, ""  # the colon belongs to the path, or there is none
    return Path(path), class_name or None


def own_model(args: argparse.Namespace) -> LayerGraph:
    """Traces `--model FILE.py:CLASS` in a process of its own, with `--input`, `--set` and `--mode`.

    Raises:
        ShapeError: It does not run to its end; the error has the graph of what ran.
        ExplorerError: It cannot be opened.
    """
    from explorer.graph.user_model import file

    path, class_name = path_and_class(args.model)
    shape = None if args.input is None else parse_shape(args.input)
    arguments = {key: file.parse_argument(value) for key, value in assignments(args.settings)}
    return file.trace(path, class_name, shape, arguments=arguments, mode=args.mode)
