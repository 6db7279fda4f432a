"""`train`: trains a network with progress on standard error; the same run as the window starts."""

import argparse
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import catalogue, paths
from explorer.bilingual import Text
from explorer.commands import forking, own_training, rate_finding, resuming, runs_queue, seeds, train_options
from explorer.commands.arguments import add_choice, add_json, no_name, parse_settings, parse_shape
from explorer.commands.counting import card_of
from explorer.commands.progress import ProgressBars
from explorer.commands.stop_signals import StopSignals
from explorer.data.cards import DatasetCard
from explorer.errors import ExplorerError
from explorer.graph.user_model import own
from explorer.runs.curves.history import History
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.queue import put_back
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store
from explorer.runs.work.runner import Runner
from explorer.training import presets
from explorer.training.events import ENDINGS, Failed, Stopped, Warned
from explorer.training.world import World, launched

POLL_SECONDS = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser, name_is_optional=True)
    own_training.add(parser)
    train_options.add(parser)
    parser.add_argument(
        "--find-lr",
        action="store_true",
        help="do not train: try learning rates from very small to too large, say which suits",
    )
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    parser.add_argument("--resume", metavar="RUN", help="go on with a stopped run: its id, number, or `last`")
    forking.add(parser)
    seeds.add(parser)
    parser.add_argument("--queue", action="store_true", help="do not train yet: `runs work` or the window does")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str | int:
    seeds.check(args)
    own_training.prepare(args)
    if args.find_lr:
        return _find_lr(args)
    world = launched()
    if world is not None and world.rank > 0:
        return _help_out(world)
    store = Store(args.runs_dir or paths.runs())
    try:
        if args.queue or args.seeds is not None:
            return _queue(store, args)
        record = _record(store, args)
        history, status = follow(
            store, record, is_resumed=args.resume is not None, until_input_ends=args.until_input_ends
        )
    finally:
        store.close()
    match history.ending:
        case Failed(message=message, hint=hint, details=details):
            if details:
                print(details, file=sys.stderr)
            raise ExplorerError(message, hint)
        case Stopped():
            resume = f"train {'' if record.plan.own else record.plan.choice.architecture + ' '}--resume {record.id}"
            print(f"Stopped. To go on: {resume}", file=sys.stderr)
            if status is not None:
                return status
    result = _result(record, history)
    return result if args.json else "\n".join(f"{key}: {value}" for key, value in result.items())


def follow(
    store: Store, record: RunRecord, *, is_resumed: bool, until_input_ends: bool = False
) -> tuple[History, int | None]:
    """Trains on a thread of its own and shows its events until it ends; with the exit status, where it is set.

    Ctrl-C and SIGTERM stop it at a step boundary; a run from the queue then comes first in it.
    """
    plan, folder, world = record.plan, store.folder(record.id), launched()

    def work() -> Any:
        if world is not None:
            from explorer.runs.work import together

            return together.lead(world, plan, record.id, folder, resume=is_resumed)
        from explorer.runs.work.execute import Execution

        if plan.own is not None:
            from explorer.runs.work.own_execution import OwnExecution

            return OwnExecution(plan, record.id, folder, resume=is_resumed)
        return Execution(plan, record.id, folder, resume=is_resumed)

    runner = Runner(record.id, work, recorder=store.recorder(record.id))
    history = store.history(record.id) if is_resumed else History(record.id)
    if until_input_ends:
        own_training.obey_input(runner)
    runner.start()
    has_ended = False
    with ProgressBars() as bars, StopSignals(runner.break_off, is_launched=world is not None) as signals:
        while not has_ended:
            time.sleep(POLL_SECONDS)
            for event in runner.drain():
                has_ended = isinstance(event, ENDINGS)
                history.apply(event)
                bars.show(event)
                if isinstance(event, Warned):
                    print(f"{event.message} {event.hint or ''}", file=sys.stderr)
            signals.check()
    runner.join()
    return history, signals.exit_status


def _help_out(world: World) -> int:
    """What all but the first of several processes do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from explorer.runs.work import together

    return together.help_out(world, _ignore_signals)


def _ignore_signals() -> None:
    """From now on the first process hears them, and tells the others to stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _record(store: Store, args: argparse.Namespace) -> RunRecord:
    return store.create(_new_plan(store, args)) if args.resume is None else resuming.record(store, args)


def _new_plan(store: Store, args: argparse.Namespace) -> RunPlan:
    return _plan(args) if args.fork is None else forking.plan(store, args)


def _find_lr(args: argparse.Namespace) -> dict[str, Any] | str:
    if args.fork is not None:
        raise ExplorerError(
            Text("--find-lr tries new weights only.", "--find-lr 只用于新的权重。"),
            Text("Leave out --fork.", "请去掉 --fork。"),
        )
    found = rate_finding.find(_plan(args))
    return found if args.json else rate_finding.in_words(found)


def _queue(store: Store, args: argparse.Namespace) -> dict[str, Any] | str | int:
    """Puts a new run, or one that goes on, behind those that wait; runs of several seeds it also trains."""
    if args.seeds is not None:
        return seeds.train(store, _new_plan(store, args), args)
    if args.resume is not None:
        record = put_back(store, _record(store, args).id)
    else:
        record = store.create(_new_plan(store, args), queued=True)
    return runs_queue.waits(record, is_json=args.json)


def _plan(args: argparse.Namespace) -> RunPlan:
    if args.name is None:
        raise no_name()
    card = catalogue.find(args.name)
    settings = parse_settings(card, args.settings)
    config, suggested = None, None
    data = None if args.data is None else card_of(train_options.absolute(args.data))
    if args.preset is not None:
        name, images = ("", 0) if data is None else (data.name, data.train_images)
        config, suggested, named = presets.preset_for(
            card.choose(settings=settings), args.preset, dataset=name, images=images
        )
        data = card_of(named) if data is None and named else data
        settings = {**suggested.settings, **settings}
    if data is None:
        raise ExplorerError(
            Text("It is not said what to train on.", "没有指定训练数据。"),
            Text("Add --data digits, or another data set.", "请加上 --data digits 或其他数据集。"),
        )
    choice = _choice(args, card, data, settings, suggested)
    if config is None:
        config = presets.config_for(choice, images=data.train_images, optimizer=args.optimizer or "adam")
    data_dir = None if args.data_dir is None else str(Path(args.data_dir).expanduser().absolute())
    config = replace(config, **train_options.given(args))
    return RunPlan(choice, data.name, data_dir, config, catalogue.own(card.name)).decided()


def _choice(
    args: argparse.Namespace,
    card: catalogue.Card,
    data: DatasetCard,
    settings: Mapping[str, catalogue.Value],
    suggested: catalogue.Choice | None,
) -> catalogue.Choice:
    """The network that `args` mean: for the classes and colours of the data, unless they say otherwise."""
    shape = card.input_shape if suggested is None else suggested.input_shape
    if args.input is not None:
        shape = parse_shape(args.input)
    elif card.family == catalogue.LECTURE:
        shape = (data.channels, *shape[1:])  # the network is built for the images it will see
    classes = args.classes or len(data.classes)
    if card.family == catalogue.MINE:  # which says with its code how many classes it tells apart
        return own.fitted(card.choose(input_shape=shape, settings=settings), classes, keep=own_training.given(args))
    return card.choose(input_shape=shape, classes=classes, settings=settings)


def _result(record: RunRecord, history: History) -> dict[str, Any]:
    last = history.epoch_ends[-1] if history.epoch_ends else None
    return {
        "run": record.id,
        "epochs": len(history.epoch_ends),
        "steps": history.step,
        "train_loss": last.train_loss if last else None,
        "train_accuracy": last.train_accuracy if last else None,
        "test_accuracy": last.test_accuracy if last else None,
        "images_per_second": history.mean_images_per_second,
        "seconds": history.seconds,
    }
