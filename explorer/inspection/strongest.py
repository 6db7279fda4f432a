"""Which images, and where in them, drive each map of a layer most."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.graph import trace
from explorer.graph.user_model import exported
from explorer.inspection.attribution import Cancelled
from explorer.inspection.capture import in_eval_mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor, nn

    from explorer.inspection.insight import Array
    from explorer.inspection.tiles import Indices


@dataclass(frozen=True, slots=True, eq=False)
class Strongest:
    """Of each map the images with its greatest values, the greatest first; all (maps, images).

    Attributes:
        values: The greatest value of the map for the image.
        images: Numbers of the images; `rows` and `columns` are where in the map the value is, 0 for a vector.
    """

    values: Array
    images: Indices
    rows: Indices
    columns: Indices


class _Enough(Exception):  # noqa: N818 - no error: the layer has been seen, and what comes after is not wanted
    pass


def strongest(
    model: nn.Module,
    batches: Iterable[Tensor],
    path: str,
    *,
    count: int,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Strongest | None:
    """The `count` strongest images of each map of the node `path`, of batches (N, C, H, W), normalised.

    The model runs in eval mode without gradients up to that node. None where its output is neither maps nor a vector,
    one for each image. An exported program gets as many images at once as it takes; no batch is larger.

    Raises:
        explorer.inspection.attribution.Cancelled: On request, asked for each batch.
    """
    values: list[Tensor] = []
    places: list[Tensor] = []
    width = 1
    for images in batches:
        if is_cancelled():
            raise Cancelled
        output = _output(model, images, path)
        if output is None or output.ndim not in (2, 4) or len(output) != len(images):
            return None
        width = output.shape[-1] if output.ndim == 4 else 1
        value, place = output.float().flatten(2).max(dim=2) if output.ndim == 4 else (output.float(), None)
        values.append(value.cpu())
        places.append(torch.zeros_like(value, dtype=torch.int64).cpu() if place is None else place.cpu())
    every, where = torch.cat(values), torch.cat(places)
    top = every.nan_to_num(nan=-torch.inf).topk(min(count, len(every)), dim=0)
    at = where.gather(0, top.indices).T.numpy()
    chosen = every.gather(0, top.indices).T
    return Strongest(chosen.numpy().astype(np.float32), top.indices.T.numpy(), at // width, at % width)


def _output(model: nn.Module, images: Tensor, path: str) -> Tensor | None:
    lacking = -len(images) % exported.batch_of(model)
    given = torch.cat([images, images[-1:].expand(lacking, -1, -1, -1)]) if lacking else images
    output = _seen(model, given, path)
    return output[: len(images)] if lacking and output is not None and len(output) == len(given) else output


def _seen(model: nn.Module, images: Tensor, path: str) -> Tensor | None:
    found: list[Tensor] = []

    def visit(at: str, output: Tensor) -> None:
        if at == path:
            found.append(output.clone())
            raise _Enough

    with torch.no_grad(), in_eval_mode(model), contextlib.suppress(_Enough):
        trace.run(model, images, visit)
    return found[0] if found else None
