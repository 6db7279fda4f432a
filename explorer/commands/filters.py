"""`filters`: the weights of each layer as a picture."""

import argparse
from typing import Any

from explorer.commands.arguments import add_choice, add_json
from explorer.commands.files import writing_to
from explorer.commands.looking import NAME, add_out, bench_for, weights_from
from explorer.commands.own_model import add_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser, name_is_optional=True, name=NAME)
    add_model(parser)
    add_out(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    choice, weights = weights_from(args)
    from explorer.inspection import mosaic_files

    with bench_for(choice) as bench:
        filters, origin = bench.filters(choice, weights)
    with writing_to(args.out):
        files = mosaic_files.write_filters(filters, args.out)
    if args.json:
        return {"weights": str(origin), "files": [str(file) for file in files]}
    return f"{len(files)} files of {origin} in {args.out}"
