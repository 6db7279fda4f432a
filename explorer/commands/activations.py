"""`activations`: one mosaic of feature maps for each layer, all values, and what the network makes of the image."""

import argparse
import sys
from pathlib import Path
from typing import Any

from explorer.commands.arguments import add_choice, add_json
from explorer.commands.files import writing_to
from explorer.commands.looking import NAME, add_out, bench_for, weights_from
from explorer.commands.own_model import add_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser, name_is_optional=True, name=NAME)
    add_model(parser)
    parser.add_argument("--image", type=Path, metavar="FILE", required=True, help="any image file")
    add_out(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    choice, weights = weights_from(args)
    from explorer.data import images
    from explorer.inspection import mosaic_files
    from explorer.runs.looking.workbench import Image

    decoded = images.decode(args.image)
    with bench_for(choice) as bench:
        insight = bench.look(choice, weights, Image(decoded.pixels))
    with writing_to(args.out):
        files = mosaic_files.write_activations(insight, args.out)
    for note in (*decoded.notes, *insight.notes, *insight.warnings):
        print(note, file=sys.stderr)
    if args.json:
        return {
            "weights": str(insight.origin),
            "is_trained": insight.is_trained,
            "predictions": [{"label": p.label, "probability": p.probability} for p in insight.predictions],
            "files": [str(file) for file in files],
        }
    lines = [f"{prediction.probability:7.2%}  {prediction.label}" for prediction in insight.predictions]
    return "\n".join([f"{args.image.name}, {insight.origin}:", *lines, f"{len(files)} files in {args.out}"])
