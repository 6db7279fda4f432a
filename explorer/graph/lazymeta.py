"""Building a model without allocating its weights: its tensors are on the meta device from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What makes a tensor whose values nobody reads while a model is built. `tensor`, `arange` and `linspace` are left
# alone: constructors do arithmetic on them and turn them into Python numbers (RegNet, drop-path schedules).
_STORAGE_MAKERS = frozenset(
    {
        torch.empty,
        torch.zeros,
        torch.ones,
        torch.full,
        torch.rand,
        torch.randn,
        torch.randint,
        torch.normal,
        torch.empty_strided,
    }
)


class LazyMeta(TorchFunctionMode):
    """Puts the tensors that are made inside it on the meta device, and skips filling them; of this thread alone."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        effect = _effects.get(func)
        if effect is None:
            effect = _effects[func] = _effect(func)
        if effect == _MAKES:
            return func(*args, **{**kwargs, "device": "meta"})
        if effect == _FILLS:
            filled = args[0] if args else kwargs.get("tensor")
            if isinstance(filled, torch.Tensor) and filled.is_meta:
                return filled
        return func(*args, **kwargs)


_MAKES, _FILLS, _NEITHER = "makes", "fills", "neither"
_effects: dict[Callable[..., Any], str] = {}


def _effect(func: Callable[..., Any]) -> str:
    """Whether `func` makes storage, fills what there is, or does something else."""
    if func in _STORAGE_MAKERS:
        return _MAKES
    name = getattr(func, "__name__", "")
    return _FILLS if name.endswith("_") and not name.endswith("__") else _NEITHER


def build_on_meta(make: Callable[[], nn.Module]) -> nn.Module:
    """What `make` builds, with every parameter and buffer on the meta device; draws nothing at random.

    A model with lazy layers behind something that looks at values cannot find out its sizes so: it is built in earnest.
    """
    with LazyMeta():
        model = make()
    if any(is_lazy(weight) for weight in (*model.parameters(), *model.buffers())):
        model = make()
    put_on_meta(model)
    return model


def put_on_meta(model: nn.Module) -> None:
    """Replaces the parameters and buffers of `model` that have real storage by meta tensors of the same shape."""
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None and not parameter.is_meta:
                module._parameters[name] = nn.Parameter(parameter.to("meta"), parameter.requires_grad)
        for name, buffer in module._buffers.items():
            if buffer is not None and not buffer.is_meta:
                module._buffers[name] = buffer.to("meta")
