"""Attribution agrees with its definition, computed by plain autograd."""

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.inspection import attribution, probing
from explorer.inspection.insight import Attribution, Method, Question


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.head = nn.Linear(4 * 64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.relu(self.conv(x)).flatten(1))


@pytest.fixture
def model() -> Small:
    torch.manual_seed(0)
    return Small()


PIXELS = np.random.default_rng(0).integers(0, 256, (8, 8, 1), dtype=np.uint8)


def ask(model: nn.Module, method: Method, path: str = "", **more: object) -> Attribution:
    return attribution.attribute(
        model, PIXELS, (1, 8, 8), Question(method, 3, path), mean=(0.5,), std=(0.5,), is_trained=False, **more
    )  # type: ignore[arg-type]


def batch() -> torch.Tensor:
    return ((torch.from_numpy(PIXELS.transpose(2, 0, 1).copy()).float() / 255 - 0.5) / 0.5)[None]


def test_gradient_is_that_of_autograd(model: Small) -> None:
    images = batch().requires_grad_()
    model(images)[0, 3].backward()
    expected = images.grad[0].abs().amax(0).numpy()
    model.zero_grad(set_to_none=True)
    found = ask(model, Method.GRADIENT)
    assert found.heat.shape == (8, 8)
    assert np.allclose(found.heat * found.peak, expected, atol=1e-6)
    assert found.heat.max() == pytest.approx(1)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert model.training


def test_grad_cam_of_a_layer_that_is_overwritten_in_place(model: Small) -> None:
    images = batch()
    maps = model.conv(images)
    maps.retain_grad()
    model.head(torch.relu(maps).flatten(1))[0, 3].backward()
    weights = maps.grad.mean((2, 3), keepdim=True)
    expected = (weights * maps).sum(1).clamp(min=0)[0].detach().numpy()
    model.zero_grad(set_to_none=True)
    found = ask(model, Method.GRAD_CAM, "conv")
    assert np.allclose(found.heat * found.peak, expected, atol=1e-5)
    assert found.question.path == "conv"
    assert not found.is_trained


def test_layers_without_maps_are_refused(model: Small) -> None:
    for path in ("head", "nowhere", ""):
        with pytest.raises(ExplorerError, match="Grad-CAM"):
            ask(model, Method.GRAD_CAM, path)


def test_can_be_given_up_in_the_middle(model: Small) -> None:
    asked = []

    def is_cancelled() -> bool:
        asked.append(1)
        return len(asked) == 2

    with pytest.raises(attribution.Cancelled):
        ask(model, Method.GRADIENT, is_cancelled=is_cancelled)
    assert len(asked) == 2


def test_nothing_speaks_for_the_class(model: Small) -> None:
    nn.init.zeros_(model.head.weight)
    found = ask(model, Method.GRADIENT)
    assert found.peak == 0
    assert not found.heat.any()


def test_occlusion_is_the_fall_of_the_probability_behind_each_square(model: Small) -> None:
    images = batch()
    with torch.no_grad():
        whole = model(images).softmax(1)[0, 3]
        heat, counts = torch.zeros(8, 8), torch.zeros(8, 8)
        for top in range(6):
            for left in range(6):
                hidden = images.clone()
                hidden[:, :, top : top + 3, left : left + 3] = 0
                heat[top : top + 3, left : left + 3] += whole - model(hidden).softmax(1)[0, 3]
                counts[top : top + 3, left : left + 3] += 1
    expected = (heat / counts).clamp(min=0).numpy()
    found = ask(model, Method.OCCLUSION)
    assert np.allclose(found.heat * found.peak, expected, atol=1e-6)
    assert expected.max() > 0


def test_integrated_gradients_add_up_to_the_difference_of_the_scores(model: Small) -> None:
    image, black = batch(), torch.full((1, 1, 8, 8), -1.0)
    smooth = nn.Sequential(model.conv, nn.Tanh(), nn.Flatten(), model.head)
    gathered = probing.integrated(smooth, image, black, 3, chunk=5)
    difference = float((smooth(image) - smooth(black))[0, 3].detach())
    assert float(gathered.sum()) == pytest.approx(difference, abs=2e-3 * abs(difference) + 1e-4)
    found = ask(model, Method.INTEGRATED)
    assert found.heat.min() == 0
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("method", [Method.OCCLUSION, Method.INTEGRATED])
def test_probing_tells_how_far_it_is(method: Method) -> None:
    torch.manual_seed(0)
    wide = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 4))
    pixels = np.zeros((112, 112, 3), dtype=np.uint8)  # so large that it takes several passes
    shares: list[float] = []
    attribution.attribute(
        nn.Sequential(nn.Conv2d(3, 1, 1), wide),
        pixels,
        (3, 112, 112),
        Question(method, 3),
        mean=(0.5,) * 3,
        std=(0.5,) * 3,
        is_trained=False,
        told=shares.append,
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0 < shares[0] < 1


@pytest.mark.parametrize("method", [Method.OCCLUSION, Method.INTEGRATED])
def test_probing_can_be_given_up(model: Small, method: Method) -> None:
    asked = iter([False, False])
    with pytest.raises(attribution.Cancelled):
        ask(model, method, is_cancelled=lambda: next(asked, True))
    assert model.training
