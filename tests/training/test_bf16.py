"""The lecture's networks learn in bfloat16."""

import pytest
import torch

from explorer import catalogue
from explorer.training import initialise
from explorer.training.device import autocast
from explorer.training.metrics import measure

LECTURES = [card.name for card in catalogue.cards().values() if card.family == catalogue.LECTURE]


@pytest.mark.parametrize("name", LECTURES)
def test_every_lecture_network_learns_in_bfloat16(name):
    # What "auto" means on a GPU. Layers written by hand must take it as torch's own do.
    card = catalogue.find(name)
    side = max(card.min_size, 32)
    shape = card.input_shape if card.fixed_size else (card.input_shape[0], side, side)
    settings = {"ratio": 4} if name == "vgg11" else {}
    model = initialise.build(card.choose(input_shape=shape, settings=settings), seed=0).train()
    images, labels = torch.randn(2, *shape), torch.tensor([0, 1])
    with autocast(torch.device("cpu"), "bf16"):
        loss, _ = measure(model(images), labels)
    loss.backward()
    assert loss.dtype == torch.float32
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in model.parameters())
    with autocast(torch.device("cpu"), "bf16"), torch.inference_mode():
        assert measure(model.eval()(images), labels)[0].isfinite()
