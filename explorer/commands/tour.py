"""`tour`: the real window offscreen, every main task once, a screenshot of each."""

import argparse
from pathlib import Path

from explorer.commands.files import writing_to


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", required=True, type=Path, help="folder for the screenshots")


def run(args: argparse.Namespace) -> int:
    import os

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from explorer.gui.tour import run_tour

    with writing_to(args.out):
        args.out.mkdir(parents=True, exist_ok=True)
    return run_tour(args.out)
