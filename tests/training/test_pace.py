"""When a report is due."""

from itertools import pairwise

import pytest

from explorer.training import pace


class Clock:
    """Time that passes when it is told to: on the clock, and of the processor."""

    def __init__(self):
        self.now = self.worked = 0.0

    def monotonic(self):
        return self.now

    def thread_time(self):
        return self.worked

    def passes(self, seconds, *, works=True):
        self.now += seconds
        self.worked += seconds if works else 0.0


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def until_due(watched, clock):
    seconds = 0.0
    while not watched.is_due():
        clock.passes(0.001)
        seconds += 0.001
    return seconds


def test_a_report_is_due_after_the_usual_time(clock):
    watched = pace.Pace(0.05)
    assert until_due(watched, clock) == pytest.approx(0.05, abs=0.0011)
    clock.passes(0.0001)
    watched.begin()
    assert until_due(watched, clock) == pytest.approx(0.05, abs=0.0011)


@pytest.mark.parametrize(("cost", "wait"), [(0.0005, 0.1), (1.0, 0.2)])
def test_costly_reports_come_less_often(clock, cost, wait):
    watched = pace.Pace(0.05)
    until_due(watched, clock)
    clock.passes(cost)
    watched.begin()
    assert until_due(watched, clock) == pytest.approx(wait, abs=0.0011)


def test_a_pause_is_no_cost(clock):
    watched = pace.Pace(0.05)
    until_due(watched, clock)
    clock.passes(100.0, works=False)
    watched.begin()
    assert until_due(watched, clock) == pytest.approx(0.05, abs=0.0011)


class Gpu:
    """Takes `seconds` a batch; giving it one takes 10 µs."""

    def __init__(self, clock, seconds):
        self.clock, self.seconds, self.given, self.done_at, self.longest = clock, seconds, 0, 0.0, 0

    def take(self):
        self.given += 1
        self.clock.passes(1e-5)
        self.done_at = max(self.done_at, self.clock.now) + self.seconds

    def wait(self):
        self.longest = max(self.longest, self.given)
        self.given = 0
        self.clock.passes(max(0.0, self.done_at - self.clock.now))  # busily


def reports(clock, gpu, watched, batches, **begin):
    """When they came, with the batches that each had."""
    found, since = [], 0
    watched.begin(**begin)
    for _ in range(batches):
        gpu.take()
        since += 1
        if watched.is_due():
            found.append((clock.now, since))
            since = 0
            clock.passes(0.0002)
            watched.begin(**begin)
    return found


@pytest.mark.parametrize("seconds", [0.0001, 0.002, 0.03])
def test_a_gpu_is_given_no_more_than_it_does_between_two_reports(clock, seconds):
    gpu = Gpu(clock, seconds)
    found = reports(clock, gpu, pace.Pace(0.05, gpu.wait), 20_000)
    times = [moment for moment, _ in found]
    assert max(after - before for before, after in pairwise(times)) < 0.07
    assert [count for _, count in found[:3]] == [1, 2, min(4, max(2, round(0.05 / seconds)))]
    assert found[-1][1] == pytest.approx(0.05 / seconds, rel=0.1, abs=1)


def test_the_time_that_a_gpu_takes_is_no_cost_of_a_report(clock):
    gpu = Gpu(clock, 0.04)
    found = reports(clock, gpu, pace.Pace(0.05, gpu.wait), 400)
    assert found[-1][0] - found[-2][0] < 0.09  # two batches, not the five of the longest time between reports


def test_batches_of_a_test_are_counted_by_themselves(clock):
    gpu = Gpu(clock, 0.0001)
    watched = pace.Pace(0.05, gpu.wait)
    assert reports(clock, gpu, watched, 5000)[-1][1] > 400
    gpu.seconds = 0.2
    assert [count for _, count in reports(clock, gpu, watched, 10, is_testing=True)] == [1] * 10
    gpu.seconds = 0.0001
    assert reports(clock, gpu, watched, 5000)[0][1] > 400


def test_what_is_done_when_a_step_returns_is_not_counted(clock):
    watched = pace.Pace(0.05)
    assert not any(watched.is_due() for _ in range(100_000))
