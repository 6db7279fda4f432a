"""Random numbers for building models that neither use nor disturb torch's global generator.

A run that is going draws from the global generator on its own thread; drawing there from another thread would change
what it learns.
"""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

# What fills a tensor as these do, which take no generator in torch 2.8.
_FILLS = {"rand_like": "uniform_", "randn_like": "normal_", "randint_like": "random_"}


class OwnGenerator(TorchDispatchMode):
    """Within it, this thread's random operations on the CPU draw what they would after `torch.manual_seed(seed)`."""

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = dict(kwargs or {})
        if _takes_generator(func) and given.get("generator") is None:
            given["generator"] = self._generator
        elif _takes_generator(with_generator := _overload(func)):
            return with_generator(*args, **given, generator=self._generator)
        elif (fill := _FILLS.get(func.overloadpacket.__name__)) is not None:
            return getattr(torch.empty_like(args[0], **given), fill)(*args[1:], generator=self._generator)
        return func(*args, **given)


def _takes_generator(func: Any) -> bool:
    return func is not None and any(argument.name == "generator" for argument in func._schema.arguments)


def _overload(func: Any) -> Any:
    """The same operation with a generator: `rand` has one beside the plain form."""
    packet = func.overloadpacket
    name = "generator" if func._overloadname == "default" else f"{func._overloadname}_generator"
    return getattr(packet, name, None) if name in packet.overloads() else None
