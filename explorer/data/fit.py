"""A picture of any size as the input of a model."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.bilingual import Text
from explorer.catalogue import Shape
from explorer.data import cut
from explorer.data.batches import as_input
from explorer.data.normalise import Normalise

Pixels = NDArray[np.uint8]
_DARK, _BRIGHT = 0.4, 0.6  # mean of training images that are bright on dark; edge of a picture that is the contrary


def fit(
    pixels: Pixels, input_shape: Shape, *, mean: Sequence[float] | None = None, invert: bool = False
) -> tuple[Pixels, tuple[Text, ...]]:
    """The middle of a picture uint8 (H, W, C) in the size and channels of `input_shape`, and what was changed.

    Cut to the proportions of the input, scaled bilinearly with antialias as the training images are.

    Args:
        mean: Of the training images; where they are grey on a dark ground and this picture's edge is bright, a note
            says so.
        invert: Make dark what is bright.

    Raises:
        ExplorerError: The input has neither 1 nor 3 channels.
    """
    channels, height, width = input_shape
    notes: list[Text] = []
    part = middle(pixels, height, width)
    if part.shape != pixels.shape:
        notes.append(
            Text(f"The middle, {part.shape[1]}×{part.shape[0]} of {pixels.shape[1]}×{pixels.shape[0]} pixels.",
                 f"取中间部分：{pixels.shape[1]}×{pixels.shape[0]} 像素中的 {part.shape[1]}×{part.shape[0]}。")
        )  # fmt: skip
    if part.shape[0] < height:
        notes.append(
            Text(
                f"Enlarged from {part.shape[1]}×{part.shape[0]} pixels.",
                f"由 {part.shape[1]}×{part.shape[0]} 像素放大。",
            )
        )
    if part.shape[2] > channels:
        notes.append(Text("Colours made grey.", "彩色已转换为灰度。"))
    elif part.shape[2] < channels:
        notes.append(Text("Grey, repeated in three channels.", "灰度图，复制到三个通道。"))
    fitted = as_input(_tensor(part), input_shape)
    result: Pixels = np.ascontiguousarray(fitted[0].numpy().transpose(1, 2, 0))
    if invert:
        result = 255 - result
        notes.append(Text("Bright and dark exchanged.", "明暗已反转。"))
    elif mean is not None and channels == 1 and _is_inverse(result, mean):
        notes.append(
            Text("Dark on a bright ground; the training images are bright on a dark one.",
                 "此图为亮底暗字，而训练图像为暗底亮字。")
        )  # fmt: skip
    return result, tuple(notes)


def to_batch(pixels: Pixels, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """A fitted picture uint8 (H, W, C) as a batch float32 (1, C, H, W), normalised as the training images are."""
    return Normalise(mean, std, pixels.shape[2])(_tensor(pixels))


def _tensor(pixels: Pixels) -> Tensor:
    """uint8 (1, C, H, W); a copy, as torch does not take arrays that may not be written."""
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy())[None]


def middle(pixels: Pixels, height: int, width: int) -> Pixels:
    """The largest part in the middle with the proportions height to width; whole where they differ by under a pixel."""
    top, left, rows, columns = cut.middle((pixels.shape[0], pixels.shape[1]), (height, width))
    return pixels[top : top + rows, left : left + columns]


def _is_inverse(pixels: Pixels, mean: Sequence[float]) -> bool:
    grey = pixels[:, :, 0]
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return sum(mean) / len(mean) < _DARK and float(np.median(edge)) / 255 > _BRIGHT
