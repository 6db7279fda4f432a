"""`data`: what there is, what is known of it, and fetching it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from explorer.app import main
from explorer.data import cards
from tests.data import server, small_sets

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


def call(capsys: Capture, *line: object) -> Any:
    assert main(["data", *map(str, line), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: Capture, *line: object) -> str:
    assert main(["data", *map(str, line)]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.strip().splitlines()) == 1
    return said.err


def test_all_are_listed(capsys: Capture) -> None:
    listed = {entry["name"]: entry for entry in call(capsys)["datasets"]}
    assert set(listed) == set(cards.CARDS)
    assert listed["digits"]["is_there"] is True
    assert listed["mnist"]["is_there"] is False
    assert listed["cifar100"]["download_mb"] == 169
    assert main(["data"]) == 0
    written = capsys.readouterr().out
    assert "2,640 MB" in written
    assert all(name in written for name in cards.CARDS)


def test_the_facts_of_one(capsys: Capture) -> None:
    facts = call(capsys, "digits")
    assert facts["shape"] == [1, 8, 8]
    assert sum(facts["train_counts"]) == 1437
    assert facts["classes"][3] == "3"
    assert main(["data", "digits"]) == 0
    written = capsys.readouterr().out
    assert "1,437 for training, 360 for testing" in written
    assert "CC BY" not in written.splitlines()[0]


def test_the_facts_of_a_folder(capsys: Capture, tmp_path: Path) -> None:
    for number, name in enumerate(("cat", "dog")):
        for index in range(5):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new("RGB", (9, 7), (number * 90, index, 0)).save(tmp_path / name / f"{index}.png")
    (tmp_path / "cat" / "bad.png").write_bytes(b"x")
    facts = call(capsys, f"folder:{tmp_path}")
    assert sum(facts["train_counts"]) == 8
    assert any("An image cannot be read" in note for note in facts["notes"])


def test_what_is_not_there_is_told_with_its_size(capsys: Capture) -> None:
    told = call(capsys, "svhn")
    assert told["is_there"] is False
    assert told["download_mb"] == 246
    assert main(["data", "svhn"]) == 0
    assert "246 MB to download: data svhn --download" in capsys.readouterr().out


def test_it_is_downloaded_when_that_is_asked_for(
    capsys: Capture, web: server.Server, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    small_sets.serve(web, monkeypatch, "usps")
    facts = call(capsys, "usps", "--download")
    assert sum(facts["train_counts"]) == 30
    assert (own_home / "datasets" / "usps" / "usps.bz2").is_file()
    assert call(capsys, "usps")["shape"] == [1, 16, 16]


def test_files_that_are_elsewhere(capsys: Capture, tmp_path: Path) -> None:
    for name, content in small_sets.SMALL["usps"]().items():
        (tmp_path / name).write_bytes(content)
    assert sum(call(capsys, "usps", "--data-dir", tmp_path)["test_counts"]) == 20


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["nothing"], "There is no data set 'nothing'"),
        (["--download"], "not said which data set"),
        (["folder:/not/there"], "is not there"),
        (["mnist", "--data-dir", "/not/there"], "are not in /not/there"),
    ],
)
def test_bad_input_is_one_line(capsys: Capture, line: list[str], words: str) -> None:
    assert words in refused(capsys, *line)


def test_all_classes_of_many_are_told_of(capsys: Capture, web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    small_sets.serve(web, monkeypatch, "cifar100")
    assert main(["data", "cifar100", "--download"]) == 0
    assert "and 80 more classes" in capsys.readouterr().out
