"""What torch refuses on real tensors, or on more than one image, but lets through here: refused in torch's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Arguments = tuple[Any, ...]


def check(name: str, args: Arguments, kwargs: Mapping[str, Any]) -> None:
    """Looks at a call of the function `name` on meta tensors.

    Raises:
        RuntimeError: Real tensors of these shapes and kinds would be refused.
    """
    rule = _RULES.get(name)
    if rule is not None and args:
        rule(args, kwargs)


def _transposed_convolution(args: Arguments, kwargs: Mapping[str, Any]) -> None:
    images, weight = args[0], args[1] if len(args) > 1 else kwargs["weight"]
    axis = 1 if images.dim() == weight.dim() else 0
    channels = images.shape[axis]
    if channels != weight.shape[0]:
        raise RuntimeError(
            f"Given transposed=1, weight of size {list(weight.shape)}, expected input{list(images.shape)} to have "
            f"{weight.shape[0]} channels, but got {channels} channels instead"
        )
    _one_kind((images, weight), {})


def _batched(args: Arguments, kwargs: Mapping[str, Any]) -> None:
    """Torch takes a batch of images for one volume where that has the right number of channels."""
    images, weight = args[0], args[1] if len(args) > 1 else kwargs["weight"]
    if images.dim() != weight.dim():
        raise RuntimeError(
            f"Expected {weight.dim()}D (batched) input to conv3d, but got input of size: {list(images.shape)}"
        )


def _one_kind(args: Arguments, _kwargs: Mapping[str, Any]) -> None:
    tensors = [given for given in args if isinstance(given, torch.Tensor)]
    if len(tensors) < 2 or torch._C._is_any_autocast_enabled():
        return
    first = tensors[0].dtype
    other = next((tensor.dtype for tensor in tensors if tensor.dtype != first), None)
    if other is not None:
        names = [str(kind).removeprefix("torch.") for kind in (first, other)]
        raise RuntimeError(f"the operands must have the same dtype, but got {names[0]} and {names[1]}")


_RULES: dict[str, Callable[[Arguments, Mapping[str, Any]], None]] = {
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _transposed_convolution),
    "conv3d": _batched,
    **dict.fromkeys(("linear", "matmul", "mm", "bmm", "addmm", "baddbmm"), _one_kind),
}
