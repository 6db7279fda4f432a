"""Multiply-adds of torch functions, from the shapes that go in and come out.

One multiplication with its addition counts one; biases, normalisation, activation and pooling count none. This is the
convention of torchvision's published figures (`weights.meta["_ops"]`) and of He et al. 2016.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Arguments = tuple[Any, ...]


def multiply_adds(name: str, args: Arguments, kwargs: Mapping[str, Any], result: Any) -> int:
    """Multiply-adds of the whole batch in one call of the function `name`; 0 for what has no formula."""
    formula = _FORMULAS.get(name)
    return 0 if formula is None else formula(args, kwargs, result)


def _convolution(args: Arguments, kwargs: Mapping[str, Any], result: Any) -> int:
    weight = args[1] if len(args) > 1 else kwargs["weight"]
    taps: int = weight.numel() // weight.shape[0]
    outputs: int = result.numel()
    return outputs * taps


def _transposed_convolution(args: Arguments, kwargs: Mapping[str, Any], _result: Any) -> int:
    weight = args[1] if len(args) > 1 else kwargs["weight"]
    taps: int = weight.numel() // weight.shape[0]
    inputs: int = args[0].numel()
    return inputs * taps


def _linear(args: Arguments, _kwargs: Mapping[str, Any], result: Any) -> int:
    outputs: int = result.numel()
    features: int = args[0].shape[-1]
    return outputs * features


def _added_product(args: Arguments, _kwargs: Mapping[str, Any], result: Any) -> int:
    outputs: int = result.numel()
    inner: int = args[1].shape[-1]
    return outputs * inner


def _attention(args: Arguments, kwargs: Mapping[str, Any], _result: Any) -> int:
    query, key, value = (args[i] if len(args) > i else kwargs[("query", "key", "value")[i]] for i in range(3))
    scores: int = query.shape[:-1].numel() * key.shape[-2]
    return scores * (int(query.shape[-1]) + int(value.shape[-1]))


def _multi_head_attention(args: Arguments, _kwargs: Mapping[str, Any], _result: Any) -> int:
    """The three projections, scores and weighted sum over all heads, and the output projection."""
    query, key, value, width = args[0], args[1], args[2], int(args[3])
    batch = query.shape[1] if query.dim() == 3 else 1
    targets, sources = int(query.shape[0]), int(key.shape[0])
    projections = batch * width * (targets * query.shape[-1] + sources * (key.shape[-1] + value.shape[-1]))
    return int(projections + batch * targets * width * (2 * sources + width))


def _contraction(args: Arguments, _kwargs: Mapping[str, Any], _result: Any) -> int:
    """Product of the extents of all letters of an `einsum` that sums over at least one."""
    equation, operands = args[0], args[1:]
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    if not isinstance(equation, str) or len(operands) < 2:
        return 0
    left, arrow, right = equation.replace(" ", "").partition("->")
    extents: dict[str, int] = {}
    around: list[tuple[int, ...]] = []  # what "..." stands for
    for letters, operand in zip(left.split(","), operands, strict=True):
        before, dots, after = letters.partition("...")
        end = operand.dim() - len(after)
        extents.update(zip(before, operand.shape, strict=False))
        extents.update(zip(after, operand.shape[end:], strict=True))
        if dots:
            around.append(operand.shape[len(before) : end])
    if not arrow:  # what is named twice is summed over
        right = "..." + "".join(letter for letter in extents if left.count(letter) == 1)
    if "..." not in right and len(around) == 1:
        around = []
    # What one operand alone has and the result has not is added up before.
    kept = {letter: extent for letter, extent in extents.items() if letter in right or left.count(letter) > 1}
    if not set(kept) - set(right):
        return 0
    return math.prod(kept.values()) * math.prod(_broadcast(around))


def _broadcast(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(torch.broadcast_shapes(*shapes))


def _recurrence(args: Arguments, _kwargs: Mapping[str, Any], _result: Any) -> int:
    """Each matrix of weights is multiplied with a vector in each step of each sequence."""
    steps = args[0].numel() // args[0].shape[-1]
    weights: list[torch.Tensor] = []
    for given in args[1:]:
        if isinstance(given, list | tuple) and all(isinstance(part, torch.Tensor) for part in given):
            weights += [part for part in given if isinstance(part, torch.nn.Parameter)]
        elif isinstance(given, torch.nn.Parameter):
            weights.append(given)
    return int(steps * sum(weight.numel() for weight in weights if weight.dim() == 2))


_FORMULAS: dict[str, Callable[[Arguments, Mapping[str, Any], Any], int]] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _transposed_convolution),
    **dict.fromkeys(("linear", "matmul", "mm", "bmm"), _linear),
    **dict.fromkeys(("addmm", "baddbmm"), _added_product),
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head_attention,
    "einsum": _contraction,
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), _recurrence),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), _recurrence),
}
