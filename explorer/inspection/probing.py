"""What speaks for a class, by many passes: parts of the image are hidden, or it is faded in from black.

Sources: Zeiler, Fergus, "Visualizing and understanding convolutional networks", ECCV 2014 (occlusion); Sundararajan,
Taly, Yan, "Axiomatic attribution for deep networks", ICML 2017 (integrated gradients).
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

Run = Callable[[Tensor], Tensor]  # images (N, C, H, W), N of any size up to that of a chunk, to logits (N, classes)
Told = Callable[[float], None]  # hears what share of the work is done, from 0 to 1

STEPS = 24  # of the way from black to the image
_ACROSS = 7  # hidden squares side by side, which overlap by half
_LEAST_SIDE = 3  # px


def untold(_share: float) -> None:
    """Nobody wants to know how far it is."""


def occlusion(run: Run, image: Tensor, target: int, *, chunk: int, told: Told = untold) -> Tensor:
    """How far the probability of class `target` falls where a part of `image` (1, C, H, W) is hidden, (H, W).

    A square, a seventh of the longer side and of the mean of the training images, goes over the image by half its
    side; a pixel gets the mean of all squares that hide it, and zero where hiding helps.
    """
    height, width = image.shape[2:]
    side = max(_LEAST_SIDE, -(-max(height, width) // _ACROSS))
    places = list(_places(height, width, side))
    with torch.no_grad():
        whole = run(image)[0].softmax(0)[target]
        falls = []
        for first in range(0, len(places), chunk):
            some = places[first : first + chunk]
            hidden = image.repeat(len(some), 1, 1, 1)
            for number, (top, left) in enumerate(some):
                hidden[number, :, top : top + side, left : left + side] = 0.0
            falls.append(whole - run(hidden).softmax(1)[:, target])
            told((first + len(some)) / len(places))
    heat, counts = torch.zeros(height, width), torch.zeros(height, width)
    for (top, left), fall in zip(places, torch.cat(falls).cpu(), strict=True):
        heat[top : top + side, left : left + side] += fall
        counts[top : top + side, left : left + side] += 1
    return (heat / counts).clamp(min=0)


def _places(height: int, width: int, side: int) -> Iterator[tuple[int, int]]:
    step = max(1, side // 2)
    for top in (*range(0, max(height - side, 0), step), max(height - side, 0)):
        for left in (*range(0, max(width - side, 0), step), max(width - side, 0)):
            yield top, left


def integrated(run: Run, image: Tensor, black: Tensor, target: int, *, chunk: int, told: Told = untold) -> Tensor:
    """What each pixel of `image` (1, C, H, W) adds to the score of class `target`, (H, W).

    The gradient is gathered on the straight way from `black` to the image, and weighed with how far the pixel went; of
    all pixels together that is the difference of the two scores.
    """
    shares = (torch.arange(STEPS) + 0.5) / STEPS
    gathered, done = torch.zeros_like(image), 0
    for part in shares.split(chunk):
        on_the_way = black + part.view(-1, 1, 1, 1).to(image) * (image - black)
        on_the_way.requires_grad_()
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(run(on_the_way)[:, target].sum(), on_the_way)
        gathered += gradient.sum(dim=0, keepdim=True)
        done += len(part)
        told(done / STEPS)
    return ((image - black) * gathered / STEPS)[0].sum(dim=0)
