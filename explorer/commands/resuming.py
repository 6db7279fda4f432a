"""`train --resume RUN`: the run that is meant, which goes on with the settings that it began with."""

import argparse
from pathlib import Path

from explorer import catalogue
from explorer.bilingual import Text
from explorer.commands import forking, train_options
from explorer.commands.arguments import parse_settings, parse_shape
from explorer.errors import ExplorerError
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.record import RunRecord
from explorer.runs.shelf.store import Store


def record(store: Store, args: argparse.Namespace) -> RunRecord:
    """The run that `args` mean.

    Raises:
        ExplorerError: There is no such run, it cannot go on, or an option asks for another setting than it has.
    """
    forking.check_alone(args)
    found = store.find(args.resume)
    trained = found.plan.choice.architecture
    if args.name not in (None, trained):
        raise ExplorerError(
            Text(f"Run {found.number} trains {trained}, not {args.name}.", f"运行 {found.number} 训练的是 {trained}。"),
            Text(f"Write: train {trained} --resume {args.resume}", f"请写：train {trained} --resume {args.resume}"),
        )
    if not found.can_resume:
        raise ExplorerError(
            Text(f"Run {found.number} is {found.status}.", f"运行 {found.number} 的状态为 {found.status}。"),
            Text(
                f"Only a stopped run can go on; a new one begins with its weights by: train --fork {found.number}",
                f"只有已停止的运行才能继续；要从其权重开始新的运行，请写：train --fork {found.number}",
            ),
        )
    others = _others(found.plan, args)
    if others:
        named = ", ".join(others)
        raise ExplorerError(
            Text(
                f"Run {found.number} goes on with its own settings; {named} would be another.",
                f"运行 {found.number} 会沿用原有设置继续，而 {named} 与之不同。",
            ),
            Text(
                f"Leave that out, or begin a new run with its weights: train --fork {found.number}",
                f"请去掉该选项，或从其权重开始新的运行：train --fork {found.number}",
            ),
        )
    return found


def _others(plan: RunPlan, args: argparse.Namespace) -> list[str]:
    """The options that name another setting than `plan` has."""
    config, choice = plan.config, plan.choice
    found = [name for name, value in train_options.given(args).items() if value != getattr(config, name)]
    if args.preset is not None:
        found.append("preset")
    if args.data is not None and train_options.absolute(args.data) != plan.dataset:
        found.append("data")
    if args.data_dir is not None and _absolute(args.data_dir) != plan.data_dir:
        found.append("data-dir")
    if args.input is not None and parse_shape(args.input) != choice.input_shape:
        found.append("input")
    if args.classes not in (None, choice.classes):
        found.append("classes")
    if args.settings and not _has_settings(plan, args):
        found.append("set")
    return [f"--{name.replace('_', '-')}" for name in found]


def _has_settings(plan: RunPlan, args: argparse.Namespace) -> bool:
    if plan.own is not None:
        return False
    wanted = parse_settings(catalogue.find(plan.choice.architecture), args.settings)
    return all(plan.choice.settings.get(key) == value for key, value in wanted.items())


def _absolute(folder: str) -> str:
    return str(Path(folder).expanduser().absolute())
