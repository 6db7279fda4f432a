"""From logits to the classes that a model holds most likely."""

from functools import cache

import numpy as np

from explorer.inspection.insight import Array, Prediction

IMAGENET_CLASSES = 1000


def top(logits: Array, classes: tuple[str, ...] = (), count: int = 5) -> tuple[Prediction, ...]:
    """The `count` most likely classes of logits (classes,), best first; none if a logit is not a number."""
    values = logits.astype(np.float64).ravel()
    if values.size == 0 or np.isnan(values).any() or not np.isfinite(values.max()):
        return ()
    powers = np.exp(values - values.max())
    probabilities = powers / powers.sum()
    best = np.argsort(-probabilities, kind="stable")[:count]
    has_names = len(classes) == values.size
    return tuple(
        Prediction(
            label=classes[index] if has_names else f"class {index}",
            probability=float(probabilities[index]),
            index=int(index),
            is_named=has_names,
        )
        for index in best
    )


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
