"""The journal of a run: events written in few lines and read whatever happened to them."""

import math
import signal

import pytest

from explorer.bilingual import Text
from explorer.runs.folder import journal
from explorer.runs.folder.journal import Journal
from explorer.training import events
from explorer.training.events import (
    EndedEarly,
    EpochEnded,
    Failed,
    Finished,
    LearningRateChanged,
    Paused,
    Preparing,
    Resumed,
    Steps,
    Stopped,
    Warned,
)
from tests.runs.recorded import epoch_ended, started, steps

EVERY_KIND = [
    started("r", epoch=1, step=10),
    steps("r", 13, 3, epoch=1),
    epoch_ended("r", 1),
    LearningRateChanged("r", 13, 0.01, 0.1),
    EndedEarly("r", 20, 1, 0, Text("stale", "停滞")),
    Warned("r", Text("disk", "磁盘")),
    Paused("r"),
    Resumed("r"),
    Finished("r"),
    Stopped("r"),
    Failed("r", Text("a", "甲"), Text("b", "乙"), "Traceback"),
    Failed("r", Text("a", "甲"), Text("b", "乙"), fits=48),
]


@pytest.mark.parametrize("event", EVERY_KIND, ids=lambda event: type(event).__name__)
def test_round_trip(event):
    back = journal.decode(journal.encode(event), "r")
    if isinstance(event, Steps):
        assert back.losses == pytest.approx(event.losses, rel=1e-8)
        assert (back.step, back.epoch, back.images) == (event.step, event.epoch, event.images)
    else:
        assert back == event


def test_numbers_come_back_as_the_same_float32():
    import numpy as np

    values = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    event = Steps("r", 1000, 0, tuple(values.tolist()), (), 1, 1.0, 0.1)
    back = journal.decode(journal.encode(event), "r")
    np.testing.assert_array_equal(np.array(back.losses, np.float32), values)


def test_what_is_not_finite_is_valid_json_and_comes_back():
    line = journal.encode(Steps("r", 1, 0, (math.inf,), (math.nan,), 1, 1.0, 0.1))
    assert "NaN" not in line
    assert "Infinity" not in line
    back = journal.decode(line, "r")
    assert math.isnan(back.losses[0])


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", '{"event": "Unknown"}', '{"event": "Steps"}', '{"no": 1}', "\0\0"]
)
def test_damaged_lines_are_nothing(line):
    assert journal.decode(line, "r") is None


def test_steps_are_gathered_into_few_lines(tmp_path):
    book = Journal(tmp_path / "e.jsonl")
    book.append(started())
    for step in range(1, 501):
        book.append(steps("r", step, 1, seconds=0.001))
        book.append(events.Testing("r", 0, 0.1))
        book.append(Preparing("r", Text("", "")))
    book.append(Finished("r"))
    book.close()
    lines = (tmp_path / "e.jsonl").read_text().splitlines()
    assert len(lines) == 3
    (_, gathered, _) = journal.read(tmp_path / "e.jsonl", "r")
    assert len(gathered.losses) == 500
    assert gathered.seconds == pytest.approx(0.5)
    assert gathered.images == 500 * 64


def test_a_change_of_the_rate_stands_between_the_steps_before_and_after(tmp_path):
    book = Journal(tmp_path / "e.jsonl")
    for event in (steps("r", 1, 1), LearningRateChanged("r", 1, 0.01, 0.1), steps("r", 2, 1), steps("r", 3, 1)):
        book.append(event)
    book.close()
    kinds = [type(event).__name__ for event in journal.read(tmp_path / "e.jsonl", "r")]
    assert kinds == ["Steps", "LearningRateChanged", "Steps"]


def test_epochs_are_not_mixed(tmp_path):
    book = Journal(tmp_path / "e.jsonl")
    for event in (steps("r", 10, 10), steps("r", 11, 1, epoch=1)):
        book.append(event)
    book.close()
    assert [event.epoch for event in journal.read(tmp_path / "e.jsonl", "r")] == [0, 1]


def test_a_line_cut_off_by_a_kill_costs_that_line_only(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text(journal.encode(started()) + "\n" + journal.encode(steps("r", 3, 3))[:40])
    assert [type(event).__name__ for event in journal.read(path, "r")] == ["Started"]
    book = Journal(path)
    book.append(epoch_ended("r", 0))
    book.close()
    assert [type(event).__name__ for event in journal.read(path, "r")] == ["Started", "EpochEnded"]


def test_a_whole_last_line_stays_as_it_is(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text(journal.encode(started()) + "\n")
    book = Journal(path)
    book.append(Finished("r"))
    book.close()
    assert len(path.read_text().split("\n")) == 3


def test_it_is_written_when_it_is_time_to_and_at_an_ending(tmp_path, monkeypatch):
    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(journal, "time", clock)
    path = tmp_path / "e.jsonl"
    book = Journal(path)
    book.append(started())
    assert path.read_text() == ""
    clock.now += journal.FLUSH_SECONDS
    book.append(steps("r", 1, 1))
    assert len(list(journal.read(path, "r"))) == 2
    book.append(steps("r", 2, 1))
    assert len(list(journal.read(path, "r"))) == 2
    book.append(Stopped("r"))
    assert len(list(journal.read(path, "r"))) == 4
    book.close()


def test_binary_rubbish_is_survived(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_bytes(bytes(range(256)) * 20 + b"\n" + journal.encode(Finished("r")).encode() + b"\n")
    assert list(journal.read(path, "r")) == [Finished("r")]


def test_no_file_no_events(tmp_path):
    assert list(journal.read(tmp_path / "none", "r")) == []


def test_a_full_disk_loses_nothing(tmp_path):
    resource = pytest.importorskip("resource")
    # A limit on the file size stands in for a full disk: the write fails half-way.
    path = tmp_path / "e.jsonl"
    book = Journal(path)
    book.append(started())
    book.flush()
    before = path.read_bytes()
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 30, hard))
        book.append(steps("r", 10, 10))
        with pytest.raises(OSError, match="large"):
            book.flush()
        assert path.read_bytes() == before
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    book.append(epoch_ended("r", 0))
    book.close()
    kinds = [type(event) for event in journal.read(path, "r")]
    assert kinds == [type(started()), Steps, EpochEnded]
