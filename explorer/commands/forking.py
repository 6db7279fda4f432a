"""`train --fork RUN[@WHICH]`: the plan of a run that starts from stored weights of another."""

import argparse
from dataclasses import replace
from typing import Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.commands import train_options
from explorer.commands.arguments import parse_settings, parse_shape
from explorer.commands.counting import card_of
from explorer.errors import ExplorerError
from explorer.runs.folder import moments, own_source
from explorer.runs.plan import RunPlan
from explorer.runs.shelf import fork
from explorer.runs.shelf.store import Store
from explorer.training import presets


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fork",
        metavar="RUN[@WHICH]",
        help="start from the weights of a run: its last, or @first, @best, @STEP; what is not given is as there",
    )


def check_alone(args: argparse.Namespace) -> None:
    """Refuses `--fork` beside `--resume`.

    Raises:
        ExplorerError: Both are given.
    """
    if args.fork is not None:
        raise ExplorerError(
            Text("A run is either resumed or forked.", "运行要么继续，要么创建分支。"),
            Text("Give --resume or --fork.", "请只给出 --resume 或 --fork。"),
        )


def plan(store: Store, args: argparse.Namespace) -> RunPlan:
    """What `args` mean: the plan of the other run, with the options that are given.

    Raises:
        ExplorerError: There is no such run or moment, or its weights do not fit the network.
    """
    name, _, which = args.fork.partition("@")
    record = store.find(name)
    moment = moments.choose(store.folder(record.id), record.number, which or "last")
    other = record.plan
    own = None if other.own is None else own_source.of_run(other.own, store.folder(record.id))
    given: dict[str, Any] = {"data_dir": args.data_dir} if args.data_dir is not None else {}
    if args.data is not None:
        given["dataset"] = train_options.absolute(args.data)
    choice = _choice(other.choice, args, is_own=own is not None)
    made = replace(other, choice=choice, own=own, origin=fork.origin_of(record, moment), **given)
    fork.check_network(made, other)
    config = made.config
    if args.preset is not None:
        images = card_of(made.dataset).train_images
        config, _, _ = presets.preset_for(choice, args.preset, dataset=made.dataset, images=images)
    made = replace(made, config=replace(config, **train_options.given(args)))
    if own is None:
        from explorer.runs.work import fork_fit  # imports torch

        fork_fit.check(made, moment.path)
    return made


def _choice(choice: catalogue.Choice, args: argparse.Namespace, *, is_own: bool) -> catalogue.Choice:
    if args.name is not None and args.name != choice.architecture:
        raise ExplorerError(
            Text(
                f"The weights are of {choice.architecture}, not of {args.name}.",
                f"这些权重属于 {choice.architecture}，不属于 {args.name}。",
            ),
            Text(f"Write: train {choice.architecture} --fork {args.fork}", f"请写：train --fork {args.fork}"),
        )
    shape = choice.input_shape if args.input is None else parse_shape(args.input)
    classes = args.classes or choice.classes
    if is_own:
        return replace(choice, input_shape=shape, classes=classes)
    card = catalogue.find(choice.architecture)
    settings = {**choice.settings, **parse_settings(card, args.settings)}
    return card.choose(input_shape=shape, classes=classes, settings=settings)
