"""What `runs` can do with runs that are there, and the queue and forks of `train`."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import paths
from explorer.app import main
from explorer.bilingual import Text
from explorer.runs.shelf.queue import waiting
from explorer.runs.shelf.store import Status, Store
from explorer.training.events import Failed, Finished, Paused, Stopped
from tests.commands.test_commands import Capture, call, refused
from tests.runs.recorded import PLAN, whole_run

SMALL = ("--epochs", 1, "--limit", 128, "--batch-size", 64, "--lr", 0.01)


@pytest.fixture
def runs() -> list[str]:
    """Three finished runs of the same plan."""
    store = Store(paths.runs())
    made = []
    for _ in range(3):
        run = store.create(PLAN).id
        recorder = store.recorder(run)
        for event in [*whole_run(run), Finished(run)]:
            recorder.append(event)
        recorder.close()
        made.append(run)
    store.close()
    return made


def numbers(capsys: Capture, *line: object) -> list[int]:
    return [run["number"] for run in call(capsys, "runs", *line)["runs"]]


def test_name_note_and_tags(capsys: Capture, runs: list[str]) -> None:
    assert call(capsys, "runs", "rename", 1, "my", "first")["name"] == "my first"
    assert call(capsys, "runs", "note", 1, "a note")["note"] == "a note"
    assert call(capsys, "runs", "tag", 1, "good", "baseline")["tags"] == ["good", "baseline"]
    assert call(capsys, "runs", "tag", 1, "good", "--remove")["tags"] == ["baseline"]
    shown = call(capsys, "runs", "show", 1)
    assert (shown["name"], shown["note"], shown["tags"]) == ("my first", "a note", ["baseline"])
    assert call(capsys, "runs", "rename", 1, "")["name"] == ""
    assert call(capsys, "runs", "note", 1)["note"] == "a note"
    assert main(["runs"]) == 0
    assert "#baseline" in capsys.readouterr().out


def test_the_list_is_filtered(capsys: Capture, runs: list[str]) -> None:
    call(capsys, "runs", "tag", 2, "good")
    assert numbers(capsys, "--filter", "tag:good") == [2]
    assert numbers(capsys, "list", "lenet", "acc>0.5") == [3, 2, 1]
    assert numbers(capsys, "list", "lenet", "acc>0.9") == []
    assert main(["runs", "--filter", "nothing"]) == 0
    assert "None of the 3" in capsys.readouterr().out
    assert main(["runs", "--filter", "lenet accuracy>0.5"]) == 2
    assert "no 'accuracy' to compare. Compared can be: acc, best, " in capsys.readouterr().err


def test_curves_are_exported(capsys: Capture, runs: list[str], tmp_path: Path) -> None:
    assert main(["runs", "export", "last"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert float(rows[2]["test_accuracy"]) == pytest.approx(0.7)
    steps = call(capsys, "runs", "export", 1, "--by", "step")
    assert steps["columns"] == ["step", "epoch", "loss", "accuracy"]
    assert (len(steps["rows"]), steps["rows"][10]) == (30, [11, 2, pytest.approx(1 / 11), pytest.approx(10 / 11)])
    path = tmp_path / "curves.csv"
    assert call(capsys, "runs", "export", 1, "--out", path)["rows"] == 3
    assert path.read_text().splitlines()[0].startswith("epoch,step,train_loss")
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(capsys, "runs", "export", 1, "--out", tmp_path / "file" / "x.csv")


def test_waiting_runs_are_trained_one_after_the_other(capsys: Capture) -> None:
    first = call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--queue")
    second = call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--seed", 2, "--queue")
    assert (first["place"], second["place"]) == (1, 2)
    assert [run["status"] for run in call(capsys, "runs")["runs"]] == ["queued", "queued"]
    trained = call(capsys, "runs", "work")["trained"]
    assert [entry["run"] for entry in trained] == [first["run"], second["run"]]
    assert {entry["status"] for entry in trained} == {"finished"}
    assert call(capsys, "runs", "work") == {"trained": []}


def test_a_stopped_run_waits_and_goes_on_when_its_turn_comes(capsys: Capture) -> None:
    store = Store(paths.runs())
    plan = replace(PLAN, config=replace(PLAN.config, epochs=2, limit=128, device="cpu"))
    for _ in range(2):
        run = store.create(plan).id
        recorder = store.recorder(run)
        recorder.append(Stopped(run))
        recorder.close()
    finished = store.create(plan).id
    recorder = store.recorder(finished)
    recorder.append(Finished(finished))
    recorder.close()
    store.close()
    assert call(capsys, "runs", "queue", 2)["place"] == 1
    assert call(capsys, "train", "--resume", 1, "--queue")["place"] == 2
    assert "is finished" in refused(capsys, "runs", "queue", 3)
    assert main(["runs", "queue", "2"]) == 0
    assert "runs work" in capsys.readouterr().out
    assert call(capsys, "runs", "unqueue", 2)["status"] == "stopped"  # though it has no step
    assert call(capsys, "runs", "queue", 2)["place"] == 3
    trained = call(capsys, "runs", "work")["trained"]
    assert [entry["status"] for entry in trained] == ["finished", "finished"]
    assert call(capsys, "runs", "unqueue", 1)["status"] == "finished"


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_queue_goes_on_with_the_run_whose_worker_was_ended(capsys: Capture, end: signal.Signals) -> None:
    long = ["--limit", 640, "--epochs", 3, "--batch-size", 8, "--device", "cpu", "--threads", 1]
    first = call(capsys, "train", "lenet_bn", "--data", "digits", *long, "--queue")["run"]
    second = call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--queue")["run"]
    call(capsys, "runs", "queue", second)
    store = Store(paths.runs())
    environment = {**os.environ, "PYTHONPATH": str(paths.program_folder()), "OMP_NUM_THREADS": "1"}
    worker = subprocess.Popen([sys.executable, "-m", "explorer", "runs", "work"], env=environment)
    deadline = time.monotonic() + 120
    while not store.record(first).steps and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.send_signal(end)
    worker.wait(60)
    broken = store.record(first)
    store.close()
    assert (broken.status, broken.epochs_done < 3) == (Status.QUEUED, True)
    assert [run["id"] for run in call(capsys, "runs")["runs"] if run["status"] == "queued"] == [second, first]
    trained = call(capsys, "runs", "work")["trained"]
    assert [(entry["run"], entry["status"]) for entry in trained] == [(first, "finished"), (second, "finished")]
    assert call(capsys, "runs", "show", first)["steps"] == 3 * 80


def test_one_that_fails_does_not_hold_up_the_others(capsys: Capture, tmp_path: Path) -> None:
    gone = tmp_path / "photos"
    call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--queue")
    call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--queue")
    store = Store(paths.runs())
    head = waiting(store.records())[0]
    plan = store.folder(head.id) / "plan.json"
    plan.write_text(plan.read_text().replace('"digits"', f'"folder:{gone}"'))
    store.close()
    (paths.runs() / "index.sqlite").unlink()
    assert [entry["status"] for entry in call(capsys, "runs", "work")["trained"]] == ["failed", "finished"]


def test_a_fork_takes_over_what_is_not_given(capsys: Capture) -> None:
    result = call(capsys, "train", "lenet_bn", "--data", "digits", *SMALL, "--seed", 3)
    forked = call(capsys, "train", "--fork", "1@best", "--epochs", 2)
    assert forked["epochs"] == 2
    plan = call(capsys, "runs", "show", "last")["plan"]
    assert plan["origin"] == {"run": result["run"], "number": 1, "step": 2}
    assert (plan["config"]["epochs"], plan["config"]["limit"], plan["config"]["seed"]) == (2, 128, 3)
    assert main(["runs", "show", "last"]) == 0
    assert "Starts from run 1, step 2." in capsys.readouterr().out
    assert "steps 0, " in refused(capsys, "train", "--fork", "1@9")
    assert "lenet_bn, not of lenet" in refused(capsys, "train", "lenet", "--fork", 1)
    assert "7" in refused(capsys, "train", "--fork", 1, "--classes", 7)
    assert "do not fit" in refused(capsys, "train", "--fork", 1, "--input", "3x28x28")
    assert "--resume" in refused(capsys, "train", "--fork", 1, "--resume", 1)
    assert "--fork" in refused(capsys, "train", "lenet", "--data", "digits", "--fork", 1, "--find-lr")
    assert numbers(capsys) == [2, 1]


def test_a_failure_is_told_by_show(capsys: Capture) -> None:
    store = Store(paths.runs())
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    recorder.append(Failed(run, Text("The loss is not a number.", "损失不是数。"), Text("Lower it.", "降低它。")))
    recorder.close()
    store.close()
    assert main(["runs", "show", "last"]) == 0
    assert "The loss is not a number." in capsys.readouterr().out


def test_a_pause_in_another_process_is_listed(capsys: Capture) -> None:
    store = Store(paths.runs())
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    recorder.append(Paused(run))
    assert main(["runs"]) == 0
    assert " paused" in capsys.readouterr().out
    assert numbers(capsys, "list", "status:paused") == [1]
    recorder.close()
    store.close()


def test_a_run_whose_plan_is_wrong_is_told_beside_the_others(capsys, own_home):
    call(capsys, "train", "lenet", "--data", "digits", "--epochs", 1, "--limit", 64, "--queue")
    (run,) = (path for path in (own_home / "runs").iterdir() if path.is_dir())
    plan = json.loads((run / "plan.json").read_text())
    (run / "plan.json").write_text(json.dumps({**plan, "dataset": 5}))
    (own_home / "runs" / "index.sqlite").unlink()
    told = call(capsys, "runs")
    assert told["runs"] == []
    assert "dataset cannot be 5" in told["unusable"][run.name]
    assert "dataset cannot be 5" in refused(capsys, "runs", "show", run.name)
