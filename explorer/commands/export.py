"""`export`: the layer graph as drawing or table, or the network as code or model, by the ending of the file's name."""

import argparse
import sys
from pathlib import Path
from typing import Any

from explorer.commands.arguments import add_choice, add_json, choice_from
from explorer.commands.files import writing_to

DETAILS = ("stages", "blocks", "layers", "operations")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", required=True, help=".svg .png .pdf .json .md .py or .onnx")
    parser.add_argument("--detail", choices=DETAILS, default="layers", help="what is drawn open (layers)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the labels")
    parser.add_argument(
        "--scale", type=float, default=2.0, metavar="X", help="pixels of a PNG for each pixel on screen"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    choice = choice_from(args)
    from explorer.graph import export, views
    from explorer.graph.layout import layout
    from explorer.graph.trace import graph_of

    graph = graph_of(choice)
    detail = views.Detail(args.detail)
    picture = layout(graph, views.open_blocks(graph, detail), join_layers=detail is not views.Detail.OPERATIONS)
    with writing_to(args.out):
        notes = export.write(
            graph, picture, choice, args.out, language=args.language, theme=args.theme, scale=args.scale
        )
    for note in notes:
        print(note, file=sys.stderr)
    return {"file": str(args.out)} if args.json else str(args.out)
