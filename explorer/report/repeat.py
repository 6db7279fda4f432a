"""The command that trains the same again."""

from __future__ import annotations

import shlex
from dataclasses import fields
from typing import TYPE_CHECKING

from explorer.training.config import TrainConfig

if TYPE_CHECKING:
    from explorer.runs.plan import RunPlan


def command(plan: RunPlan) -> str | None:
    """A line for a shell with every setting of `plan`, so that it means the same to any version of the program.

    Where the files of the data are is left out. None for what a line cannot say: a model of the user, whose file is
    needed too, and a fork, which needs the weights of another run.
    """
    if plan.own is not None or plan.origin is not None:
        return None
    choice = plan.choice
    words = ["train", choice.architecture]
    words += ["--input", "x".join(map(str, choice.input_shape)), "--classes", str(choice.classes)]
    for name, value in choice.settings.items():
        words += ["--set", f"{name}={value}"]
    words += ["--data", plan.dataset]
    for field in fields(TrainConfig):
        words += _option(field.name, getattr(plan.config, field.name))
    return shlex.join(["python3", "main.py", *words])


def _option(name: str, value: object) -> list[str]:
    option = f"--{name.replace('_', '-')}"
    match value:
        case None:
            return []
        case bool():
            return [option if value else f"--no-{option.removeprefix('--')}"]
        case tuple():
            return [word for part in value for word in (option, str(part))]
        case _:
            return [option, str(value)]
