"""What was found in another process comes back as it was; what is damaged is one kind of error."""

import json
import math

import numpy as np
import pytest

from explorer.bilingual import Text
from explorer.inspection import figures, parcel
from explorer.inspection.figures import Figures
from explorer.inspection.insight import Attribution, Insight, Method, Prediction, Question
from explorer.inspection.signals import IdleUnits, LayerSignal, Signals
from explorer.inspection.strongest import Strongest


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


def test_an_insight_comes_back(tmp_path) -> None:
    numbers = np.random.default_rng(0)
    insight = Insight(
        origin=Text("run 3", "运行 3"),
        is_trained=True,
        image=numbers.integers(0, 256, (4, 5, 3), dtype=np.uint8),
        predictions=(Prediction("cat", 0.75, 3), Prediction("class 1", 0.25, 1, is_named=False)),
        activations={"conv": numbers.random((2, 4, 5), dtype=np.float32), "fc": np.float32([1, np.nan, -np.inf])},
        filters={"conv": numbers.random((2, 3, 1, 1), dtype=np.float32)},
        notes=(Text("grey", "灰度"),),
        seconds=0.5,
        warnings=(Text("odd", "异常"),),
        vectors={"conv": {"bias": np.float32([1, 2])}},
    )
    with (tmp_path / "arrays").open("wb") as file:
        told = json.loads(json.dumps(parcel.pack_insight(insight, file)))
    with (tmp_path / "arrays").open("rb") as file:
        back = parcel.unpack_insight(told, file)
    for name in ("origin", "is_trained", "predictions", "notes", "seconds", "warnings"):
        assert getattr(back, name) == getattr(insight, name)
    np.testing.assert_array_equal(back.image, insight.image)
    for name in ("activations", "filters"):
        ours, theirs = getattr(back, name), getattr(insight, name)
        assert list(ours) == list(theirs)
        for path in theirs:
            np.testing.assert_array_equal(ours[path], theirs[path])
    np.testing.assert_array_equal(back.vectors["conv"]["bias"], [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        back.activations["fc"][0] = 0


def test_an_attribution_comes_back(tmp_path) -> None:
    question = Question(Method.GRAD_CAM, 7, "layer4.1")
    heat, image = np.float32([[0, 0.5], [1, 0]]), np.zeros((2, 2, 1), np.uint8)
    with (tmp_path / "arrays").open("wb") as file:
        told = json.loads(json.dumps(parcel.pack_attribution(Attribution(question, heat, 2.5, image, True), file)))
    with (tmp_path / "arrays").open("rb") as file:
        back = parcel.unpack_attribution(told, file)
    assert (back.question, back.peak, back.is_trained) == (question, 2.5, True)
    np.testing.assert_array_equal(back.heat, heat)
    np.testing.assert_array_equal(back.image, image)
    with (tmp_path / "arrays").open("rb") as file, pytest.raises(ValueError, match=r"damaged|not a valid"):
        parcel.unpack_attribution({**told, "question": {"method": "guess", "target": 1, "path": ""}}, file)


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


def test_signals_come_back_even_where_they_are_no_numbers(tmp_path) -> None:
    found = Signals(2.5, (LayerSignal("conv", math.inf, 0.5), LayerSignal("fc", 0.25, 0.0)), (IdleUnits("act", 0.75),))
    told = json.loads(json.dumps(parcel.pack_signals(found)))
    with (tmp_path / "arrays").open("w+b") as file:
        assert parcel.unpack_signals(told, file) == found
        for damage in ({"layers": [["conv", 1]]}, {"units": 3}, {"loss": None}):
            with pytest.raises(ValueError, match=r"damaged|expected"):
                parcel.unpack_signals({**told, **damage}, file)


def strongest(**changed: object) -> Strongest:
    places = np.array([[0, 2], [1, 0]])
    arrays = {"values": np.float32([[3, 1], [2, 2]]), "images": places, "rows": places, "columns": places, **changed}
    return Strongest(**arrays)  # type: ignore[arg-type]


def test_the_strongest_images_come_back(tmp_path) -> None:
    with (tmp_path / "arrays").open("w+b") as file:
        told = json.loads(json.dumps(parcel.pack_strongest(strongest(), file)))
        file.seek(0)
        back = parcel.unpack_strongest(told, file, 3)
        assert back is not None
        for name in ("values", "images", "rows", "columns"):
            assert (getattr(back, name) == getattr(strongest(), name)).all()
        assert parcel.unpack_strongest(parcel.pack_strongest(None, file), file, 3) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.array([[0, 3], [1, 0]])},  # of three images
        {"rows": np.array([[0, -1], [1, 0]])},
        {"columns": np.array([0, 1])},
        {"values": np.float32([1, 2])},
    ],
)
def test_forged_strongest_images_are_refused(tmp_path, changed: dict) -> None:
    with (tmp_path / "arrays").open("w+b") as file:
        told = json.loads(json.dumps(parcel.pack_strongest(strongest(**changed), file)))
        file.seek(0)
        with pytest.raises(ValueError, match="none of those"):
            parcel.unpack_strongest(told, file, 3)
