"""Processes that really talk to each other: what is as exact and as complete as in one."""

import numpy as np
import pytest
import torch

from explorer import catalogue
from explorer.evaluation.collect import Collector
from explorer.runs.folder import checkpoint
from explorer.runs.folder.answers import answers_of
from explorer.runs.looking import evaluate
from explorer.runs.work.shared_answers import SharedAnswers, image_order
from tests.runs import team
from tests.runs.digest import with_dropout


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the processes said, and the folder they wrote in."""
    folder = tmp_path_factory.mktemp("team")
    return team.run(folder, 2, "whole", "parts", "poisoned"), folder


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_run_with_dropout_goes_on_to_the_bit(told, tmp_path, count):
    said = told[0] if count == 2 else team.run(tmp_path, count, "whole", "parts")
    whole, begun, resumed = (said[name] for name in ("whole", "begun", "resumed"))
    assert len(whole["losses"]) == 22
    assert 7 <= len(begun["losses"]) < 22  # in the midst of an epoch
    assert begun["losses"] + resumed["losses"] == whole["losses"]
    assert resumed["digest"] == whole["digest"]
    assert begun["digest"] != whole["digest"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_run_goes_on_to_the_bit_after_a_process_was_killed_in_the_midst_of_a_step(tmp_path):
    broken = team.run(tmp_path, 3, "broken")["broken"]
    assert "Another process of this training ended" in broken["failure"]
    assert len(broken["losses"]) <= team.STEPS_BEFORE_THE_KILL
    said = team.run(tmp_path, 3, "whole", "mended")
    assert len(said["mended"]["losses"]) == 22 - team.STEPS_BEFORE_THE_KILL
    assert said["mended"]["losses"] == said["whole"]["losses"][team.STEPS_BEFORE_THE_KILL :]
    assert said["mended"]["digest"] == said["whole"]["digest"]


@pytest.mark.slow
def test_the_answers_of_every_test_are_kept_in_the_order_of_the_images(told, monkeypatch):
    kept = answers_of(told[1] / "whole")
    assert kept[-1].epoch == 2
    found = kept[-1].read()
    monkeypatch.setattr(catalogue, "build", with_dropout)
    alone = result_of(evaluate.evaluate(team.PLAN, checkpoint.weights(told[1] / "whole")))
    assert len(found) == len(alone) > 100
    np.testing.assert_array_equal(found.labels, alone.labels)
    np.testing.assert_allclose(found.probabilities, alone.probabilities, atol=1e-5)
    np.testing.assert_allclose(found.losses, alone.losses, atol=1e-4)
    assert found.classes == alone.classes
    assert found.accuracy == pytest.approx(told[0]["whole"]["test_accuracy"])


@pytest.mark.slow
def test_a_loss_that_is_no_number_in_one_process_names_the_layer(told):
    assert "at step 18, first in the layer middle" in told[0]["poisoned"]["failure"]


def result_of(steps):
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


class Member:
    """One of two processes, as far as `SharedAnswers` can tell; what the other hands over is known beforehand."""

    def __init__(self, other=None):
        self.newest_count, self._other, self.said = 0, other, None

    def collect(self, value):
        self.said = value
        return [] if self._other is None else [value, self._other]


def test_shares_are_put_together_in_the_order_of_the_images():
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(16, 10, generator=generator), torch.arange(16) % 10
    alone, whole = Collector(), Collector()
    alone.add(logits, labels)
    second = Member()
    # Batches of 7, 7 and 2: the last is too small to be shared, so that both answer it and the first one's count.
    for rank, shares in ((1, [(3, 7), (10, 14), (14, 16)]), (0, [(0, 3), (7, 10), (14, 16)])):
        member = second if rank else Member(second.said)
        shared = SharedAnswers(whole, member)
        shared.clear()
        for begin, end in shares:
            member.newest_count = 0 if rank and begin == 14 else end - begin
            shared.add(logits[begin:end], labels[begin:end])
        shared.complete()
    found, wanted = whole.take(("a",)), alone.take(("a",))
    for name in ("labels", "answers", "probabilities", "losses"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_the_order_of_rows_of_three_processes():
    order = image_order([[2, 1], [2, 0], [1, 0]])  # rows 0 1 | 2, then 3 4, then 5
    assert order.tolist() == [0, 1, 3, 4, 5, 2]
