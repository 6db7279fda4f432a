"""The settings of a training as command-line options, in the groups of `train --help`."""

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from explorer.data import cards as data_cards
from explorer.training import presets, threads
from explorer.training.config import INITIALISATIONS, OPTIMIZERS, PRECISIONS, SCHEDULES, SPEEDS, TrainConfig


def add(parser: argparse.ArgumentParser) -> None:
    """Adds an option for each setting; what is not given has the value None, and what suits is taken."""
    defaults = TrainConfig()
    _add_data(parser)
    _add_learning(parser, defaults)
    _add_schedule(parser, defaults)
    _add_generalising(parser)
    _add_machine(parser, defaults)


def given(args: argparse.Namespace) -> dict[str, Any]:
    """The settings that the command line names, by their names in `TrainConfig`."""
    values = {field.name: getattr(args, field.name, None) for field in fields(TrainConfig)}
    if values["freeze"] is not None:
        values["freeze"] = tuple(values["freeze"])
    return {name: value for name, value in values.items() if value is not None}


def absolute(dataset: str) -> str:
    """The data set's name; the path of a folder is made absolute, so that the run can be resumed from elsewhere."""
    if not dataset.startswith(data_cards.FOLDER_PREFIX):
        return dataset
    folder = Path(dataset.removeprefix(data_cards.FOLDER_PREFIX)).expanduser().absolute()
    return f"{data_cards.FOLDER_PREFIX}{folder}"


def _add_data(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to learn")
    lecture, today = (f"{name}: {preset.about.en}" for name, preset in presets.PRESETS.items())
    group.add_argument("--data", metavar="DATASET", help="a data set, as `data` lists it, or folder:PATH")
    group.add_argument("--data-dir", metavar="DIR", help="where the files of a data set are, or are downloaded to")
    group.add_argument("--limit", type=int, metavar="N", help="use so many training images only")
    group.add_argument(
        "--preset",
        choices=tuple(presets.PRESETS),
        help=f"a set of settings; other options change it. {lecture} {today}",
    )


def _add_learning(parser: argparse.ArgumentParser, defaults: TrainConfig) -> None:
    group = parser.add_argument_group("how to learn")
    group.add_argument("--epochs", type=int, metavar="N", help="passes over the data (what suits it)")
    group.add_argument("--batch-size", type=int, metavar="N", help="images of one step (what suits the data)")
    group.add_argument("--optimizer", choices=OPTIMIZERS, help="(adam)")
    group.add_argument("--lr", type=float, metavar="X", help="learning rate (what suits network and optimizer)")
    group.add_argument("--momentum", type=float, metavar="X", help=f"for sgd ({defaults.momentum})")
    _add_switch(group, "--nesterov", "for sgd: look ahead along the momentum")
    group.add_argument("--initialisation", choices=INITIALISATIONS, help="start weights (what suits the network)")
    group.add_argument("--seed", type=int, metavar="N", help=f"({defaults.seed})")
    group.add_argument(
        "--freeze", action="append", metavar="PATH", help="leave this part of the network as it is; may be repeated"
    )


def _add_schedule(parser: argparse.ArgumentParser, defaults: TrainConfig) -> None:
    group = parser.add_argument_group("learning rate during the run")
    group.add_argument("--schedule", choices=SCHEDULES, help=f"({defaults.schedule})")
    group.add_argument("--warmup-epochs", type=float, metavar="X", help="let the rate rise for so long first (0)")
    group.add_argument(
        "--step-epochs", type=int, metavar="N", help=f"for step: epochs between two steps ({defaults.step_epochs})"
    )
    group.add_argument(
        "--step-factor",
        type=float,
        metavar="X",
        help=f"for step: what the rate is multiplied by ({defaults.step_factor})",
    )
    group.add_argument(
        "--patience", type=int, metavar="N", help="end after so many epochs without a better test; 0 for never (0)"
    )


def _add_generalising(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("against learning by heart")
    group.add_argument("--weight-decay", type=float, metavar="X", help="pull the weights towards 0 (0)")
    _add_switch(group, "--augment", "shift images at random, mirror those in colour")
    group.add_argument(
        "--label-smoothing", type=float, metavar="X", help="share of the target that goes to all classes alike (0)"
    )
    group.add_argument("--clip-norm", type=float, metavar="X", help="largest norm of the gradients; 0 for any (0)")
    group.add_argument(
        "--ema-decay", type=float, metavar="X", help="test and keep a running average of the weights; 0 for none (0)"
    )


def _add_machine(parser: argparse.ArgumentParser, defaults: TrainConfig) -> None:
    group = parser.add_argument_group("machine")
    group.add_argument("--device", metavar="auto|cpu|cuda|mps", help=f"({defaults.device})")
    group.add_argument("--precision", choices=PRECISIONS, help=f"({defaults.precision})")
    group.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help=f"CPU threads; another number gives other last digits ({threads.usual()})",
    )
    group.add_argument("--speed", choices=SPEEDS, help=f"how steps are sped up ({defaults.speed})")
    _add_switch(group, "--exact", "on a GPU: only operations that give the same bits each time, slower")


def _add_switch(group: argparse._ArgumentGroup, name: str, text: str) -> None:
    group.add_argument(name, action=argparse.BooleanOptionalAction, default=None, help=text)
