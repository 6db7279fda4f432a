"""An archive in place of a folder."""

import shutil
from pathlib import Path

import pytest

from explorer.errors import ExplorerError
from tests.data.folders import load, tree


def archive_of(root: Path, target: Path) -> Path:
    kind = "zip" if target.suffix == ".zip" else "gztar"
    made = shutil.make_archive(str(target.with_name("made")), kind, root)
    return Path(shutil.move(made, target))


@pytest.mark.parametrize("name", ["mine.zip", "mine.tar.gz", "mine.TGZ"])
def test_an_archive_of_class_folders(tmp_path: Path, own_home: Path, name: str) -> None:
    tree(tree(tmp_path / "data" / "inner", below="train"), count=3, below="test")
    packed = archive_of(tmp_path / "data", tmp_path / name)
    data = load(packed)
    assert data.classes == ("cat", "dog")
    assert (len(data.train), len(data.test)) == (20, 6)
    assert len(list((own_home / "datasets" / "unpacked").glob("mine-*"))) == 1


def test_an_archive_is_unpacked_again_only_when_it_has_changed(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = archive_of(tree(tmp_path / "data"), tmp_path / "mine.zip")
    assert len(load(packed).train) == 16
    with monkeypatch.context() as patch:
        patch.setattr("explorer.data.unpack._fill", lambda *_: pytest.fail("was unpacked again"))
        assert len(load(packed).train) == 16
    archive_of(tree(tmp_path / "data", ("fox",)), packed)
    assert load(packed).classes == ("cat", "dog", "fox")
    assert len(list((own_home / "datasets" / "unpacked").glob("mine-*"))) == 1


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(b"hello")
    with pytest.raises(ExplorerError, match=r"mine\.zip is damaged"):
        load(tmp_path / "mine.zip")
    (tmp_path / "notes.txt").write_bytes(b"hello")
    with pytest.raises(ExplorerError, match="is no folder"):
        load(tmp_path / "notes.txt")
