"""What the commands share that look into a network: NAME, untrained or with a file of weights, or RUN[@STEP]."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer import catalogue, paths
from explorer.catalogue import Choice
from explorer.commands import own_training
from explorer.commands.arguments import choice_from
from explorer.errors import ExplorerError
from explorer.runs.folder import moments
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights, Workbench
from explorer.runs.shelf.store import Store

NAME = "architecture, or RUN of which the last weights are taken, or RUN@first, RUN@best, RUN@STEP"


def add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder for the files")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights of NAME: a .safetensors file, or a saved state dict"
    )
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")


@contextmanager
def bench_for(choice: Choice) -> Iterator[Workbench | OwnBench]:
    """What looks into the network; a model of the user runs in a process of its own, which ends with this."""
    if catalogue.own(choice.architecture) is None:
        yield Workbench()
        return
    bench = OwnBench()
    try:
        yield bench
    finally:
        bench.close()


def weights_from(args: argparse.Namespace) -> tuple[Choice, Weights]:
    """The network and the weights that NAME means: an architecture, or a run by id, number or `last`; or `--model`.

    `RUN@WHICH` means a stored moment of the run: `first`, `best`, `last` or a number of steps. A file of weights is
    read when the model is built.

    Raises:
        ExplorerError: It is neither, or the run has no such moment.
    """
    own_training.prepare(args, may_be_program=True)
    if args.weights is not None:
        return choice_from(args), Weights(file=args.weights)
    if args.name is None or args.name in catalogue.cards() or catalogue.own(args.name) is not None:
        return choice_from(args), Weights()
    name, _, which = args.name.partition("@")
    store = Store(args.runs_dir or paths.runs())
    try:
        record = store.find(name)
    except ExplorerError:
        if which or name.isdecimal():  # no architecture is called by a number
            raise
        return choice_from(args), Weights()  # which says what architectures there are
    finally:
        store.close()
    if record.plan.own is not None:
        catalogue.add_own(record.plan.own)
    folder = store.folder(record.id)
    moment = moments.choose(folder, record.number, which).step if which else None
    return record.plan.choice, Weights(run=record.id, number=record.number, folder=folder, moment=moment)
