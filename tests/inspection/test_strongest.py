"""The images found are those with the greatest values, and the place is where they are."""

import numpy as np
import pytest
import torch
from torch import nn

from explorer.inspection.attribution import Cancelled
from explorer.inspection.strongest import strongest


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 5, 3), nn.BatchNorm2d(5), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(5 * 36, 4)
    )


IMAGES = torch.randn(23, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def test_of_maps_the_greatest_values_and_their_places(model: nn.Module) -> None:
    found = strongest(model, IMAGES.split(7), "0", count=3)
    assert found is not None
    maps = model[0](IMAGES).detach().numpy()  # type: ignore[operator]
    best = maps.reshape(23, 5, -1).max(2)
    for channel in range(5):
        order = np.argsort(-best[:, channel])[:3]
        assert found.images[channel].tolist() == order.tolist()
        for place, image in enumerate(order):
            at = found.rows[channel, place], found.columns[channel, place]
            assert found.values[channel, place] == pytest.approx(maps[(image, channel, *at)], rel=1e-6)
    assert model.training


def test_of_a_vector_each_unit_and_of_few_images_all(model: nn.Module) -> None:
    found = strongest(model, [IMAGES[:2]], "4", count=8)
    assert found is not None
    assert found.values.shape == (4, 2)
    assert (found.rows == 0).all()
    assert (found.values[:, 0] >= found.values[:, 1]).all()


def test_nothing_after_the_layer_is_run_and_it_can_be_given_up(model: nn.Module) -> None:
    model[4] = nn.Linear(1, 1)  # type: ignore[operator] # would not take what comes
    assert strongest(model, [IMAGES], "2", count=1) is not None
    with pytest.raises(Cancelled):
        strongest(model, [IMAGES], "2", count=1, is_cancelled=lambda: True)
