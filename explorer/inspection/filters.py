"""The weights of convolutions and linear layers, as arrays."""

import numpy as np
from torch import Tensor, nn

from explorer.inspection.insight import Array

_WITH_FILTERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)


def of(model: nn.Module) -> dict[str, Array]:
    """Weights by layer path, (C_out, C_in, kH, kW) or (C_out, C_in); read-only.

    Weights on the CPU are not copied: the arrays change if the model is trained on.
    """
    return {
        path: to_array(module.weight)
        for path, module in model.named_modules()
        if isinstance(module, _WITH_FILTERS) and module.weight is not None
    }


def to_array(tensor: Tensor) -> Array:
    """A tensor of any floating type and device as a read-only float32 array; shares memory where it can."""
    array: Array = np.asarray(tensor.detach().float().cpu().numpy())
    view = array.view()
    view.flags.writeable = False
    return view
