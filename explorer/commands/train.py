"""`train`: trains a network with progress on standard error; the same run as the window starts."""

import argparse
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from explorer import catalogue, paths
from explorer.bilingual import Text
from explorer.commands.arguments import add_choice, add_json, parse_settings, parse_shape
from explorer.commands.progress import ProgressBars
from explorer.data import cards as data_cards
from explorer.errors import ExplorerError
from explorer.runs.history import History
from explorer.runs.plan import RunPlan
from explorer.runs.record import RunRecord
from explorer.runs.runner import Runner
from explorer.runs.store import Store
from explorer.training import presets
from explorer.training.config import INITIALISATIONS, OPTIMIZERS, PRECISIONS, TrainConfig
from explorer.training.events import ENDINGS, Failed, Stopped, Warned

POLL_SECONDS = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser)
    defaults = TrainConfig()
    parser.add_argument(
        "--data", metavar="DATASET", help="digits, shapes, mnist, fashion-mnist, cifar10 or folder:PATH"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where the files of a data set are, or are downloaded to")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the data (what suits it)")
    parser.add_argument("--batch-size", type=int, metavar="N", help="images of one step (what suits the data)")
    parser.add_argument("--lr", type=float, metavar="X", help="learning rate (what suits network and optimizer)")
    parser.add_argument("--momentum", type=float, metavar="X", help=f"for sgd ({defaults.momentum})")
    parser.add_argument("--weight-decay", type=float, metavar="X", help=f"({defaults.weight_decay})")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, help="(adam)")
    parser.add_argument("--initialisation", choices=INITIALISATIONS, help="start weights (what suits the network)")
    parser.add_argument("--device", metavar="auto|cpu|cuda|mps", help=f"({defaults.device})")
    parser.add_argument("--precision", choices=PRECISIONS, help=f"({defaults.precision})")
    parser.add_argument("--seed", type=int, metavar="N", help=f"({defaults.seed})")
    parser.add_argument("--limit", type=int, metavar="N", help="use so many training images only")
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    parser.add_argument("--resume", metavar="RUN", help="go on with a stopped run: its id, number, or `last`")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str | int:
    store = Store(args.runs_dir or paths.runs())
    try:
        record = _record(store, args)
        history = follow(store, record, is_resumed=args.resume is not None)
    finally:
        store.close()
    match history.ending:
        case Failed(message=message, hint=hint, details=details):
            if details:
                print(details, file=sys.stderr)
            raise ExplorerError(message, hint)
        case Stopped():
            resume = f"train {record.plan.choice.architecture} --resume {record.id}"
            print(f"Stopped. To go on: {resume}", file=sys.stderr)
    result = _result(record, history)
    return result if args.json else "\n".join(f"{key}: {value}" for key, value in result.items())


def follow(store: Store, record: RunRecord, *, is_resumed: bool) -> History:
    """Trains on a thread of its own and shows its events until it ends; Ctrl-C stops it at a step boundary."""
    plan, folder = record.plan, store.folder(record.id)

    def work() -> Any:
        from explorer.runs.execute import Execution

        return Execution(plan, record.id, folder, resume=is_resumed)

    runner = Runner(record.id, work, recorder=store.recorder(record.id))
    history = store.history(record.id) if is_resumed else History(record.id)
    runner.start()
    has_ended = False
    with ProgressBars() as bars:
        while not has_ended:
            try:
                time.sleep(POLL_SECONDS)
                for event in runner.drain():
                    has_ended = isinstance(event, ENDINGS)
                    history.apply(event)
                    bars.show(event)
                    if isinstance(event, Warned):
                        print(f"{event.message} {event.hint or ''}", file=sys.stderr)
            except KeyboardInterrupt:
                runner.stop()
    runner.join()
    return history


def _record(store: Store, args: argparse.Namespace) -> RunRecord:
    if args.resume is None:
        return store.create(_plan(args))
    record = store.find(args.resume)
    if record.plan.choice.architecture != args.name:
        trained = record.plan.choice.architecture
        raise ExplorerError(
            Text(
                f"Run {record.number} trains {trained}, not {args.name}.", f"运行 {record.number} 训练的是 {trained}。"
            ),
            Text(f"Write: train {trained} --resume {args.resume}", f"请写：train {trained} --resume {args.resume}"),
        )
    if not record.can_resume:
        raise ExplorerError(
            Text(f"Run {record.number} is {record.status}.", f"运行 {record.number} 的状态为 {record.status}。"),
            Text("Only a stopped run can go on.", "只有已停止的运行才能继续。"),
        )
    return record


def _plan(args: argparse.Namespace) -> RunPlan:
    if args.data is None:
        raise ExplorerError(
            Text("It is not said what to train on.", "没有指定训练数据。"),
            Text("Add --data digits, or another data set.", "请加上 --data digits 或其他数据集。"),
        )
    card = catalogue.find(args.name)
    dataset = _absolute(args.data)
    data = data_cards.find(dataset)
    settings = parse_settings(card, args.settings)
    shape, classes = card.input_shape, args.classes or card.classes
    if args.input is not None:
        shape = parse_shape(args.input)
    elif card.family == catalogue.LECTURE:
        shape = (data.channels, *card.input_shape[1:])  # the network is built for the images it will see
    if args.classes is None:
        classes = len(data.classes or _classes_in(dataset))
    choice = card.choose(input_shape=shape, classes=classes, settings=settings)
    names = (field.name for field in fields(TrainConfig))
    given = {name: value for name in names if (value := getattr(args, name, None)) is not None}
    data_dir = None if args.data_dir is None else str(Path(args.data_dir).expanduser().absolute())
    usual = presets.config_for(choice, images=data.train_images, optimizer=args.optimizer or "adam")
    return RunPlan(choice, dataset, data_dir, replace(usual, **given))


def _absolute(dataset: str) -> str:
    """The data set's name; the path of a folder is made absolute, so that the run can be resumed from elsewhere."""
    if not dataset.startswith(data_cards.FOLDER_PREFIX):
        return dataset
    folder = Path(dataset.removeprefix(data_cards.FOLDER_PREFIX)).expanduser().absolute()
    return f"{data_cards.FOLDER_PREFIX}{folder}"


def _classes_in(data: str) -> tuple[str, ...]:
    from explorer.data import class_folders
    from explorer.data.watch import Watch

    return class_folders.scan(Path(data.removeprefix(data_cards.FOLDER_PREFIX)), watch=Watch()).classes


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
