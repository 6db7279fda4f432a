"""What of a run can be evaluated, and how it is called on the command line."""

import json
from pathlib import Path

import pytest

from explorer.errors import ExplorerError
from explorer.runs.folder.names import CHECKPOINT_LIST, CHECKPOINTS, EVALUATIONS, SNAPSHOTS
from explorer.runs.looking import candidates
from explorer.runs.looking.candidates import Kind
from tests.evaluation.made_up import answers


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with two tests, of which the first was the better one, three snapshots and two checkpoints."""
    for folder, names in (
        (EVALUATIONS, ()),
        (SNAPSHOTS, ("step-00000000", "step-00000002", "step-00000020")),
        (CHECKPOINTS, ("step-00000010", "step-00000020")),
    ):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.safetensors").touch()
    for epoch, given in ((1, [0, 1, 2]), (2, [0, 1, 1])):
        (tmp_path / EVALUATIONS / f"epoch-{epoch:05d}.npz").write_bytes(answers([0, 1, 2], given).to_bytes())
    listed = {"schema": 1, "last": "step-00000020", "previous": "step-00000010", "best": "step-00000010"}
    (tmp_path / CHECKPOINTS / CHECKPOINT_LIST).write_text(json.dumps({**listed, "best_accuracy": 0.9}))
    return tmp_path


def test_everything_is_listed_once_in_its_order(run: Path) -> None:
    found = candidates.candidates(run)
    assert [candidate.place for candidate in found] == [
        (Kind.EPOCH, 1), (Kind.EPOCH, 2), (Kind.BEST, 10), (Kind.LAST, 20), (Kind.SNAPSHOT, 0), (Kind.SNAPSHOT, 2),
    ]  # fmt: skip
    assert [candidate.step for candidate in found[1:3]] == [None, 10]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("last", (Kind.LAST, 20)),
        ("BEST", (Kind.BEST, 10)),
        ("epoch:2", (Kind.EPOCH, 2)),
        ("2", (Kind.SNAPSHOT, 2)),
        ("20", (Kind.LAST, 20)),
    ],
)
def test_they_are_found_by_their_names(run: Path, text: str, place: tuple[Kind, int]) -> None:
    assert candidates.find(text, run).place == place


@pytest.mark.parametrize("text", ["", "epoch:3", "7", "-1", "first"])
def test_an_unknown_name_is_refused_with_those_there_are(run: Path, text: str) -> None:
    with pytest.raises(ExplorerError) as refused:
        candidates.find(text, run)
    assert "epoch:1 … epoch:2, 0, 2, 10, 20" in str(refused.value.hint)


def test_a_run_without_anything_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match="Nothing of this run"):
        candidates.find("last", tmp_path)


def test_only_what_there_is_is_offered(tmp_path: Path, run: Path) -> None:
    with pytest.raises(ExplorerError, match=r"There are: last, best, epoch:1 … epoch:2, 0, 2, 10, 20\."):
        candidates.find("7", run)
    (tmp_path / "failed" / SNAPSHOTS).mkdir(parents=True)
    for name in ("step-00000000", "step-00000002"):
        (tmp_path / "failed" / SNAPSHOTS / f"{name}.safetensors").touch()
    with pytest.raises(ExplorerError, match=r"has no moment 'last'\. There are: 0, 2\."):
        candidates.find("last", tmp_path / "failed")
