"""The same command under torchrun, with processes that really talk to each other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer.runs.folder import checkpoint
from explorer.runs.shelf.store import Status, Store

ROOT = Path(__file__).resolve().parents[3]
TRAIN = ["main.py", "train", "lenet", "--data", "digits", "--device", "cpu", "--optimizer", "sgd", "--lr", "0.05"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def store(own_home):
    made = Store(own_home / "runs")
    yield made
    made.close()


def line(processes, *arguments, training=TRAIN):
    launcher = (
        [] if processes == 1 else ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    )
    return [sys.executable, *launcher, *training, *arguments]


def run(store, processes, *arguments, training=TRAIN):
    options = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 200}
    done = subprocess.run(line(processes, *arguments, training=training), **options)
    assert done.returncode == 0, done.stderr
    return store.records()[0]


def losses(store, record):
    return store.history(record.id).losses.tolist()


def test_one_two_and_three_processes_learn_the_same(store):
    # Batches of 7, the last one of 5: shares of 2 and 3 images, and with three processes too few for everybody.
    settings = ("--batch-size", "7", "--limit", "40", "--epochs", "4")
    alone = run(store, 1, *settings)
    assert alone.steps == 24
    for processes in (2, 3):
        together = run(store, processes, *settings)
        assert together.status == Status.FINISHED
        assert together.plan == alone.plan
        assert losses(store, together) == pytest.approx(losses(store, alone), rel=1e-5)
        for name in ("test_accuracy", "train_accuracy"):
            assert getattr(together, name) == pytest.approx(getattr(alone, name), abs=0.03)
        kept = [checkpoint.weights(store.folder(record.id)).weights for record in (alone, together)]
        for name, value in kept[0].items():
            assert kept[1][name].numpy() == pytest.approx(value.numpy(), abs=1e-5)
        folder = store.folder(together.id)
        assert len(list(folder.glob("*tfevents*"))) == 1
        assert (folder / "events.jsonl").read_text().count('"Started"') == 1
    assert len(store.records()) == 3


def test_batch_normalisation_averaging_and_augmentation_work_together(store):
    training = ["main.py", "train", "lenet_bn", "--data", "digits", "--device", "cpu"]
    settings = ("--batch-size", "32", "--limit", "300", "--epochs", "3", "--ema-decay", "0.9", "--augment")
    first, second = (run(store, 2, *settings, training=training) for _ in range(2))
    assert losses(store, first) == pytest.approx(losses(store, second), rel=1e-5)
    assert first.status == Status.FINISHED


def begin(store, processes, *arguments, beyond=30):
    process = subprocess.Popen(
        line(processes, *arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    end = time.monotonic() + 120
    while not store.records() or store.history(store.records()[0].id).step <= beyond:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.1)
    return process, store.records()[0].id


def children(process):
    """Its child processes in the order of their birth, which is that of their ranks."""
    import psutil

    found = psutil.Process(process.pid).children()
    return [child.pid for child in sorted(found, key=lambda child: child.create_time()) if "train" in child.cmdline()]


def test_a_killed_process_ends_the_run_cleanly_and_another_number_goes_on(store):
    settings = ("--batch-size", "32", "--limit", "640", "--epochs", "400")
    process, run_id = begin(store, 2, *settings)
    os.kill(children(process)[1], signal.SIGKILL)
    said = process.communicate()[0]
    assert process.returncode != 0
    assert "Another process of this training ended" in said
    record = store.record(run_id)
    assert record.status == Status.FAILED
    assert record.can_resume
    assert checkpoint.weights(store.folder(run_id)).step >= record.steps >= 30  # nothing that was told is lost
    process, _ = begin(store, 1, "--resume", run_id, beyond=record.steps)
    process.send_signal(signal.SIGTERM)
    said = process.communicate()[0]
    assert process.returncode == 128 + signal.SIGTERM
    assert "To go on" in said
    record = store.record(run_id)
    assert record.status == Status.STOPPED
    assert checkpoint.weights(store.folder(run_id)).step == record.steps


def test_stopping_the_launcher_stops_the_run_and_saves_it(store):
    process, run_id = begin(store, 2, "--batch-size", "32", "--limit", "640", "--epochs", "400")
    process.send_signal(signal.SIGTERM)
    process.communicate()
    record = store.record(run_id)
    assert record.status == Status.STOPPED
    assert checkpoint.weights(store.folder(run_id)).step == record.steps
