"""`train --model FILE.py:CLASS`: a model of the user is trained, recorded with its file, stopped and resumed."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import catalogue
from explorer.app import main
from explorer.paths import program_folder
from explorer.runs.shelf.record import Status
from explorer.runs.shelf.store import Store
from tests.graph.test_user_model import GOOD, RETURN, write

USUAL = ("--data", "digits", "--limit", "64", "--batch-size", "32", "--device", "cpu")
NET = GOOD.replace("nn.Conv2d(1, 4, 3)", "nn.Conv2d(1, width, 3)").replace("4 * 26", "width * 26")
NET = NET.replace("classes=10)", "classes=7, *, width)")


def train(runs: Path, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as it is used; the code of the model runs there."""
    environment = {**os.environ, "PYTHONPATH": str(program_folder()), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "explorer", "train", *arguments, "--runs-dir", str(runs), "--json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, input=stdin, check=False)


def test_a_model_is_trained_and_goes_on_with_its_copy_when_the_file_has_changed(tmp_path: Path) -> None:
    path, runs = write(tmp_path, NET), tmp_path / "runs"
    given = ("--model", f"{path}:Net", "--arg", "width=3", *USUAL, "--epochs", "3")
    stopped = train(runs, *given, "--until-input-ends", stdin="")  # the input has ended: it stops at once
    assert stopped.returncode == 0, stopped.stderr
    assert "train --resume" in stopped.stderr
    store = Store(runs)
    (record,) = store.records()
    assert (record.status, record.title) == (Status.STOPPED, "#1 Net · digits")
    own = record.plan.own
    assert own is not None
    assert record.plan.choice.settings == {"classes": 10, "width": 3}  # as many as the digits
    assert own.path == path
    assert (store.folder(record.id) / "source" / "net.py").read_text() == path.read_text()
    path.write_text("raise SystemExit\n")
    resumed = train(runs, "--resume", record.id)
    assert resumed.returncode == 0, resumed.stderr
    assert "net.py has changed since the run began" in resumed.stderr
    assert json.loads(resumed.stdout)["steps"] == 6
    assert store.record(record.id).status == Status.FINISHED
    store.close()


@pytest.mark.slow
def test_one_that_waits_is_trained_from_any_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The program lies in another folder than the user, and is not installed."""
    runs, elsewhere = tmp_path / "runs", tmp_path / "elsewhere"
    elsewhere.mkdir()
    given = ("--model", f"{write(tmp_path, GOOD)}:Net", *USUAL, "--epochs", "1", "--queue")
    assert train(runs, *given).returncode == 0
    with contextlib.chdir(elsewhere):
        assert main(["runs", "work", "--runs-dir", str(runs)]) == 0
    assert capfd.readouterr().out.rstrip().endswith(": finished")


BAD = {
    "raises while it trains": (
        GOOD.replace(RETURN, f"assert not self.training, 'not like this'\n        {RETURN}"),
        "Training net.py, line 14 raised AssertionError: not like this",
    ),
    "too few outputs": (GOOD.replace("26, classes)", "26, 7)"), "has 10 classes, but net.py puts out 7 numbers"),
    "cuts the images up": (
        GOOD.replace("4 * 26 * 26", "2 * 26 * 26").replace(".flatten(1)", ".view(-1, 2 * 26 * 26)"),
        "for 2 images it puts out 4 rows of numbers",
    ),
    "puts out maps": (GOOD.replace(RETURN, "return self.conv(x)"), "puts out 4×26×26, not one number a class"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_bad_models_end_in_one_message(tmp_path: Path, name: str) -> None:
    text, words = BAD[name]
    ended = train(tmp_path / "runs", "--model", str(write(tmp_path, text)), *USUAL)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


REFUSED = {
    ("--model", "{net}", "lenet"): "Both lenet and --model",
    ("--model", "{net}"): "needs a value for width",
    ("--model", "{net}", "--arg", "depth=3", "--arg", "width=1"): "no argument 'depth'",
    ("--model", "{net}:Other"): "has no model 'Other'",
    ("--model", "{folder}/nothing.py"): "cannot be read",
    ("--model", "{folder}/branching.pt2"): "cannot switch it from predicting to learning. Train the Python file",
    (): "not said which architecture",
}


@pytest.mark.parametrize("given", REFUSED, ids=lambda given: " ".join(given))
def test_what_cannot_be_is_refused_before_any_code_runs(
    tmp_path: Path, given: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    net = write(tmp_path, "raise SystemExit\n" + NET)
    arguments = [text.format(net=net, folder=tmp_path) for text in given]
    try:
        assert main(["train", *arguments, *USUAL, "--runs-dir", str(tmp_path / "runs")]) == 2
    finally:
        for model in catalogue.own_models():
            catalogue.remove_own(model.card.name)
    assert REFUSED[given] in capsys.readouterr().err
