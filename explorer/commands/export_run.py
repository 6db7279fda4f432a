"""`export RUN[@WHICH]`: the network of a stored run, with its weights where the form takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from explorer import catalogue, paths
from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from torch import nn

    from explorer.catalogue import Choice
    from explorer.graph.model import LayerGraph
    from explorer.runs.folder.checkpoint import Snapshot
    from explorer.runs.shelf.record import RunRecord

# A number, `last` or an id, which begins with a time; networks are called otherwise.
_RUN = re.compile(r"(?P<run>\d+|last|\d{8}T\d{6}Z-[^@]+)(@(?P<which>.+))?")


def is_run(name: str | None) -> bool:
    """`name` means a run rather than a network."""
    return name is not None and _RUN.fullmatch(name) is not None


def load(args: argparse.Namespace) -> tuple[Choice | None, LayerGraph, nn.Module | None, tuple[Text, ...]]:
    """What is exported of the run that `args.name` means: for ONNX the model with its weights, and notes about them.

    The choice is None for a model of the user, whose code is run in this process.

    Raises:
        ExplorerError: There is no such run or moment, its weights are damaged, or other options say what it is too.
    """
    _check_alone(args)
    record, folder, which = _find(args)
    choice = record.plan.choice
    if record.plan.own is not None:
        _run_own_code(record, folder)
    if args.out.suffix.lower() != ".onnx":
        return (*_graph(record, args.mode, None), None, ())
    from explorer.graph.export import onnx_needs
    from explorer.runs.folder import moments
    from explorer.runs.folder.checkpoint import read_moment
    from explorer.runs.looking.workbench import Weights, Workbench

    onnx_needs.check()  # before a model is built
    moment = moments.choose(folder, record.number, which)
    weights = Weights(run=record.id, number=record.number, folder=folder, moment=moment.step)
    model = Workbench().model(choice, weights)
    return (*_graph(record, args.mode, model), model, (_about(record, read_moment(moment.path)),))


def _check_alone(args: argparse.Namespace) -> None:
    for option, value in (("--model", args.model), ("--input", args.input), ("--classes", args.classes)):
        if value is not None:
            raise _said_twice(option)
    for option, values in (("--set", args.settings), ("--arg", args.arg)):
        if values:
            raise _said_twice(option)


def _find(args: argparse.Namespace) -> tuple[RunRecord, Path, str]:
    from explorer.runs.shelf.store import Store

    meant = _RUN.fullmatch(args.name)
    assert meant is not None
    store = Store(args.runs_dir or paths.runs())
    try:
        record = store.find(meant["run"])
        return record, store.folder(record.id), meant["which"] or "last"
    finally:
        store.close()


def _run_own_code(record: RunRecord, folder: Path) -> None:
    """Makes the user's model known, with the code that the run trained; it is run in this process from now on."""
    from explorer.graph.user_model import loading
    from explorer.runs.folder import own_source

    assert record.plan.own is not None
    catalogue.add_own(own_source.of_run(record.plan.own, folder))
    catalogue.run_own_code(loading.build_own)


def _graph(record: RunRecord, mode: str, model: nn.Module | None) -> tuple[Choice | None, LayerGraph]:
    from explorer.graph import trace

    choice = record.plan.choice
    if record.plan.own is None:
        return choice, trace.graph_of(choice, mode)
    model = model or catalogue.build(choice)
    return None, trace.trace(model, choice.input_shape, architecture=choice.architecture, mode=mode)


def _about(record: RunRecord, snapshot: Snapshot) -> Text:
    mean, std = (", ".join(f"{value:.4g}" for value in values) for values in (snapshot.mean, snapshot.std))
    number, step = record.number, snapshot.step
    return Text(
        f"Weights of run {number} after step {step}. The network takes pixels from 0 to 1, minus {mean}, "
        f"divided by {std}.",
        f"运行 {number} 第 {step} 步的权重。网络的输入为 0 到 1 的像素值减去 {mean} 再除以 {std}。",
    )


def _said_twice(option: str) -> ExplorerError:
    return ExplorerError(
        Text(f"The run says already what {option} is about.", f"{option} 的内容已由该运行确定。"),
        Text(f"Leave out {option}, or name a network in place of the run.", f"请去掉 {option}，或用网络名代替运行。"),
    )
