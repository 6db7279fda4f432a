"""What is no folder of class folders, and what cannot be read: said in words, in both languages."""

import functools
import os
import tempfile
import threading
from pathlib import Path

import pytest

from explorer.data import class_folders, datasets
from explorer.data.watch import Cancelled
from explorer.errors import ExplorerError
from tests.data.folders import load, picture, tree


def _nothing(root: Path) -> Path:
    return root


def _missing(root: Path) -> Path:
    return root / "gone"


def _file(root: Path) -> Path:
    return picture(root / "x.png")


def _loose(root: Path) -> Path:
    return picture(root / "x.png").parent


def _one_class(root: Path) -> Path:
    return tree(root, ("cat",))


def _empty_classes(root: Path) -> Path:
    (root / "a").mkdir()
    (root / "b").mkdir()
    return root


def _other_test(root: Path) -> Path:
    return tree(tree(root, below="train"), ("fox",), below="test")


def _all_damaged(root: Path) -> Path:
    for name in ("a", "b"):
        (root / name).mkdir()
        (root / name / "x.png").write_bytes(b"x")
    return root


def _one_damaged(root: Path) -> Path:
    for path in (tree(root, ("cat", "dog", "fox"), count=4) / "dog").iterdir():
        path.write_bytes(b"x")
    return root


def _empty_test(root: Path) -> Path:
    (tree(root, below="train") / "test").mkdir()
    return root


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_nothing, "no class folders"),
        (_missing, "is not there"),
        (_file, "is no folder"),
        (_loose, "not in class folders"),
        (_one_class, "one class only: cat"),
        (_empty_classes, "no class folders with images"),
        (_other_test, "no images of the classes"),
        (_one_damaged, "No training image of class dog can be read"),
        (_empty_test, "test has no images. Remove it"),
        (_all_damaged, "None of the images looked at can be read"),
    ],
)
def test_what_is_no_data_set_is_said(tmp_path: Path, make: object, words: str) -> None:
    with pytest.raises(ExplorerError, match=words) as refusal:
        load(make(tmp_path))  # type: ignore[operator]
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.value.language("zh"))


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("closed", [".", "cat"])
@pytest.mark.parametrize("name", ["folder", "cifar10", "mnist"])
def test_an_unreadable_folder(closed: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as place:  # the parents of tmp_path are closed to others
        root = tree(Path(place) / "data", below="train" if name == "cifar10" else "")
        Path(place).chmod(0o755)
        (root / ("train" if name == "cifar10" else "") / closed).chmod(0)
        os.seteuid(65534)
        try:
            with pytest.raises(ExplorerError, match=r"cannot be read|are not in"):
                load(root) if name == "folder" else datasets.load(name, root)
        finally:
            os.seteuid(0)


def test_a_folder_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one on a network whose server is gone: the system call simply does not return."""
    hanging, asked, answers = threading.Event(), threading.Event(), []
    listed = os.scandir

    def hang(place: object) -> object:
        asked.set()
        answers.append(hanging.wait(100))
        return listed(place)  # type: ignore[call-overload]

    root = tree(tmp_path)
    monkeypatch.setattr(os, "scandir", hang)
    with pytest.raises(Cancelled):
        load(root, is_cancelled=asked.is_set)
    assert not answers
    monkeypatch.setattr(class_folders, "answered", functools.partial(class_folders.answered, seconds=0.2))
    with pytest.raises(ExplorerError, match="does not answer"):
        load(tmp_path)
    hanging.set()
