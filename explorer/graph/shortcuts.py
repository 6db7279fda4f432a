"""Results of common functions on meta tensors straight from their shape rules, without torch's slow Python kernels.

A rule gives None wherever something is unusual or does not fit; torch itself is asked then, and explains errors in its
own words. Tests hold the results against torch's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.graph import increment_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Arguments = tuple[Any, ...]


def apply(name: str, is_in_place: bool, args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """The result of the function `name` on meta tensors, or None where torch must be asked."""
    rule = _RULES.get(name)
    if rule is None or not args or not isinstance(args[0], torch.Tensor | tuple | list):
        return None
    if is_in_place or kwargs.get("inplace"):
        return _in_place(args, kwargs) if rule in (_same, _pointwise) else None
    return rule(args, kwargs)


def _in_place(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    written = args[0]
    if not isinstance(written, torch.Tensor) or not written.is_meta or "out" in kwargs:
        return None
    for other in args[1:2]:
        if isinstance(other, torch.Tensor) and other.shape != written.shape:
            return None
    increment_version(written)
    return written


def _empty(shape: tuple[int, ...], like: torch.Tensor) -> torch.Tensor:
    return torch.empty(shape, dtype=like.dtype, device="meta")


def _same(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """Functions of each number by itself."""
    given = args[0]
    if not isinstance(given, torch.Tensor) or not given.is_meta or not given.is_floating_point() or "out" in kwargs:
        return None
    return _empty(given.shape, given)


def _pointwise(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """Sums and products of two tensors of one shape, or of a tensor and a number."""
    if len(args) != 2 or kwargs or not isinstance(args[0], torch.Tensor) or not args[0].is_meta:
        return None
    first, other = args
    if isinstance(other, torch.Tensor):
        fits = other.is_meta and other.shape == first.shape and other.dtype == first.dtype
    else:
        fits = isinstance(other, int | float) and first.is_floating_point()
    return _empty(first.shape, first) if fits else None


def _dropout(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    is_training = kwargs.get("training", args[2] if len(args) > 2 else True)
    chance = kwargs.get("p", args[1] if len(args) > 1 else 0.5)
    if not isinstance(args[0], torch.Tensor) or not args[0].is_meta or not 0 <= chance <= 1 or len(args) > 3:
        return None
    return _empty(args[0].shape, args[0]) if is_training else args[0]


def _convolution(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    given = {**dict(zip(("input", "weight", "bias", "stride", "padding", "dilation", "groups"), args, strict=False))}
    given.update(kwargs)
    images, weight = given["input"], given.get("weight")
    if not isinstance(weight, torch.Tensor) or images.dim() != 4 or images.dtype != weight.dtype or not images.is_meta:
        return None
    if images.shape[1] != weight.shape[1] * given.get("groups", 1):
        return None
    stride, padding, dilation = (
        _pair(given.get(name, default)) for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    if stride is None or padding is None or dilation is None:
        return None
    sizes = [_slid(images.shape[2 + i], weight.shape[2 + i], stride[i], padding[i], dilation[i]) for i in (0, 1)]
    return _empty((images.shape[0], weight.shape[0], *sizes), images) if min(sizes) > 0 else None


def _pool(args: Arguments, kwargs: Mapping[str, Any], names: tuple[str, ...]) -> torch.Tensor | None:
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    images = given["input"]
    kernel = _pair(given.get("kernel_size"))
    stride = kernel if given.get("stride") in (None, []) else _pair(given["stride"])
    padding, dilation = _pair(given.get("padding", 0)), _pair(given.get("dilation", 1))
    if not isinstance(images, torch.Tensor) or images.dim() != 4 or not images.is_meta:
        return None
    if kernel is None or stride is None or padding is None or dilation is None:
        return None
    if given.get("ceil_mode") or given.get("return_indices") or any(2 * padding[i] > kernel[i] for i in (0, 1)):
        return None
    sizes = [_slid(images.shape[2 + i], kernel[i], stride[i], padding[i], dilation[i]) for i in (0, 1)]
    return _empty((*images.shape[:2], *sizes), images) if min(sizes) > 0 else None


def _max_pool(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    return _pool(args, kwargs, ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"))


def _avg_pool(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    return _pool(args, kwargs, ("input", "kernel_size", "stride", "padding", "ceil_mode"))


def _adaptive_pool(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    target = kwargs.get("output_size", args[1] if len(args) > 1 else None)
    sizes = _pair(target)
    images = args[0]
    if sizes is None or images.dim() != 4 or not images.is_meta or min(images.shape) < 1 or min(sizes) < 1:
        return None
    return _empty((*images.shape[:2], *sizes), images)


def _linear(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    if len(args) < 2 or kwargs or not isinstance(args[0], torch.Tensor):
        return None
    given, weight = args[0], args[1]
    fits = given.is_meta and weight.dim() == 2 and given.dim() > 0 and given.dtype == weight.dtype
    if not fits or given.shape[-1] != weight.shape[1]:
        return None
    return _empty((*given.shape[:-1], weight.shape[0]), given)


def _batch_norm(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    names = ("input", "running_mean", "running_var", "weight", "bias", "training")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    images = given["input"]
    if not images.is_meta or images.dim() < 2 or not images.is_floating_point():
        return None
    channels = images.shape[1]
    for name in names[1:5]:
        if given.get(name) is not None and given[name].numel() != channels:
            return None
    if given.get("training") and images.numel() == channels:
        return None  # torch refuses a single value per channel
    return _empty(images.shape, images)


def _layer_norm(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    shape = kwargs.get("normalized_shape", args[1] if len(args) > 1 else ())
    given = args[0]
    if (
        not given.is_meta
        or not given.is_floating_point()
        or not shape
        or tuple(given.shape[-len(shape) :]) != tuple(shape)
    ):
        return None
    return _empty(given.shape, given)


def _concatenation(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    parts = args[0]
    dim = kwargs.get("dim", args[1] if len(args) > 1 else 0)
    if not isinstance(parts, tuple | list) or len(args) > 2 or not parts or not isinstance(dim, int):
        return None
    first = parts[0]
    if not all(isinstance(part, torch.Tensor) and part.is_meta and part.dtype == first.dtype for part in parts):
        return None
    if not -first.dim() <= dim < first.dim():
        return None
    dim %= first.dim()
    around = (first.shape[:dim], first.shape[dim + 1 :])
    if any((part.shape[:dim], part.shape[dim + 1 :]) != around for part in parts):
        return None
    return _empty((*around[0], sum(part.shape[dim] for part in parts), *around[1]), first)


def _pair(value: Any) -> tuple[int, int] | None:
    if isinstance(value, int):
        return (value, value)
    if isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(part, int) for part in value):
        return (value[0], value[1])
    return None


def _slid(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 if stride > 0 else 0


_RULES: dict[str, Callable[[Arguments, Mapping[str, Any]], torch.Tensor | None]] = {
    **dict.fromkeys(
        ("relu", "relu6", "sigmoid", "tanh", "silu", "gelu", "hardswish", "hardsigmoid", "elu", "leaky_relu", "mish"),
        _same,
    ),
    **dict.fromkeys(("softmax", "log_softmax"), _same),
    **dict.fromkeys(("add", "sub", "mul"), _pointwise),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concatenation),
    "dropout": _dropout,
    "conv2d": _convolution,
    "max_pool2d": _max_pool,
    "avg_pool2d": _avg_pool,
    "adaptive_avg_pool2d": _adaptive_pool,
    "linear": _linear,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
}
