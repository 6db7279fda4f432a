"""Figures over a test set, against definitions written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import ExplorerError
from explorer.evaluation.scores import Evaluation

CLASSES = ("cat", "dog", "owl")


def evaluation(labels: list[int], answers: list[list[int]], probabilities: list[list[float]]) -> Evaluation:
    true = np.array(labels, np.int64)
    chances = np.array(probabilities, np.float32)
    losses = -np.log(np.maximum(chances[:, 0], 1e-6)).astype(np.float32)
    return Evaluation(true, np.array(answers, np.int64), chances, losses, CLASSES)


@pytest.fixture
def five() -> Evaluation:
    return evaluation(
        [0, 0, 1, 1, 2],
        [[0, 1], [1, 0], [1, 2], [1, 0], [0, 2]],
        [[0.85, 0.1], [0.6, 0.3], [0.75, 0.1], [0.95, 0.02], [0.55, 0.4]],
    )


def test_the_confusion_matrix_has_the_true_class_in_rows(five: Evaluation) -> None:
    assert five.confusion().tolist() == [[1, 1, 0], [0, 2, 0], [1, 0, 0]]


def test_precision_and_recall(five: Evaluation) -> None:
    cat, dog, owl = five.per_class()
    assert (cat.precision, cat.recall, cat.f1) == (0.5, 0.5, 0.5)
    assert (dog.precision, dog.recall) == (2 / 3, 1.0)
    assert dog.f1 == pytest.approx(0.8)
    assert (owl.precision, owl.recall, owl.f1) == (None, 0.0, 0.0)


def test_accuracy_of_the_best_and_of_the_best_few(five: Evaluation) -> None:
    assert five.accuracy == 0.6
    assert five.top_accuracy(2) == 1.0


def test_calibration_counts_each_answer_once(five: Evaluation) -> None:
    bins = five.calibration(10)
    assert sum(part.count for part in bins) == 5
    assert (bins[8].count, bins[8].accuracy) == (1, 1.0)  # 0.85 belongs to (0.8, 0.9]
    by_hand = (abs(0.85 - 1) + abs(0.6 - 0) + abs(0.75 - 1) + abs(0.95 - 1) + abs(0.55 - 0)) / 5
    apart = sum(part.count * abs(part.confidence - part.accuracy) for part in bins) / 5
    assert five.calibration_error(10) == pytest.approx(apart)
    assert apart <= by_hand + 1e-6  # what goes different ways inside a bin cancels out


def test_a_confidence_of_nothing_and_of_one_have_a_bin() -> None:
    bins = evaluation([0, 0], [[0], [1]], [[1.0], [0.0]]).calibration(4)
    assert [part.count for part in bins] == [1, 0, 0, 1]


def test_images_of_a_cell_come_with_the_most_confident_first(five: Evaluation) -> None:
    assert five.cell(1, 1).tolist() == [3, 2]
    assert five.cell(2, 1).tolist() == []


def test_the_hardest_images_have_the_greatest_loss(five: Evaluation) -> None:
    assert five.hardest(2).tolist() == [4, 1]


def test_a_class_without_a_name_is_called_by_its_number() -> None:
    answered = evaluation([0], [[7]], [[0.9]])
    assert answered.class_count == 8
    assert answered.per_class()[7].name == "7"


def test_a_file_gives_back_what_was_written(five: Evaluation) -> None:
    again = Evaluation.from_bytes(five.to_bytes())
    assert again.classes == five.classes
    for name in ("labels", "answers", "probabilities", "losses"):
        assert np.array_equal(getattr(again, name), getattr(five, name)), name


@pytest.mark.parametrize("keep", [0, 1, 40, -20])
def test_a_damaged_file_is_refused(five: Evaluation, keep: int) -> None:
    with pytest.raises(ExplorerError, match="damaged"):
        Evaluation.from_bytes(five.to_bytes()[:keep])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0, 1)), min_size=1, max_size=60))
def test_every_image_is_in_one_cell_and_in_one_bin(found: list[tuple[int, int, float]]) -> None:
    made = evaluation([true for true, _, _ in found], [[answer] for _, answer, _ in found], [[p] for _, _, p in found])
    matrix = made.confusion()
    assert matrix.sum() == len(found)
    assert sum(len(made.cell(true, answer)) for true in range(3) for answer in range(3)) == len(found)
    assert sum(part.count for part in made.calibration()) == len(found)
    assert made.accuracy == pytest.approx(np.trace(matrix) / len(found))
    assert 0 <= made.calibration_error() <= 1
