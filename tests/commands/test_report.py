"""`report`: a run as a page, from the command line."""

import json
from pathlib import Path

import pytest

from explorer.app import main
from explorer.runs.shelf.store import Store
from tests.gui.stored_moments import stored_run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    store = Store(tmp_path / "runs")
    stored_run(store)
    store.close()
    return tmp_path / "runs"


def test_it_writes_the_page(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.html"
    assert main(["report", "1", "--out", str(out), "--runs-dir", str(runs)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert "<title>LeNet · Handwritten digits</title>" in out.read_text(encoding="utf-8")


def test_it_answers_in_json_and_writes_chinese(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.htm"
    assert main(["report", "last", "--out", str(out), "--language", "zh", "--runs-dir", str(runs), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(out)
    assert "训练" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("run", "name", "words"),
    [("7", "report.html", "no run"), ("1", "report.pdf", "does not end in .html"), ("1", "runs", "does not end in")],
)
def test_what_cannot_be_is_refused(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], run: str, name: str, words: str
) -> None:
    assert main(["report", run, "--out", str(tmp_path / name), "--runs-dir", str(runs)]) == 2
    assert words in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "report.html"
    assert main(["report", "1", "--out", str(out), "--runs-dir", str(runs)]) == 2
    assert "report.html" in capsys.readouterr().err
