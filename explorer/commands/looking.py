"""What the commands share that look into a network: NAME, untrained or with weights of a file, or RUN with its own."""

import argparse
from pathlib import Path

from explorer import catalogue, paths
from explorer.catalogue import Choice
from explorer.commands.arguments import choice_from
from explorer.errors import ExplorerError
from explorer.runs.store import Store
from explorer.runs.workbench import Weights


def add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder for the files")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights of NAME: a .safetensors file, or a saved state dict"
    )
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")


def weights_from(args: argparse.Namespace) -> tuple[Choice, Weights]:
    """The network and the weights that NAME means: an architecture, or a run by id, number or `last`.

    A file of weights is read when the model is built.

    Raises:
        ExplorerError: It is neither.
    """
    if args.weights is not None:
        return choice_from(args), Weights(file=args.weights)
    if args.name in catalogue.cards():
        return choice_from(args), Weights()
    store = Store(args.runs_dir or paths.runs())
    try:
        record = store.find(args.name)
    except ExplorerError:
        return choice_from(args), Weights()  # which says what architectures there are
    finally:
        store.close()
    return record.plan.choice, Weights(run=record.id, number=record.number, folder=store.folder(record.id))
