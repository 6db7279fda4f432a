"""Trainings of a few steps: begun, waited for, broken off, and what is read off their events."""

import time

from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training.events import Steps


def losses_of(events):
    return [loss for event in events if isinstance(event, Steps) for loss in event.losses]


def advance(execution, steps):
    """Events until `steps` steps are done; then the generator is closed."""
    events, found = execution.events(), []
    for event in events:
        found.append(event)
        if isinstance(event, Steps) and event.step >= steps:
            break
    events.close()
    return found


def start(store, what):
    """A new run of the store and the runner that trains it."""
    record = store.create(what)
    folder = store.folder(record.id)
    runner = Runner(record.id, lambda: Execution(what, record.id, folder), recorder=store.recorder(record.id))
    runner.start()
    return record.id, runner


def wait_for_step(runner, step=1):
    """Events until that step is done."""
    end = time.monotonic() + 60
    events = []
    while not any(isinstance(event, Steps) and event.step >= step for event in events):
        assert time.monotonic() < end
        time.sleep(0.005)
        events += runner.drain()
    return events
