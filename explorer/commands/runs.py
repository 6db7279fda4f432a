"""`runs`: lists the trainings; `runs show RUN`, and what else can be done with one."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import paths
from explorer.bilingual import Text
from explorer.commands import runs_export, runs_queue, runs_repeats, runs_work
from explorer.commands.arguments import add_json
from explorer.commands.table import table
from explorer.errors import ExplorerError
from explorer.runs.folder.about import About
from explorer.runs.shelf import filtering
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store

Answer = dict[str, Any] | str | int | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", *_ACTIONS, "work"),
        default="list",
        help="work trains those that wait, one after the other; queue has a stopped one wait to go on, unqueue no "
        "more; repeat has one trained again with other seeds",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help="id, number, or `last`")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="the name, the note, or the tags")
    parser.add_argument(
        "--filter",
        metavar="WORDS",
        help="for list: what all words of are found in, such as 'lenet tag:good acc>0.9'; "
        f"compared can be: {', '.join(filtering.NUMBERS)}",
    )
    parser.add_argument("--remove", action="store_true", help="for tag: take these tags away")
    runs_export.add(parser)
    runs_repeats.add(parser)
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    add_json(parser)


def run(args: argparse.Namespace) -> Answer:
    store = Store(args.runs_dir or paths.runs())
    try:
        if args.action == "work":
            return runs_work.work(store, is_json=args.json)
        if args.action == "list":
            return _list(store, args)
        if args.run is None:
            raise ExplorerError(
                Text(f"It is not said which run to {args.action}.", "没有指定运行。"),
                Text("`runs` lists them.", "runs 命令会列出它们。"),
            )
        return _ACTIONS[args.action](store, args)
    finally:
        store.close()


def _list(store: Store, args: argparse.Namespace) -> Answer:
    everything = store.records()
    unusable = store.unusable(everything)
    words = " ".join([args.filter or "", args.run or "", *args.words])
    wanted = filtering.parse(words)
    records = tuple(record for record in everything if wanted.matches(record))
    unknown = filtering.unknown_numbers(words)
    if unknown and not records:
        numbers = ", ".join(filtering.NUMBERS)
        raise ExplorerError(
            Text(f"Runs have no '{unknown[0]}' to compare.", f"运行没有可比较的 {unknown[0]}。"),
            Text(f"Compared can be: {numbers}.", f"可比较：{numbers}。"),
        )
    if args.repeats:
        return runs_repeats.listed(store, records, is_json=args.json)
    if args.json:
        why = {"unusable": {run: str(refusal) for run, refusal in unusable.items()}} if unusable else {}
        return {"runs": [record.to_json() for record in records], **why}
    for refusal in unusable.values():
        print(refusal, file=sys.stderr)
    if not everything:
        return "No runs yet. `train NAME --data digits` makes one."
    if not records:
        return f"None of the {len(everything)} runs is like that."
    return _listed(records)


def _show(store: Store, args: argparse.Namespace) -> Answer:
    record = store.find(args.run)
    epochs = [
        {
            "epoch": end.epoch + 1,
            "train_loss": end.train_loss,
            "train_accuracy": end.train_accuracy,
            "test_loss": end.test_loss,
            "test_accuracy": end.test_accuracy,
        }
        for end in store.history(record.id).epoch_ends
    ]
    if args.json:
        return {**record.to_json(), "folder": str(store.folder(record.id)), "history": epochs}
    rows = [[f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()] for row in epochs]
    head = ["epoch", "train loss", "train accuracy", "test loss", "test accuracy"]
    lines = [_listed((record,)), "", str(store.folder(record.id))]
    if record.plan.origin is not None:
        lines.append(f"Starts from run {record.plan.origin.number}, step {record.plan.origin.step}.")
    if record.about.note:
        lines.append(record.about.note)
    if record.message is not None:
        lines.append(f"{record.message} {record.hint or ''}".strip())
    return "\n".join([*lines, "", table(head, rows, frozenset(range(5)))])


def _delete(store: Store, args: argparse.Namespace) -> Answer:
    record = store.find(args.run)
    store.delete(record.id)
    if args.json:
        return {"deleted": record.id}
    print(f"Deleted {record.id}.", file=sys.stderr)
    return None


def _rename(store: Store, args: argparse.Namespace) -> Answer:
    name = " ".join(args.words)
    return _describe(store, args, lambda about: About.of(name, about.note, about.tags))


def _note(store: Store, args: argparse.Namespace) -> Answer:
    note = " ".join(args.words)
    return _describe(store, args, lambda about: About.of(about.name, note, about.tags))


def _tag(store: Store, args: argparse.Namespace) -> Answer:
    given = About.of(tags=args.words).tags
    if args.remove:
        return _describe(store, args, lambda about: replace(about, tags=tuple(t for t in about.tags if t not in given)))
    return _describe(store, args, lambda about: About.of(about.name, about.note, (*about.tags, *given)))


def _describe(store: Store, args: argparse.Namespace, change: Callable[[About], About]) -> Answer:
    """Without words tells what is said of the run; an empty word takes it away."""
    record = store.find(args.run)
    if args.words:
        record = store.describe(record.id, change(record.about))
    about = record.about
    if args.json:
        return {"run": record.id, "number": record.number, **about.to_json()}
    tags = " ".join(f"#{tag}" for tag in about.tags)
    return "\n".join(line for line in (f"{record.number}  {about.name}".rstrip(), tags, about.note) if line)


def _listed(records: tuple[RunRecord, ...]) -> str:
    has_words = any(record.about != About() for record in records)
    rows = [
        [
            str(record.number),
            *([_words(record.about)] if has_words else []),
            record.id,
            record.plan.choice.architecture,
            record.plan.dataset,
            f"{record.epochs_done}/{record.plan.config.epochs}",
            "-" if record.test_accuracy is None else f"{record.test_accuracy:.2%}",
            "paused" if record.is_paused else str(record.status),
        ]
        for record in records
    ]
    names = ["name"] if has_words else []
    head = ["number", *names, "run", "architecture", "data", "epochs", "test accuracy", "status"]
    shift = len(names)
    return table(head, rows, frozenset({0, 4 + shift, 5 + shift}))


def _words(about: About) -> str:
    return " ".join([*([about.name] if about.name else []), *(f"#{tag}" for tag in about.tags)])


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace], Answer]] = {
    "show": _show,
    "rename": _rename,
    "note": _note,
    "tag": _tag,
    "export": runs_export.export,
    "queue": runs_queue.queue,
    "unqueue": runs_queue.unqueue,
    "repeat": runs_repeats.repeat,
    "delete": _delete,
}
