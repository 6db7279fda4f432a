"""What is wrong with a training is said, and nothing of one that is not."""

import pytest

from explorer.runs.curves.diagnosis import diagnose
from explorer.runs.curves.history import History
from explorer.training.events import EpochEnded, Event, Finished, Started, Steps, Stopped


def run(tests: list[float], accuracies: list[float], trains: list[float], ending: Event | None = None) -> History:
    history = History("r")
    history.apply(Started("r", len(tests), 10, 640, 100, "cpu", "fp32"))
    for epoch, (test, accuracy, train) in enumerate(zip(tests, accuracies, trains, strict=True)):
        history.apply(Steps("r", epoch * 10 + 10, epoch, (train,) * 10, (accuracy,) * 10, 640, 0.5, 0.1))
        history.apply(EpochEnded("r", epoch, epoch * 10 + 10, train, accuracy, test, accuracy, 640, 1.0))
    if ending is not None:
        history.apply(ending)
    return history


GOOD = ([0.9, 0.5, 0.41, 0.40, 0.41, 0.40], [0.7, 0.8, 0.85, 0.86, 0.86, 0.86], [1.0, 0.6, 0.4, 0.35, 0.3, 0.28])


def test_nothing_is_said_of_a_good_run_nor_of_one_that_goes_on() -> None:
    assert diagnose(run(*GOOD, Finished("r")), 10) is None
    stuck = ([2.3, 2.3, 2.3], [0.1, 0.11, 0.1], [2.3, 2.3, 2.3])
    assert diagnose(run(*stuck), 10) is None
    assert diagnose(run([2.3], [0.1], [2.3], Finished("r")), 10) is None


@pytest.mark.parametrize(
    ("tests", "accuracies", "trains", "said"),
    [
        ([2.31, 2.30, 2.30], [0.1, 0.114, 0.1], [2.35, 2.31, 2.30], "Nothing was learned"),
        ([1.1, 1.0, 1.2, 1.5, 1.9], [0.4, 0.5, 0.5, 0.5, 0.5], [1.1, 0.8, 0.5, 0.2, 0.1], "Overfitted: the test loss"),
        ([2.0, 1.2, 0.8], [0.4, 0.6, 0.7], [2.1, 1.3, 0.9], "Still getting better"),
    ],
)
def test_what_is_wrong_is_said(tests: list[float], accuracies: list[float], trains: list[float], said: str) -> None:
    told = diagnose(run(tests, accuracies, trains, Finished("r")), 10)
    assert told is not None
    assert told.en.startswith(said)
    assert told.zh


def test_the_epoch_and_the_factor_are_those_of_the_curve() -> None:
    told = diagnose(run([1.1, 1.0, 1.2, 1.5, 2.0], [0.5] * 5, [1.1, 0.8, 0.5, 0.2, 0.1], Stopped("r")), 3)
    assert told is not None
    assert "after epoch 2 and is 2.0 times" in told.en


def test_a_run_that_the_user_stopped_is_not_told_to_go_on() -> None:
    assert diagnose(run([2.0, 1.2, 0.8], [0.4, 0.6, 0.7], [2.1, 1.3, 0.9], Stopped("r")), 10) is None


def test_two_classes_that_are_told_apart_half_the_time_are_guessed() -> None:
    guessed = run([0.7, 0.69, 0.69], [0.5, 0.52, 0.5], [0.7, 0.69, 0.69], Finished("r"))
    assert diagnose(guessed, 2) is not None
    told_apart = run([0.5, 0.39, 0.39], [0.7, 0.84, 0.84], [0.5, 0.35, 0.33], Finished("r"))
    assert diagnose(told_apart, 2) is None


def test_a_few_steps_are_called_so_rather_than_a_wrong_rate() -> None:
    """A small folder of images and large batches: an epoch is a step."""
    history = History("r")
    history.apply(Started("r", 2, 1, 23, 5, "cpu", "fp32"))
    for epoch in range(2):
        history.apply(Steps("r", epoch + 1, epoch, (0.7,), (0.5,), 23, 0.1, 1.0))
        history.apply(EpochEnded("r", epoch, epoch + 1, 0.7, 0.5, 0.7, 0.5, 23, 0.1))
    history.apply(Finished("r"))
    told = diagnose(history, 2)
    assert told is not None
    assert told.en.startswith("Hardly trained: 2 steps")
