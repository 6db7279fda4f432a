"""Probabilities are the softmax, best first."""

import numpy as np
import pytest

from explorer.inspection import predictions


def test_softmax_best_first_with_names() -> None:
    found = predictions.top(np.array([0.0, 2.0, 1.0], dtype=np.float32), ("cat", "dog", "horse"))
    assert [p.label for p in found] == ["dog", "horse", "cat"]
    assert [p.index for p in found] == [1, 2, 0]
    assert sum(p.probability for p in found) == pytest.approx(1)
    assert found[0].probability == pytest.approx(np.exp(2) / (1 + np.exp(1) + np.exp(2)))
    assert all(p.is_named for p in found)


def test_without_fitting_names_classes_are_numbered_and_only_five_are_given() -> None:
    found = predictions.top(np.arange(10, dtype=np.float32), ("a", "b"))
    assert [p.label for p in found] == ["class 9", "class 8", "class 7", "class 6", "class 5"]
    assert not any(p.is_named for p in found)


def test_great_logits_do_not_overflow_and_bad_ones_predict_nothing() -> None:
    assert predictions.top(np.array([3e38, -3e38], dtype=np.float32))[0].probability == 1
    assert predictions.top(np.array([0, np.nan], dtype=np.float32)) == ()
    assert predictions.top(np.array([0, np.inf], dtype=np.float32)) == ()


def test_zoo_models_have_the_names_of_imagenet() -> None:
    names = predictions.class_names("torchvision/resnet18", 1000)
    assert len(names) == 1000
    assert names[0] == "tench"
    assert predictions.class_names("torchvision/resnet18", 10) == ()
    assert predictions.class_names("lenet", 1000) == ()
