"""What was found in another process comes back as it was; what is damaged is one kind of error."""

import json
import math

import numpy as np
import pytest

from explorer.inspection import figures, parcel
from explorer.inspection.figures import Figures


@pytest.fixture
def found() -> Figures:
    numbers = np.random.default_rng(0)
    outputs = {"conv": figures.spread(numbers.normal(size=(4, 5, 5)).astype(np.float32))}
    outputs["broken"] = figures.spread(np.full((2, 3, 3), np.nan, np.float32))
    return Figures(np.array([0.25, 0.75]), outputs, {})


def packed(found: Figures, path) -> dict:
    with path.open("wb") as file:
        return json.loads(json.dumps(parcel.pack_figures(found, file)))


def test_figures_come_back(found, tmp_path) -> None:
    told = packed(found, tmp_path / "arrays")
    with (tmp_path / "arrays").open("rb") as file:
        back = parcel.unpack_figures(told, file)
    assert back.probabilities.tolist() == [0.25, 0.75]
    assert list(back.outputs) == ["conv", "broken"]
    for path, spread in found.outputs.items():
        ours = back.outputs[path]
        assert (ours.low, ours.high, ours.mean, ours.std) == (spread.low, spread.high, spread.mean, spread.std)
        assert (ours.dead, ours.maps) == (spread.dead, spread.maps)
        np.testing.assert_allclose(ours.strength, spread.strength, rtol=1e-6)


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: told.pop("weights"),
        lambda told: told["outputs"][0].pop(),
        lambda told: told["outputs"][0].__setitem__(1, None),
        lambda told: told["outputs"][0].__setitem__(5, math.inf),
        lambda told: told["probabilities"].__setitem__(1, [1, 2]),
        lambda told: told["probabilities"].__setitem__(1, [1 << 40]),
        lambda told: told["probabilities"].__setitem__(0, "object"),
    ],
)
def test_damaged_figures_are_refused(found, tmp_path, damage) -> None:
    told = packed(found, tmp_path / "arrays")
    damage(told)
    with (tmp_path / "arrays").open("rb") as file, pytest.raises(ValueError):  # noqa: PT011 - of any words
        parcel.unpack_figures(told, file)
