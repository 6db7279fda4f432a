"""A folder that changes, goes, or is given up while it is read, and the cache of what was read."""

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import torch

from explorer.data import cache, class_folders, folder
from explorer.data.class_folders import ImageFile
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError
from tests.data import hostile
from tests.data.folders import load, notes, picture, tree


def test_cancelling_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, count=200)
    decode, numbers, may_go_on = folder._decode_one, count(), threading.Event()

    def slow(path: str, form: object) -> object:
        if next(numbers) >= 100:  # a quarter: a machine that is busy with something else would miss it otherwise
            assert may_go_on.wait(60)
        return decode(path, form)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "_decode_one", slow)
    seen: list[float] = []
    with pytest.raises(Cancelled):
        load(
            tmp_path,
            progress=lambda _, fraction: seen.append(fraction or 0.0),
            is_cancelled=lambda: bool(seen) and seen[-1] > 0.2,
        )
    may_go_on.set()
    assert 0.2 < seen[-1] <= 0.25


def test_the_second_start_reads_the_cache(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_WORTH_KEEPING", 10)
    root = tree(tmp_path / "data")
    hostile.write(root / "cat", "bad.png", b"x")
    first = load(root)
    assert len(list((own_home / "datasets" / "cache").iterdir())) == 1
    with monkeypatch.context() as patch:
        patch.setattr(folder, "_decode", lambda *_: pytest.fail("was decoded again"))
        second = load(root)
    assert torch.equal(first.train.images, second.train.images)
    assert torch.equal(first.test.labels, second.test.labels)
    assert notes(first) == notes(second)
    # A changed file counts, and so does a damaged cache.
    kept = next((own_home / "datasets" / "cache").iterdir())
    kept.write_bytes(kept.read_bytes()[:1000])
    assert torch.equal(load(root).train.images, first.train.images)
    picture(root / "cat" / "000.png", (1, 250, 1))
    changed = load(root)
    assert 250 in torch.cat([changed.train.images, changed.test.images])[:, 1, 0, 0].tolist()


def test_the_cache_forgets_what_is_longest_unused(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 2500)
    for name in ("a", "b", "c"):
        cache.save(name, {"x": torch.zeros(1000, dtype=torch.uint8)})
        time.sleep(0.02)
    assert cache.load("a") is None
    assert cache.load("b") is not None
    assert cache.load("c") is not None
    assert not list((own_home / "datasets" / "cache").glob(".*"))


def test_a_full_disk_only_costs_the_cache(own_home: Path) -> None:
    own_home.parent.mkdir(exist_ok=True)
    own_home.write_bytes(b"in the way of the folder")
    cache.save("a", {"x": torch.zeros(3)})
    assert cache.load("a") is None


def test_a_folder_removed_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path / "data", count=30)
    decode = folder._decode_one

    def remove(path: str, form: object) -> object:
        if path.endswith("010.png"):
            with contextlib.suppress(FileNotFoundError):  # another thread was first
                root.rename(tmp_path / "elsewhere")
        return decode(path, form)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "_decode_one", remove)
    with pytest.raises(ExplorerError, match="data is not there any more") as refusal:
        load(root)
    assert "移走" in refusal.value.language("zh")
    monkeypatch.setattr(folder, "_decode_one", decode)
    shutil.move(tmp_path / "elsewhere", root)
    assert len(load(root).train) == 48


def test_removing_or_replacing_what_has_been_read_changes_nothing(tmp_path: Path) -> None:
    """A run has its images in memory: what happens to the files afterwards is seen by the next run only."""
    root = tree(tmp_path / "data")
    data = load(root)
    before = data.train.images.clone()
    for path in root.rglob("*.png"):
        picture(path, (9, 250, 9))
    assert torch.equal(data.train.images, before)
    assert load(root).train.images[:, 1].min() == 250
    shutil.rmtree(root)
    assert torch.equal(data.train.images, before)
    with pytest.raises(ExplorerError, match="is not there"):
        load(root)


def test_one_file_that_goes_while_it_is_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path / "data")
    decode = folder._decode_one

    def remove(path: str, form: object) -> object:
        if path.endswith("dog/004.png"):
            Path(path).unlink()
        return decode(path, form)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "_decode_one", remove)
    assert "An image cannot be read and is left out: 004.png" in notes(load(root))


def test_a_hundred_thousand_files_can_be_cancelled_while_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listing alone: files are told by their names, none is opened."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    has_begun, is_cancelled = threading.Event(), threading.Event()
    listed = 0

    def endless(place: Path, *_: object) -> Iterator[ImageFile]:
        nonlocal listed
        while listed < 100_000:
            listed += 1
            if listed == 1000:
                has_begun.set()
                is_cancelled.wait(60)
            yield ImageFile(f"{place}/{listed}.png", 1, 1)

    def cancel() -> bool:
        if has_begun.is_set():
            is_cancelled.set()
        return has_begun.is_set()

    monkeypatch.setattr(class_folders, "_images", endless)
    with pytest.raises(Cancelled):
        class_folders.scan(tmp_path, watch=Watch(is_cancelled=cancel))
    assert listed < 100_000
