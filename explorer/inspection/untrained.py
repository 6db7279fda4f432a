"""A model with weights drawn at random, without touching the random state of the program.

A run that is going draws from torch's global generator; drawing there from another thread would change the run.
"""

from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from explorer import catalogue
from explorer.catalogue import Choice


def build(choice: Choice, seed: int = 0) -> nn.Module:
    """The model that `torch.manual_seed(seed); catalogue.build(choice)` makes, in eval mode, on the CPU.

    Raises:
        ExplorerError: The choice does not fit the architecture.
    """
    with torch.device("cpu"), _OwnGenerator(seed):
        model = catalogue.build(choice)
    return model.eval()


class _OwnGenerator(TorchDispatchMode):
    """Gives every random operation of this thread a generator of its own."""

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = dict(kwargs or {})
        if _takes_generator(func) and given.get("generator") is None:
            given["generator"] = self._generator
        elif _takes_generator(with_generator := _overload(func)):
            return with_generator(*args, **given, generator=self._generator)
        return func(*args, **given)


def _takes_generator(func: Any) -> bool:
    return func is not None and any(argument.name == "generator" for argument in func._schema.arguments)


def _overload(func: Any) -> Any:
    """The same operation with a generator: `rand` has one beside the plain form."""
    packet = func.overloadpacket
    name = "generator" if func._overloadname == "default" else f"{func._overloadname}_generator"
    return getattr(packet, name, None) if name in packet.overloads() else None
