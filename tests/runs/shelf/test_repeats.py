"""Runs that repeat each other: which ones, with which seeds more, and what they say together."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.bilingual import Text
from explorer.card import Card
from explorer.catalogue import Choice, OwnModel
from explorer.runs.folder.about import About
from explorer.runs.plan import Origin
from explorer.runs.shelf.queue import waiting
from explorer.runs.shelf.record import RunRecord, Status
from explorer.runs.shelf.repeats import SEEDS, groups, key_of, repeat, repeats_of, seeded
from explorer.runs.shelf.verdict import verdict
from explorer.training.events import Finished, LearningRateChanged, Stopped
from tests.runs.recorded import PLAN, epoch_ended, started, steps

NOWHERE = Path("/nowhere")


def with_config(**values):
    return replace(PLAN, config=replace(PLAN.config, **values))


def train(store, plan, accuracies=(0.5, 0.6), ending=Finished):
    run = store.create(plan).id
    recorder = store.recorder(run)
    recorder.append(started(run, epochs=len(accuracies)))
    for epoch, accuracy in enumerate(accuracies):
        recorder.append(steps(run, (epoch + 1) * 10, 10, epoch=epoch))
        recorder.append(epoch_ended(run, epoch, accuracy=accuracy))
    recorder.append(ending(run))
    recorder.close()
    return run


def together(store, **options):
    return [[record.number for record in group.runs] for group in groups(store.records()[::-1], store.root, **options)]


@pytest.mark.parametrize(
    "values", [{"seed": 9}, {"device": "cpu"}, {"threads": 7}, {"speed": "plain"}, {"exact": True}]
)
def test_what_decides_nothing_that_is_learned_does_not_count(values):
    assert key_of(with_config(**values), NOWHERE) == key_of(PLAN, NOWHERE)
    assert key_of(replace(PLAN, data_dir="/elsewhere"), NOWHERE) == key_of(PLAN, NOWHERE)


@pytest.mark.parametrize(
    "plan",
    [
        with_config(lr=0.2), with_config(epochs=4), with_config(limit=5), with_config(precision="bf16"),
        replace(PLAN, dataset="mnist"), replace(PLAN, choice=Choice("lenet_bn", (1, 28, 28), 10)),
        replace(PLAN, choice=replace(PLAN.choice, settings={"pooling": "max"})),
        replace(PLAN, origin=Origin("r", 1, 5)),
    ],
)  # fmt: skip
def test_everything_else_does(plan):
    assert key_of(plan, NOWHERE) != key_of(PLAN, NOWHERE)


def test_groups_stay_when_runs_are_renamed_and_described(store):
    runs = [train(store, seeded(PLAN, seed)) for seed in range(3)]
    train(store, with_config(lr=0.2))
    assert together(store) == [[1, 2, 3], [4]]
    store.describe(runs[1], About.of("the lucky one", "a note", ("good",)))
    assert together(store) == [[1, 2, 3], [4]]
    assert together(store, apart={runs[0]}) == [[1], [2, 3], [4]]


def test_of_two_with_the_same_seed_the_one_that_came_further_counts(store):
    train(store, seeded(PLAN, 0), ending=Stopped)
    train(store, seeded(PLAN, 0), accuracies=(0.5, 0.9))
    train(store, seeded(PLAN, 1), accuracies=(0.7, 0.6))
    train(store, seeded(PLAN, 2), ending=Stopped)
    (group,) = groups(store.records(), store.root)
    assert [record.number for record in group.runs] == [2, 3, 4]
    assert (group.final.count, group.final.mean) == (2, pytest.approx(0.75))
    assert group.best.mean == pytest.approx(0.8)


def test_repeats_wait_with_the_next_seeds_that_none_has(store):
    first = train(store, seeded(PLAN, 4))
    store.create(seeded(PLAN, 6), queued=True)
    made = repeat(store, first, 3)
    assert [record.plan.config.seed for record in made] == [5, 7, 8]
    assert [record.number for record in waiting(store.records())] == [2, 3, 4, 5]
    assert [seeded(record.plan, 4) for record in made] == 3 * [store.plan(first)]
    assert together(store) == [[1, 2, 3, 4, 5]]
    assert [record.plan.config.seed for record in repeat(store, made[0].id, 1)] == [9]


def test_the_group_of_a_stored_run_leaves_out_what_the_user_changed_on_the_way(store):
    runs = [train(store, seeded(PLAN, seed)) for seed in (0, 1, 1)]
    train(store, with_config(lr=0.2))
    changed = store.create(seeded(PLAN, 5)).id
    recorder = store.recorder(changed)
    for event in (started(changed), steps(changed, 10, 10), LearningRateChanged(changed, 10, 0.2, 1.0)):
        recorder.append(event)
    recorder.close()
    group, alone = repeats_of(store, store.record(runs[0])), repeats_of(store, store.record(changed))
    assert group is not None
    assert alone is not None
    assert [record.number for record in group.runs] == [1, 2]
    assert [record.id for record in alone.runs] == [changed]
    assert repeats_of(store, store.record(runs[2])) is None


def test_the_last_seed_is_followed_by_the_first(store):
    run = train(store, seeded(PLAN, SEEDS - 1))
    assert [record.plan.config.seed for record in repeat(store, run, 2)] == [0, 1]


def test_a_model_of_the_user_is_repeated_with_the_code_that_it_was_trained_with(store, tmp_path):
    file = tmp_path / "net.py"
    file.write_text("class Net: ...")
    card = Card("own:net.py:Net", "Net", 2026, "", (1, 28, 28), 10, Text("", ""))
    plan = replace(PLAN, own=OwnModel(card, file, "Net"))
    first = train(store, plan)
    train(store, seeded(plan, 1))
    file.write_text("class Net: other = 1")
    train(store, seeded(plan, 2))
    assert together(store) == [[1, 2], [3]]
    (made,) = repeat(store, first, 1)
    assert made.plan.config.seed == 2
    assert (store.folder(made.id) / "source" / "net.py").read_text() == "class Net: ..."
    assert together(store) == [[1, 2, 4], [3]]


# -- what they say


def made(accuracies, *, plan=PLAN, first=1, unfinished=0):
    """A group of runs with these accuracies at their ends."""
    from datetime import UTC, datetime

    count = len(accuracies)
    records = [
        RunRecord(
            f"r{first + rank}", first + rank, seeded(plan, rank), Status.FINISHED if rank < count else Status.STOPPED,
            datetime.now(UTC), test_accuracy=value, best_test_accuracy=value,
        )
        for rank, value in enumerate([*accuracies, *[0.1] * unfinished])
    ]  # fmt: skip
    (group,) = groups(records, NOWHERE)
    return group


def said(first, second, names=("BN", "LeNet")):
    found = verdict(first, second, names)
    return None if found is None else str(found.sentence)


GOOD, POOR = (
    made([0.981, 0.984, 0.979, 0.983, 0.982]),
    made([0.970, 0.968, 0.972, 0.969, 0.971], plan=with_config(lr=0.2)),
)


def test_a_clear_difference_is_said_from_either_side():
    words = "BN is better than LeNet by 1.2 points of test accuracy (95% interval 0.9 to 1.4; 5 runs each)."
    assert said(GOOD, POOR) == words
    assert said(POOR, GOOD, ("LeNet", "BN")) == words
    found = verdict(GOOD, POOR, ("BN", "LeNet"))
    assert found is not None
    assert "BN 的测试准确率高 1.2 个百分点" in found.sentence.zh
    assert found.best == found.final


def test_no_clear_difference_is_said_so():
    words = said(made([0.95, 0.99, 0.97]), made([0.96, 0.94, 0.99, 0.95], plan=with_config(lr=0.2)))
    assert words is not None
    assert words.startswith("These runs cannot tell BN and LeNet apart: BN is ahead by 1.0 points")
    assert "(95% interval −3.2 to 5.2; 3 and 4 runs)" in words


@pytest.mark.parametrize(
    ("counts", "words"),
    [((1, 1), "One run each cannot tell"), ((2, 2), "Two runs each cannot tell"), ((2, 5), "2 and 5 runs cannot tell")],
)
def test_few_runs_cannot_tell(counts, words):
    groups_ = [made([0.9 - 0.4 * side + 0.001 * n for n in range(count)]) for side, count in enumerate(counts)]
    found = verdict(groups_[0], groups_[1], ("A", "B"))
    assert found is not None
    assert found.final is None
    assert str(found.sentence).startswith(words)
    assert "3" in found.sentence.zh


def test_what_has_not_finished_is_left_out_and_said():
    words = said(made([0.981, 0.984, 0.979], unfinished=2), POOR)
    assert words is not None
    assert words.endswith("2 runs have not finished and are left out.")
    assert said(made([0.981, 0.984, 0.979], unfinished=1), POOR).endswith("1 run has not finished and is left out.")
    assert said(made([], unfinished=2), POOR) is None


def test_other_test_images_are_not_compared():
    values = [0.9, 0.91, 0.92]
    for plan in (replace(PLAN, dataset="mnist"), with_config(limit=100)):
        assert verdict(made(values), made(values, plan=plan), ("A", "B")) is None
    assert verdict(made(values), made(values, plan=with_config(limit=400)), ("A", "B")) is not None


@given(st.lists(st.floats(0, 1), min_size=3, max_size=8), st.lists(st.floats(0, 1), min_size=3, max_size=8))
def test_a_sentence_for_any_accuracies(first, second):
    found = verdict(made(first), made(second), ("A", "B"))
    assert found is not None
    assert "nan" not in found.sentence.en
    assert "−0." not in found.sentence.en.split("by ")[1].split(" points")[0]
