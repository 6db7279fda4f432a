"""Which part of the image speaks for a class: the gradient at the input, Grad-CAM at a convolution, and by probing.

Sources: Simonyan, Vedaldi, Zisserman, "Deep inside convolutional networks", ICLR workshop 2014 (gradient);
Selvaraju et al., "Grad-CAM", ICCV 2017.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge
from torch.nn import functional as f

from explorer.bilingual import Text
from explorer.catalogue import Shape
from explorer.data import fit
from explorer.errors import ExplorerError
from explorer.graph import trace
from explorer.graph.user_model import exported
from explorer.inspection import probing
from explorer.inspection.capture import in_eval_mode, number_type
from explorer.inspection.filters import to_array
from explorer.inspection.insight import Attribution, Method, Question

_PROBES, _PROBED_NUMBERS = 32, 32 * 3 * 96 * 96  # images of a pass that probes, and numbers in them


class Cancelled(Exception):  # noqa: N818  # not an error: the user asked for it
    """The work was given up on request."""


def attribute(  # noqa: PLR0913 (all are one word each where it is called)
    model: nn.Module,
    pixels: NDArray[np.uint8],
    input_shape: Shape,
    question: Question,
    *,
    mean: tuple[float, ...],
    std: tuple[float, ...],
    is_trained: bool,
    is_cancelled: Callable[[], bool] = lambda: False,
    told: probing.Told = probing.untold,
) -> Attribution:
    """Explains the logit of a class for `pixels` (H, W, C) in eval mode; by probing also its probability.

    One forward and one backward pass; methods that probe take many, and `told` hears what share of them is done.
    Parameters get no gradients. `is_cancelled` is asked at every layer.

    Raises:
        Cancelled: On request.
        ExplorerError: The node has no feature maps, or does not lead to the logits.
    """
    fitted, _ = fit.fit(pixels, input_shape)
    image = fit.to_batch(fitted, mean, std).to(number_type(model))
    with in_eval_mode(model):
        if question.method in (Method.OCCLUSION, Method.INTEGRATED):
            black = fit.to_batch(np.zeros_like(fitted), mean, std).to(image)
            heat = _probe(model, image, black, question, is_cancelled, told)
        else:
            heat = _at_once(model, image, input_shape, question, is_cancelled)
    peak = float(heat.max())
    return Attribution(
        question=question,
        heat=to_array(heat / peak if peak > 0 else torch.zeros_like(heat)),
        peak=peak,
        image=fitted,
        is_trained=is_trained,
    )


def _at_once(
    model: nn.Module, image: Tensor, input_shape: Shape, question: Question, is_cancelled: Callable[[], bool]
) -> Tensor:
    """By one pass forward and one back, (H, W)."""
    images = image.repeat(exported.batch_of(model), 1, 1, 1).requires_grad_()
    by_maps = question.method == Method.GRAD_CAM
    watcher = _Watcher(question.path if by_maps else "", is_cancelled)
    with torch.enable_grad():
        logits = _checked(trace.run(model, images, watcher), question)
        logit = logits[0, question.target]
        return _grad_cam(logit, watcher, input_shape) if by_maps else _gradient(logit, images)


def _probe(
    model: nn.Module,
    image: Tensor,
    black: Tensor,
    question: Question,
    is_cancelled: Callable[[], bool],
    told: probing.Told,
) -> Tensor:
    """By many passes, (H, W)."""
    batch = exported.batch_of(model)

    def run(images: Tensor) -> Tensor:
        filled = (
            images if len(images) >= batch else torch.cat([images, images[-1:].expand(batch - len(images), -1, -1, -1)])
        )
        logits = _checked(trace.run(model, filled, _Watcher("", is_cancelled)), question)
        return logits[: len(images)].float()

    chunk = batch if batch > 1 else max(1, min(_PROBES, _PROBED_NUMBERS // image.numel()))
    if question.method == Method.OCCLUSION:
        return probing.occlusion(run, image, question.target, chunk=chunk, told=told)
    return probing.integrated(run, image, black, question.target, chunk=chunk, told=told).clamp(min=0)


def _checked(logits: Tensor, question: Question) -> Tensor:
    if logits.ndim != 2 or question.target >= logits.shape[1]:
        raise _no_class(question.target)
    return logits


class _Watcher:
    """Keeps the value of one node and the place in the autograd graph where it was made."""

    def __init__(self, path: str, is_cancelled: Callable[[], bool]) -> None:
        self.path = path
        self.value: Tensor | None = None
        self.edge: GradientEdge | None = None
        self._is_cancelled = is_cancelled

    def __call__(self, path: str, output: Tensor) -> None:
        if self._is_cancelled():
            raise Cancelled
        if self.path and path == self.path:
            # The edge stays that of this value when the next operation overwrites it in place.
            self.value = output.detach().clone()
            self.edge = get_gradient_edge(output) if output.requires_grad else None


def _gradient(logit: Tensor, images: Tensor) -> Tensor:
    """Greatest absolute gradient of the channels at each pixel, (H, W)."""
    (gradient,) = torch.autograd.grad(logit, images)
    return gradient[0].abs().amax(dim=0)


def _grad_cam(logit: Tensor, watcher: _Watcher, input_shape: Shape) -> Tensor:
    """Maps weighed by their mean gradient, positive part, enlarged to the image (H, W)."""
    if watcher.value is None or watcher.edge is None or watcher.value.ndim != 4:
        raise _refusal(watcher.path)
    (gradient,) = torch.autograd.grad(logit, [watcher.edge], allow_unused=True)
    if gradient is None:
        raise _refusal(watcher.path)
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    cam = (weights * watcher.value).sum(dim=1, keepdim=True).clamp(min=0)[:1]
    return f.interpolate(cam, size=input_shape[1:], mode="bilinear", align_corners=False)[0, 0]


def _refusal(path: str) -> ExplorerError:
    return ExplorerError(
        Text(
            f"Grad-CAM cannot be computed at {path or 'no layer'}.", f"无法在 {path or '未选中的层'} 处计算 Grad-CAM。"
        ),
        Text("Select a convolution, or take the gradient.", "请选择一个卷积层，或改用梯度。"),
    )


def _no_class(target: int) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The network puts out no number for class {target}.",
            f"网络没有输出类别 {target} 的数值。",
        ),
        Text("This needs an output of one number for each class.", "这需要每个类别输出一个数值的网络。"),
    )
