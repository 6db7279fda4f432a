"""`export`: the layer graph as drawing, figure or table, or the network as code or model, by the ending of the file.

In place of a network a run can be named, whose weights go into the model.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.commands import export_run
from explorer.commands.arguments import add_choice, add_json, choice_from
from explorer.commands.files import writing_to
from explorer.commands.own_model import add_model, own_choice, own_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.catalogue import Choice
    from explorer.graph.export import Written
    from explorer.graph.model import LayerGraph

DETAILS = ("stages", "blocks", "layers", "operations")
COLOURS = {"type": "type", "params": "parameters", "macs": "macs", "memory": "memory", "field": "receptive_field"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    named = "architecture, as `list` prints it, or a run: RUN[@WHICH], as for train --fork"
    add_choice(parser, name_is_optional=True, name=named)
    add_model(parser)
    endings = ".svg .png .pdf (drawing), .json .md .csv .tex (table), .py (code) or .onnx"
    parser.add_argument("--out", type=Path, metavar="FILE", required=True, help=endings)
    parser.add_argument("--figure", action="store_true", help="a figure for print, black on white: .svg .png or .pdf")
    parser.add_argument("--detail", choices=DETAILS, default="layers", help="what is drawn open (layers)")
    parser.add_argument("--mode", choices=("eval", "train"), default="eval", help="train: what runs in training, too")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument(
        "--colour", choices=tuple(COLOURS), default="type", help="what the colours of a drawing tell (type)"
    )
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the labels")
    parser.add_argument("--scale", type=float, default=2.0, metavar="X", help="pixels of a PNG for each pixel at 100%%")
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    from explorer.graph import export, views
    from explorer.graph.colouring import ColourBy
    from explorer.graph.layout import layout

    export.check(args.out, figure=args.figure)  # before anything is built
    if export_run.is_run(args.name):
        choice, graph, model, about = export_run.load(args)
    else:
        (choice, graph), model, about = _graph(args), None, ()
    detail = views.Detail(args.detail)
    picture = layout(graph, views.open_blocks(graph, detail), join_layers=detail is not views.Detail.OPERATIONS)
    request = export.Request(
        graph,
        picture,
        choice,
        language=args.language,
        theme=args.theme,
        colour_by=ColourBy(COLOURS[args.colour]),
        scale=args.scale,
        model=model,
        elsewhere=_elsewhere(choice),
        figure=args.figure,
    )
    with writing_to(args.out):
        notes = export.write(request, args.out)
    for note in (*about, *notes):
        print(note, file=sys.stderr)
    return {"file": str(args.out)} if args.json else str(args.out)


def _elsewhere(choice: "Choice | None") -> "Callable[[], Written] | None":
    """What writes a model of the user as ONNX, in a process of its own; None for another one."""
    from explorer import catalogue

    if choice is None or catalogue.own(choice.architecture) is None:
        return None

    def written() -> "Written":
        from explorer.runs.looking.own_bench import OwnBench
        from explorer.runs.looking.workbench import Weights

        bench = OwnBench()
        try:
            return bench.onnx(choice, Weights())
        finally:
            bench.close()

    return written


def _graph(args: argparse.Namespace) -> tuple["Choice | None", "LayerGraph"]:
    """The graph, of a model that ends early as far as it went; and what it was made of, but for a model of the user."""
    if not args.model:
        choice = choice_from(args)
        from explorer.graph.trace import graph_of  # here, so that a wrong name needs no torch

        return choice, graph_of(choice, args.mode)
    from explorer.graph.mismatch.error import ShapeError

    try:
        graph = own_model(args)
        return own_choice(args, graph.input_shape) if args.out.suffix.lower() == ".onnx" else None, graph
    except ShapeError as error:
        print(error, file=sys.stderr)
        return None, error.graph
