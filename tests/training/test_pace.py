"""When a report is due."""

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
