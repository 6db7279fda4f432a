"""All that is known of one image in one model at one moment: frozen numpy data, made on a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from explorer.bilingual import Text

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One class and its softmax probability (0-1).

    Attributes:
        index: Number of the class, from 0.
        is_named: `label` is the name that the data set gives the class, not just "class 3".
    """

    label: str
    probability: float
    index: int = -1
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Insight:
    """What a model makes of an image.

    Attributes:
        origin: What the weights are ("untrained weights", "run 3, step 120").
        is_trained: False for weights that were only drawn at random.
        image: What went in after fitting and before normalising, uint8 (H, W, C).
        predictions: Best first; at most five.
        activations: Output of each node by its path in the layer graph, without the batch dimension: (C, H, W), (F,).
            Without those that would have gone over the limit on memory; `notes` says so then.
        filters: Weights of each convolution and linear layer by node path, (C_out, C_in, kH, kW) or (C_out, C_in).
        notes: What was done to the image that the user should know ("grey made of colour").
        seconds: Time of the forward pass with capture.
        warnings: What is wrong with the weights, although they were used.
        vectors: Weights and statistics with one number a channel, by layer path and name ("bias", "running_mean").
    """

    origin: Text
    is_trained: bool
    image: NDArray[np.uint8]
    predictions: tuple[Prediction, ...]
    activations: Mapping[str, Array]
    filters: Mapping[str, Array]
    notes: tuple[Text, ...] = ()
    seconds: float = 0.0
    warnings: tuple[Text, ...] = ()
    vectors: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)


class Method(StrEnum):
    """How it is found where a class comes from.

    By the gradient at the image, Grad-CAM (Selvaraju et al. 2017), hiding parts of the image, or integrated gradients.
    """

    GRADIENT = "gradient"
    GRAD_CAM = "grad_cam"
    OCCLUSION = "occlusion"
    INTEGRATED = "integrated"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained: class number `target`, for Grad-CAM by the maps of the node `path`."""

    method: Method
    target: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a class comes from in an image.

    Attributes:
        heat: Weight of each pixel (H, W), 0 to 1; all zero where nothing speaks for the class.
        peak: The value that 1 stands for.
        image: The fitted image, uint8 (H, W, C).
        is_trained: False when the weights are random: the picture then says nothing about the class.
    """

    question: Question
    heat: Array
    peak: float
    image: NDArray[np.uint8]
    is_trained: bool
