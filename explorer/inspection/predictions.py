"""From logits to the classes that a model holds most likely."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.inspection.insight import Array, Prediction

IMAGENET_CLASSES = 1000


def top(logits: Array, classes: tuple[str, ...] = (), count: int = 5) -> tuple[Prediction, ...]:
    """The `count` most likely classes of logits (classes,), best first; none if a logit is not a number."""
    shares = probabilities(logits)
    best = np.argsort(-shares, kind="stable")[:count]
    has_names = len(classes) == shares.size
    return tuple(
        Prediction(
            label=classes[index] if has_names else f"class {index}",
            probability=float(shares[index]),
            index=int(index),
            is_named=has_names,
        )
        for index in best
    )


def probabilities(logits: Array) -> NDArray[np.float64]:
    """Softmax of logits (classes,), of any shape; none, (0,), if a logit is not a number."""
    values = logits.astype(np.float64).ravel()
    if values.size == 0 or np.isnan(values).any() or not np.isfinite(values.max()):
        return np.zeros(0)
    powers = np.exp(values - values.max())
    shares: NDArray[np.float64] = powers / powers.sum()
    return shares


@cache
def imagenet_classes() -> tuple[str, ...]:
    """The 1000 class names of ImageNet, in the order of torchvision's models; imports torchvision."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def class_names(architecture: str, classes: int) -> tuple[str, ...]:
    """Names where none came with the weights: ImageNet's for a zoo model of 1000 classes, else none."""
    if architecture.startswith("torchvision/") and classes == IMAGENET_CLASSES:
        return imagenet_classes()
    return ()
