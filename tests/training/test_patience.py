"""A training ends early when nothing gets better."""

from dataclasses import replace

import pytest

from explorer.training.events import EndedEarly, EpochEnded, Steps
from explorer.training.loop import Position, train
from explorer.training.patience import Patience
from tests.training.stand_ins import setup


def ended(epoch, loss, accuracy):
    return EpochEnded("r", epoch, 10 * epoch, 1.0, 0.5, loss, accuracy, 64, 1.0)


def stale_after(*tests):
    patience = Patience()
    for epoch, (loss, accuracy) in enumerate(tests):
        patience.take(ended(epoch, loss, accuracy))
    return patience.stale, patience.best_epoch


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([(1.0, 0.5)], (0, 0)),
        ([(1.0, 0.5), (1.0, 0.5)], (1, 0)),  # as good is not better
        ([(1.0, 0.5), (1.2, 0.6)], (0, 1)),  # the accuracy is
        ([(1.0, 0.5), (0.9, 0.4)], (0, 1)),  # the loss is
        ([(1.0, 0.5), (1.2, 0.4), (1.1, 0.45)], (2, 0)),  # better than the last is not better than the best
    ],
)
def test_better_means_less_loss_or_more_right_than_ever(tests, expected):
    assert stale_after(*tests) == expected


def stuck(patience):
    parts = setup(lr=1e-30)  # nothing moves, so that no test is better than the first
    return replace(parts, patience=patience)


def test_the_training_ends_when_patience_does_and_says_why():
    position = Position()
    found = list(train(stuck(3), position, epochs=50))
    last = found[-1]
    assert isinstance(last, EndedEarly)
    assert (last.epoch, last.best_epoch, last.step) == (3, 0, 32)
    assert "last 3 epochs" in last.message.en
    assert "3" in last.message.zh
    assert len([event for event in found if isinstance(event, EpochEnded)]) == 4
    # Gone on with, it has ended already, and says so again.
    again = list(train(stuck(3), Position.from_json(position.to_json()), epochs=50))
    assert not any(isinstance(event, Steps) for event in again)
    assert again[-1] == last


def test_without_patience_it_goes_on_to_the_last_epoch():
    found = list(train(stuck(0), Position(), epochs=6))
    assert len([event for event in found if isinstance(event, EpochEnded)]) == 6
    assert not any(isinstance(event, EndedEarly) for event in found)


def test_the_last_epoch_is_no_early_end():
    found = list(train(stuck(3), Position(), epochs=4))
    assert not any(isinstance(event, EndedEarly) for event in found)


def test_a_position_of_an_older_version_is_read():
    data = Position(2, 3, 19).to_json()
    del data["factor"], data["patience"]
    assert Position.from_json(data) == Position(2, 3, 19)
