"""Files of an insight: one picture a layer, numbers that read back equal."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.bilingual import Text
from explorer.inspection import mosaic_files
from explorer.inspection.insight import Insight, Prediction


@pytest.fixture
def insight() -> Insight:
    generator = np.random.default_rng(0)
    return Insight(
        origin=Text("untrained weights", "未训练的权重"),
        is_trained=False,
        image=np.zeros((8, 8, 1), dtype=np.uint8),
        predictions=(Prediction("7", 0.5, 7),),
        activations={
            "b3.0.p2_2": generator.random((6, 5, 5), dtype=np.float32),
            "file": generator.random((10,), dtype=np.float32),
            "../weird:*name#2": generator.random((1, 3, 3), dtype=np.float32),
        },
        filters={
            "colour": generator.standard_normal((4, 3, 5, 5), dtype=np.float32),
            "deep": generator.standard_normal((4, 6, 3, 3), dtype=np.float32),
            "one": generator.standard_normal((8, 1, 5, 5), dtype=np.float32),
            "head": generator.standard_normal((10, 84), dtype=np.float32),
        },
    )


def test_activations(insight: Insight, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    files = mosaic_files.write_activations(insight, out)
    assert [file.name for file in files] == [
        "000_b3.0.p2_2.png", "001_file.png", "002_weird_name-2.png", "activations.npz", "predictions.json",
    ]  # fmt: skip
    assert sorted(out.iterdir()) == sorted(files)
    with np.load(out / "activations.npz") as loaded:
        assert set(loaded.files) == set(insight.activations)
        for path, expected in insight.activations.items():
            assert np.array_equal(loaded[path], expected)
    described = json.loads((out / "predictions.json").read_text(encoding="utf-8"))
    assert described["predictions"] == [{"class": 7, "label": "7", "probability": 0.5}]
    assert described["is_trained"] is False
    picture = np.asarray(Image.open(files[0]))
    assert picture.shape[2] == 4
    assert picture[0, 0, 3] == 255


def test_filters(insight: Insight, tmp_path: Path) -> None:
    files = mosaic_files.write_filters(insight.filters, tmp_path)
    assert [file.name for file in files] == [
        "000_colour.png", "001_deep.png", "002_one.png", "003_head.png", "filters.npz",
    ]  # fmt: skip
    with np.load(files[-1]) as loaded:
        assert np.array_equal(loaded["deep"], insight.filters["deep"])


def test_filter_of_output_and_input_stands_in_its_row_and_column(insight: Insight) -> None:
    weights = insight.filters["deep"]
    mosaic = mosaic_files.filter_mosaic(weights)
    assert mosaic.columns == 6
    assert mosaic.order.tolist() == list(range(24))
    matrix = mosaic_files.as_matrix(weights)
    assert matrix.shape == (12, 18)
    assert np.array_equal(matrix[3:6, 12:15], weights[1, 4])


def test_a_layer_of_very_many_kernels_becomes_one_small_picture(tmp_path: Path) -> None:
    mosaic = mosaic_files.filter_mosaic(np.ones((512, 1024, 3, 3), dtype=np.float32))
    assert mosaic.pixels.shape[1] <= 2048


@pytest.mark.parametrize(
    ("path", "expected"),
    [("", "layer"), ("..", "layer"), ("a/b\\c", "a_b_c"), ("x" * 300, "x" * 80), ("层", "layer"), ("-rf", "-rf")],
)
def test_names_are_safe(path: str, expected: str) -> None:
    assert mosaic_files.safe_name(path) == expected
