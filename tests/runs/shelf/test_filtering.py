"""Runs found by words and numbers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from explorer.runs.folder.about import About
from explorer.runs.shelf.filtering import parse
from explorer.runs.shelf.record import RunRecord, Status
from tests.runs.recorded import PLAN

RUN = RunRecord(
    "20260101T000000Z-lenet-abcd", 12, PLAN, Status.FINISHED, datetime(2026, 1, 1, tzinfo=UTC),
    epochs_done=3, steps=30, train_loss=0.25, test_accuracy=0.91, params=61_706,
    about=About("My Best", "tried with a small rate", ("baseline", "中文")),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "lenet", "LeNet", "best", "digits", "base", "small rate", "finished", "12", "#12", "#base", "中文",
        "tag:baseline", "status:fin", "name:best", "data:digits", "net:lenet", "note:rate",
        "acc>0.9", "acc>90%", "acc>=.91", "loss<0.3", "epochs=3", "params>60000", "lenet acc>0.5 tag:base", "-alexnet",
        "-acc<0.5", "lr=0.1", "seed!=1", "LOSS<=2.5e-1", "-", "-x", "#b",
        "acc > 0.9", "acc >= 91%", "lenet  loss <1 tag:base", "-acc > 0.95", "epochs == 3", "params<1e+5", "acc>0.",
        '"small rate"', 'note:"small rate"', 'name:"my best"', '-"large rate"', '"lenet"', 'note:"', '""',
        "acc\uff1e0.9", "\uff34\uff21\uff27\uff1abase", "acc\uff1e\uff190\uff05\u3000lenet", "\uff03\uff11\uff12",
        "#012", "-#" + "1" * 5000, "acc>-1e999", "loss<" + "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_found(text):
    assert parse(text).matches(RUN)


@pytest.mark.parametrize(
    "text",
    [
        "alexnet", "#1", "#13", "tag:best", "name:lenet", "status:failed", "acc>0.95", "acc>95%", "loss>1", "epochs<3",
        "lenet acc>0.99", "-lenet", "-l", "#", "#x", "speed>0", "best>0", "number>12", "frob>3",
        "acc > 0.95", "frob > 3", '"rate small"', 'note:"my best"', '-note:"small rate"', "#" + "1" * 5000,
        "#\u0661\u0662", "acc>1e999", "acc >", "> 0.9",
    ],
)  # fmt: skip
def test_what_is_not_found(text):
    assert not parse(text).matches(RUN)


def test_the_words_on_the_screen_are_found_too():
    assert parse("手写", titles=lambda record: ("手写数字",)).matches(RUN)
    assert not parse("手写").matches(RUN)
    assert not parse("handwritten", titles=lambda record: ("Fashion",)).matches(replace(RUN, about=About()))
