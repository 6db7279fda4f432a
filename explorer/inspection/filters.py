"""The weights of convolutions and linear layers, as arrays."""

from typing import cast

import numpy as np
from torch import Tensor, nn

from explorer.inspection.insight import Array

_WITH_FILTERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
_NAMES = frozenset(kind.__name__ for kind in _WITH_FILTERS)


def of(model: nn.Module) -> dict[str, Array]:
    """Weights by layer path, (C_out, C_in, kH, kW) or (C_out, C_in); read-only.

    Weights on the CPU are not copied: the arrays change if the model is trained on.
    """
    return {
        path: to_array(cast("Tensor", module.weight)) for path, module in model.named_modules() if _has_filters(module)
    }


def vectors(model: nn.Module) -> dict[str, dict[str, Array]]:
    """What each layer has one number a channel of, by its path and the name there: "bias", "running_mean"; read-only.

    Not copied, as `of`.
    """
    found: dict[str, dict[str, Array]] = {}
    for path, module in model.named_modules():
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        rows = {name: to_array(tensor).reshape(-1) for name, tensor in own if _is_row(tensor)}
        if rows:
            found[path] = rows
    return found


def _is_row(tensor: Tensor) -> bool:
    """Whether at most one of its dimensions is larger than one; numbers without dimensions are none."""
    return tensor.ndim > 0 and sum(size > 1 for size in tensor.shape) <= 1 and tensor.is_floating_point()


def _has_filters(module: nn.Module) -> bool:
    """Whether it is a convolution or linear layer; those of an exported program only have the name and the weight."""
    is_such = isinstance(module, _WITH_FILTERS) or type(module).__name__ in _NAMES
    weight = getattr(module, "weight", None)
    return is_such and isinstance(weight, Tensor) and weight.ndim > 1


def to_array(tensor: Tensor) -> Array:
    """A tensor of any floating type and device as a read-only float32 array; shares memory where it can."""
    array: Array = np.asarray(tensor.detach().float().cpu().numpy())
    view = array.view()
    view.flags.writeable = False
    return view
