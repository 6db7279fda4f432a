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


def apply(name: str, is_in_place: bool, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """The result of the function `name` on meta tensors, or None where torch must be asked."""
    rule = _RULES.get(name)
    if rule is None or not args or not isinstance(args[0], torch.Tensor | tuple | list | str):
        return None
    if is_in_place or kwargs.get("inplace"):
        return _in_place(args, kwargs) if rule in (_same, _pointwise) else None
    return rule(args, kwargs)


def _in_place(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    written = args[0]
    if not isinstance(written, torch.Tensor) or not written.is_meta or "out" in kwargs:
        return None
    for other in args[1:2]:
        if isinstance(other, torch.Tensor) and _broadcast(written.shape, other.shape) != tuple(written.shape):
            return None
    increment_version(written)
    return written


def _broadcast(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape that tensors of both shapes make together, or None where they do not fit."""
    if one == other:
        return tuple(one)
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    sizes = list(longer)
    for place, extent in enumerate(shorter, start=len(longer) - len(shorter)):
        if sizes[place] != extent:
            if sizes[place] != 1 and extent != 1:
                return None
            sizes[place] = extent if sizes[place] == 1 else sizes[place]
    return tuple(sizes)


def _empty(shape: tuple[int, ...], like: torch.Tensor) -> torch.Tensor:
    return torch.empty(shape, dtype=like.dtype, device="meta")


def _same(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """Functions of each number by itself."""
    given = args[0]
    if not isinstance(given, torch.Tensor) or not given.is_meta or not given.is_floating_point() or "out" in kwargs:
        return None
    return _empty(given.shape, given)


def _pointwise(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """Sums and products of two tensors of one kind, or of a tensor and a number."""
    if len(args) != 2 or kwargs or not isinstance(args[0], torch.Tensor) or not args[0].is_meta:
        return None
    first, other = args
    if not first.is_floating_point():
        return None
    if isinstance(other, torch.Tensor):
        fits = other.is_meta and other.dtype == first.dtype
        shape = _broadcast(first.shape, other.shape) if fits else None
        return None if shape is None else _empty(shape, first)
    return _empty(first.shape, first) if isinstance(other, int | float) else None


def _comparison(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    if len(args) != 2 or kwargs or not isinstance(args[0], torch.Tensor) or not args[0].is_meta:
        return None
    if not isinstance(args[1], int | float):
        return None
    return torch.empty(args[0].shape, dtype=torch.bool, device="meta")


def _clamp(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    limits = [limit for limit in (*args[1:], *kwargs.values()) if limit is not None]
    is_plain = limits and all(isinstance(limit, int | float) for limit in limits) and set(kwargs) <= {"min", "max"}
    return _same(args[:1], {}) if is_plain else None


def _normalize(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """Each vector along one axis brought to length one."""
    axis = kwargs.get("dim", args[2] if len(args) > 2 else 1)
    fits = isinstance(args[0], torch.Tensor) and isinstance(axis, int) and -args[0].dim() <= axis < args[0].dim()
    return _same(args[:1], {}) if fits and kwargs.get("out") is None else None


def _filled(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """`masked_fill` with a number."""
    if len(args) != 3 or kwargs or not isinstance(args[1], torch.Tensor) or isinstance(args[2], torch.Tensor):
        return None
    given, mask = args[0], args[1]
    fits = given.is_meta and mask.is_meta and given.is_floating_point() and mask.dtype == torch.bool
    shape = _broadcast(given.shape, mask.shape) if fits else None
    return None if shape is None else _empty(shape, given)


def _roll(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    shifts = kwargs.get("shifts", args[1] if len(args) > 1 else None)
    axes = kwargs.get("dims", args[2] if len(args) > 2 else None)
    if not isinstance(shifts, tuple) or not isinstance(axes, tuple) or len(shifts) != len(axes):
        return None
    given = args[0]
    if not given.is_meta or not all(-given.dim() <= axis < given.dim() for axis in axes):
        return None
    return _empty(given.shape, given)


def _product(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """`matmul` of two stacks of matrices."""
    if len(args) != 2 or kwargs:
        return None
    first, second = args
    if (
        not isinstance(first, torch.Tensor)
        or not isinstance(second, torch.Tensor)
        or min(first.dim(), second.dim()) < 2
    ):
        return None
    if not first.is_meta or not second.is_meta or first.dtype != second.dtype or first.shape[-1] != second.shape[-2]:
        return None
    stack = _broadcast(first.shape[:-2], second.shape[:-2])
    return None if stack is None else _empty((*stack, first.shape[-2], second.shape[-1]), first)


def _contraction(args: Arguments, kwargs: Mapping[str, Any]) -> torch.Tensor | None:
    """`einsum` of letters that are all named, each once in a tensor."""
    if not isinstance(args[0], str) or kwargs or "->" not in args[0] or "." in args[0]:
        return None
    left, _, right = args[0].replace(" ", "").partition("->")
    names, operands = left.split(","), args[1:]
    if len(names) != len(operands) or not all(isinstance(part, torch.Tensor) and part.is_meta for part in operands):
        return None
    extents: dict[str, int] = {}
    for letters, operand in zip(names, operands, strict=True):
        if len(letters) != operand.dim() or len(set(letters)) != len(letters) or operand.dtype != operands[0].dtype:
            return None
        for letter, extent in zip(letters, operand.shape, strict=True):
            if extents.setdefault(letter, extent) != extent:
                return None
    is_known = set(right) <= set(extents) and len(set(right)) == len(right)
    return _empty(tuple(extents[letter] for letter in right), operands[0]) if is_known else None


_ATTENTION_ARGUMENTS = 13  # up to the bias of the last projection; torch names the others


def _multi_head_attention(args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Of the layer `MultiheadAttention` with its usual weights: queries (L, N, E) in, the like and the weights out."""
    query, key, value, width, heads, weight = args[:6]
    if not all(isinstance(part, torch.Tensor) and part.is_meta and part.dim() == 3 for part in (query, key, value)):
        return None
    are_alike = query.shape[1:] == key.shape[1:] and key.shape == value.shape and query.shape[2] == width
    fits = are_alike and weight is not None and tuple(weight.shape) == (3 * width, width) and width % heads == 0
    plain = {"training", "need_weights", "average_attn_weights"}
    more = (*args[7:10], *(given for name, given in kwargs.items() if name not in plain))
    if not fits or len(args) != _ATTENTION_ARGUMENTS or any(given is not None and given is not False for given in more):
        return None
    attended = _empty(query.shape, query)
    if not kwargs.get("need_weights", True):
        return attended, None
    by_head = () if kwargs.get("average_attn_weights", True) else (heads,)
    return attended, _empty((query.shape[1], *by_head, query.shape[0], key.shape[0]), query)


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


_RULES: dict[str, Callable[[Arguments, Mapping[str, Any]], Any]] = {
    **dict.fromkeys(
        ("relu", "relu6", "sigmoid", "tanh", "silu", "gelu", "hardswish", "hardsigmoid", "elu", "leaky_relu", "mish"),
        _same,
    ),
    **dict.fromkeys(("softmax", "log_softmax"), _same),
    **dict.fromkeys(("exp", "sqrt", "rsqrt", "sin", "cos"), _same),
    **dict.fromkeys(("add", "sub", "mul", "div"), _pointwise),
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), _comparison),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concatenation),
    "clamp": _clamp,
    "normalize": _normalize,
    "masked_fill": _filled,
    "roll": _roll,
    "matmul": _product,
    "einsum": _contraction,
    "multi_head_attention_forward": _multi_head_attention,
    "dropout": _dropout,
    "conv2d": _convolution,
    "max_pool2d": _max_pool,
    "avg_pool2d": _avg_pool,
    "adaptive_avg_pool2d": _adaptive_pool,
    "linear": _linear,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
}
