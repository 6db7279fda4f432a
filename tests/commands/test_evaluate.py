"""`evaluate` on the command line."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from explorer import paths
from explorer.app import main
from explorer.data import datasets
from explorer.evaluation.confusion_picture import draw
from explorer.evaluation.summary import summarise
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from tests.evaluation.made_up import many
from tests.runs.digest import plan

TESTED = 360  # images, of the shipped digits


@pytest.fixture
def run(own_home: Path) -> str:
    """A finished run of one epoch."""
    store = Store(paths.runs())
    record = store.create(plan(epochs=1, threads=1))
    recorder = store.recorder(record.id)
    for event in Execution(record.plan, record.id, store.folder(record.id)).events():
        recorder.append(event)
    recorder.close()
    store.close()
    return record.id


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_weights_tested_again_give_the_stored_answers(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = json_of(capsys, "evaluate", run, "--out", str(tmp_path / "out"))
    stored = json_of(capsys, "evaluate", "last", "--moment", "epoch:1")
    assert (found["moment"], stored["moment"]) == ("last", "epoch")
    assert found["images"] == stored["images"] == TESTED
    assert found["accuracy"] == stored["accuracy"]
    assert found["confusion"] == stored["confusion"]
    assert found["loss"] == pytest.approx(stored["loss"], rel=1e-4)
    assert found["accuracy_95"][0] < found["accuracy"] < found["accuracy_95"][1]
    files = {Path(file).name: Path(file) for file in found["files"]}
    assert set(files) == {"confusion.csv", "classes.csv", "answers.csv", "confusion.png"}
    rows = list(csv.reader(lines(files["confusion.csv"])))
    assert [[int(cell) for cell in row[1:]] for row in rows[1:]] == found["confusion"]
    given = list(csv.DictReader(lines(files["answers.csv"])))
    assert len(given) == TESTED
    labels = datasets.load("digits", limit=640).test.labels.tolist()
    assert [int(row["true"]) for row in given] == labels
    right = sum(row["true"] == row["answer 1"] for row in given)
    assert right == found["right"]
    with Image.open(files["confusion.png"]) as picture:
        assert picture.width > 400


def test_the_words_hold_the_figures(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", run, "--moment", "0"]) == 0
    shown = capsys.readouterr().out
    assert "accuracy" in shown
    assert f"of {TESTED}" in shown
    assert "true \\ answer" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope",), "There is no run 'nope'"),
        (("last", "--moment", "epoch:9"), "has no moment 'epoch:9'"),
        (("last", "--moment", "12345"), "has no moment '12345'"),
    ],
)
def test_bad_input_is_one_line(
    run: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main(["evaluate", *arguments]) == 2
    errors = capsys.readouterr().err.strip()
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_a_file_in_place_of_the_folder_is_refused_before_anything_is_computed(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    assert main(["evaluate", run, "--out", str(tmp_path / "taken")]) == 2
    assert "is a file, not a folder" in capsys.readouterr().err


@pytest.mark.parametrize("classes", [2, 10, 100, 1000])
def test_the_picture_of_any_number_of_classes_fits_a_page(classes: int) -> None:
    picture = draw(summarise(many(classes, 3000)))
    assert picture.width == picture.height <= 1500
    found = picture.getcolors(1 << 24)
    assert found is not None
    assert any(red > blue + 40 for _, (red, _, blue) in found)  # mistakes
    assert any(blue > red + 40 for _, (red, _, blue) in found)  # right answers
