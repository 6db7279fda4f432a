"""All figures together, as tables, and as levels of colour."""

import csv
import io

import numpy as np
import pytest

from explorer.evaluation import tables
from explorer.evaluation.heat import heat, pooled, shares, signed_heat
from explorer.evaluation.intervals import wilson
from explorer.evaluation.over_time import recalls, side_by_side
from explorer.evaluation.scores import Evaluation
from explorer.evaluation.summary import summarise
from tests.evaluation.made_up import answers, many

LABELS, GIVEN = [0, 0, 0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 1, 2, 0]


def test_the_figures_of_a_few_answers() -> None:
    found = summarise(answers(LABELS, GIVEN))
    assert (found.right, found.images, found.accuracy) == (5, 8, 0.625)
    assert found.interval[0] < found.accuracy < found.interval[1]
    assert found.top is None  # three classes only
    assert found.confusion.tolist() == [[2, 2, 0], [0, 2, 0], [1, 0, 1]]
    assert [(row.taken_for, row.taken) for row in found.classes] == [("dog", 2), (None, 0), ("cat", 1)]
    assert sum(part.count for part in found.bins) == 8


def test_top_five_where_there_are_more_classes() -> None:
    found = summarise(many(10, 500))
    assert found.top is not None
    assert found.top > found.accuracy
    assert found.top_interval is not None
    assert found.to_json()["classes"][3]["images"] == int(found.confusion[3].sum())


def test_with_five_classes_the_five_best_answers_are_all() -> None:
    assert summarise(many(5, 50)).top is None
    found = summarise(many(6, 50))
    assert found.top is not None
    assert found.top_interval == wilson(round(50 * found.top), 50)


def test_a_bin_without_images_has_no_figures() -> None:
    found = summarise(answers([0], [0]))  # given with a probability of 0.5
    told = [part for part in found.to_json()["calibration"] if part["images"]]
    assert [(part["confidence"], part["accuracy"]) for part in told] == [(0.5, 1.0)]
    empty = [part for part in found.to_json()["calibration"] if not part["images"]]
    assert {(part["confidence"], part["accuracy"]) for part in empty} == {(None, None)}
    assert {(part.confidence, part.accuracy) for part in found.bins if not part.count} == {(0.0, 0.0)}


def test_nothing_was_tested() -> None:
    found = summarise(answers([], []))
    assert (found.images, found.accuracy, found.interval) == (0, 0.0, (0.0, 1.0))
    assert found.classes[0].score.recall is None
    assert len(Evaluation.from_bytes(found.answers.to_bytes())) == 0
    assert summarise(answers([], [], ())).classes == ()


def test_tables_hold_what_the_figures_say() -> None:
    found = summarise(answers(LABELS, GIVEN, ("cat", "a|b", "fox, red")))
    rows = list(csv.reader(io.StringIO(tables.confusion_csv(found))))
    assert rows[0] == ["true \\ answer", "cat", "a|b", "fox, red"]
    assert rows[3] == ["fox, red", "1", "0", "1"]
    rows = list(csv.DictReader(io.StringIO(tables.classes_csv(found.classes))))
    assert (rows[0]["recall"], rows[0]["most often taken for"], rows[0]["times"]) == ("0.5", "a|b", "2")
    lines = tables.classes_markdown(found.classes).splitlines()
    assert len(lines) == 5
    assert r"a\|b" in lines[3]
    rows = list(csv.DictReader(io.StringIO(tables.answers_csv(found.answers))))
    assert len(rows) == 8
    assert (rows[2]["true"], rows[2]["answer 1"]) == ("cat", "a|b")
    assert float(rows[0]["probability 1"]) == pytest.approx(0.5)


# --- levels of colour


def test_mistakes_have_the_whole_scale_where_the_diagonal_is_muted() -> None:
    matrix = np.array([[90, 10, 0], [0, 95, 5], [1, 0, 400]], np.int64)
    found = heat(matrix, is_share=False, is_log=False, mutes_diagonal=True)
    assert found.top == 10
    assert found.levels[0, 1] == 255
    assert found.levels[0, 0] == found.levels[0, 2] == 0
    assert found.diagonal is not None
    assert found.diagonal[2] == 255
    whole = heat(matrix, is_share=False, is_log=False, mutes_diagonal=False)
    assert whole.top == 400
    assert whole.diagonal is None
    assert whole.levels[2, 0] > 0  # one image in 401 is still seen


def test_a_logarithmic_scale_lifts_what_is_rare_and_keeps_the_order() -> None:
    matrix = np.array([[0, 1000, 1], [10, 0, 100], [0, 0, 0]], np.int64)
    plain = heat(matrix, is_share=False, is_log=False, mutes_diagonal=True).levels
    lifted = heat(matrix, is_share=False, is_log=True, mutes_diagonal=True).levels
    assert lifted[0, 1] == plain[0, 1] == 255
    assert lifted[1, 0] > 3 * plain[1, 0]
    assert lifted[0, 2] < lifted[1, 0] < lifted[1, 2] < lifted[0, 1]


def test_shares_are_of_the_rows() -> None:
    matrix = np.array([[0, 5], [50, 950]], np.int64)
    found = heat(matrix, is_share=True, is_log=False, mutes_diagonal=True)
    assert found.top == 1.0
    assert found.levels[0, 1] == 255
    assert found.levels[1, 0] < 20
    assert shares(np.array([[0, 1], [0, 0]], np.int64)).tolist() == [[0.0, 1.0], [0.0, 0.0]]


def test_signed_levels_are_low_where_the_first_is_better() -> None:
    found = signed_heat(np.array([[8, -8], [0, -2]], np.int64), is_log=False)
    assert found.levels[1, 0] == 128
    assert found.levels[0, 0] == found.levels[0, 1] == 1  # more right answers, fewer mistakes
    assert 128 < found.levels[1, 1] < 255
    assert found.is_signed


def test_pooling_keeps_a_single_mistake() -> None:
    levels = np.zeros((1000, 1000), np.uint8)
    levels[997, 3] = 200
    small = pooled(levels, 3)
    assert small.shape == (334, 334)
    assert small[332, 1] == 200
    assert np.count_nonzero(small) == 1


def test_recalls_test_after_test() -> None:
    first, second = recalls(answers(LABELS, GIVEN)), recalls(answers([0, 1], [0, 0]))
    assert first.tolist() == [0.5, 1.0, 0.5]
    both = side_by_side([first, second])
    assert both.shape == (3, 2)
    assert both[:2, 1].tolist() == [1.0, 0.0]
    assert np.isnan(both[2, 1])
