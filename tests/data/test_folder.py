"""Any folder of class folders, as people have them."""

import functools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.data import cache, class_folders, datasets, folder
from explorer.data.batches import Batches
from explorer.data.class_folders import ImageFile
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError
from tests.data import hostile


def picture(path: Path, colour: tuple[int, int, int] = (10, 20, 30), size: tuple[int, int] = (12, 12)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def tree(root: Path, classes: tuple[str, ...] = ("cat", "dog"), count: int = 10, below: str = "") -> Path:
    for number, name in enumerate(classes):
        for index in range(count):
            picture(root / below / name / f"{index:03}.png", (number * 100, index, 7))
    return root


def load(root: Path, **options: object) -> datasets.Dataset:
    return datasets.load(f"folder:{root}", **options)  # type: ignore[arg-type]


def notes(data: datasets.Dataset) -> str:
    assert all(note.zh for note in data.notes)
    return " ".join(str(note) for note in data.notes)


def test_train_and_test_folders(tmp_path: Path) -> None:
    tree(tree(tmp_path, below="train"), count=3, below="test")
    data = load(tmp_path)
    assert data.classes == ("cat", "dog")
    assert data.train.images.shape == (20, 3, 12, 12)
    assert data.test.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert data.train.images[13, :, 5, 5].tolist() == [100, 3, 7]
    assert data.notes == ()
    assert data.is_photos


@pytest.mark.parametrize("name", ["val", "valid", "Test", "validation"])
def test_other_names_of_the_test_folder(tmp_path: Path, name: str) -> None:
    tree(tree(tmp_path, below="Train"), count=3, below=name)
    assert len(load(tmp_path).test) == 6


@pytest.mark.parametrize("below", ["", "train"])
def test_without_a_test_folder_a_fifth_is_kept_back(tmp_path: Path, below: str) -> None:
    data = load(tree(tmp_path, below=below))
    assert torch.bincount(data.test.labels).tolist() == [2, 2]
    assert len(data.train) == 16
    assert "one image in 5" in notes(data)
    again = load(tmp_path)
    assert torch.equal(again.test.images, data.test.images)
    assert data.test.images[:, 1, 0, 0].tolist() != [0, 1, 0, 1]  # not just the first ones
    whole = torch.cat([data.train.images, data.test.images])[:, 1, 0, 0]
    assert sorted(whole.tolist()) == sorted([*range(10)] * 2)


def test_an_archive_unpacked_into_a_folder_of_its_own(tmp_path: Path) -> None:
    tree(tree(tmp_path, below="archive/train"), count=2, below="archive/test")
    assert len(load(tmp_path).test) == 4


def test_images_in_deeper_folders_belong_to_their_class(tmp_path: Path) -> None:
    tree(tmp_path)
    picture(tmp_path / "cat" / "black" / "deep" / "x.png")
    assert len(load(tmp_path).train) + len(load(tmp_path).test) == 21


def test_what_lies_beside_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path)
    for name in (".DS_Store", "cat/Thumbs.db", "cat/desktop.ini", "cat/.hidden.png", "readme.txt", "cat/labels.csv"):
        (tmp_path / name).write_bytes(b"x")
    tree(tmp_path, (".git", "empty"), count=0)
    (tmp_path / "empty").mkdir()
    data = load(tmp_path)
    assert len(data.train) + len(data.test) == 20
    assert data.classes == ("cat", "dog")
    assert "Class empty has no images." in notes(data)


def test_damaged_images_are_left_out_and_counted(tmp_path: Path) -> None:
    tree(tmp_path, count=10)
    for name in ("empty.png", "truncated.jpg", "text.jpg", "claims-2-31.png"):
        hostile.write(tmp_path / "cat", name, hostile.REFUSED[name]())
    os.mkfifo(tmp_path / "dog" / "pipe.png")
    (tmp_path / "dog" / "dangling.png").symlink_to(tmp_path / "gone.png")
    data = load(tmp_path)
    assert len(data.train) + len(data.test) == 20
    assert "6 images cannot be read and are left out, the first is" in notes(data)
    good = set(data.train.images[:, 1, 0, 0].tolist()) | set(data.test.images[:, 1, 0, 0].tolist())
    assert good == set(range(10))


def test_kinds_and_sizes_may_be_mixed(tmp_path: Path) -> None:
    tree(tmp_path, count=2)
    for name in ("grey.png", "alpha.png", "cmyk.jpg", "16-bit.png", "frames.gif"):
        hostile.write(tmp_path / "dog", name, hostile.TAKEN[name]())
    data = load(tmp_path)
    assert data.train.images.shape[1] == 3
    assert data.train.images.shape[2] == data.train.images.shape[3]
    assert "All images are cut and scaled to" in notes(data)
    assert len(data.train) + len(data.test) == 9


def test_grey_folders_stay_grey(tmp_path: Path) -> None:
    for number, name in enumerate("ab"):
        for index in range(4):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new("L", (9, 7), 50 * number + index).save(tmp_path / name / f"{index}.png")
    data = load(tmp_path)
    assert data.train.images.shape[1:] == (1, 7, 9)
    assert not data.is_photos


def test_scaling_keeps_the_middle(tmp_path: Path) -> None:
    """Wide pictures, red in their middle third: what is left of them is red."""
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40, 0] = 255
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for index in range(3):
            Image.fromarray(wide).resize((60 + index * 60, 20 + index * 20), 0).save(tmp_path / name / f"{index}.png")
    for size, side in ((10, 10), (400, 40), (None, 40)):
        data = load(tmp_path, size=size)
        assert data.train.images.shape[2:] == (side, side)
        assert (data.train.images[:, 0] == 255).all()
        assert (data.train.images[:, 1:] == 0).all()


def test_small_images_of_one_size_are_never_scaled(tmp_path: Path) -> None:
    """The model's size is made on the device, from what takes less memory."""
    data = load(tree(tmp_path), size=96)
    assert data.train.images.shape[2:] == (12, 12)
    assert "scaled" not in notes(data)


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    tree(tmp_path / "data", count=3)
    outside = tree(tmp_path / "outside", ("fox",), count=3)
    (tmp_path / "data" / "fox").symlink_to(outside / "fox")
    (tmp_path / "data" / "cat" / "round").symlink_to(tmp_path / "data" / "cat")
    (tmp_path / "data" / "cat" / "itself").symlink_to(tmp_path / "data" / "cat" / "itself")
    data = load(tmp_path / "data")
    assert data.classes == ("cat", "dog", "fox")
    assert len(data.train) + len(data.test) == 9


@pytest.mark.parametrize("classes", [("猫", "狗"), ("a cat", "a dog"), ("cat", "Cat"), ("100%", "#2")])
def test_class_names_of_any_kind(tmp_path: Path, classes: tuple[str, str]) -> None:
    assert sorted(load(tree(tmp_path, classes)).classes) == sorted(classes)


def test_test_classes_in_another_order_or_number(tmp_path: Path) -> None:
    tree(tmp_path, ("cat", "dog", "fox"), below="train")
    for name, green in (("fox", 1), ("cat", 2), ("zebra", 3)):
        picture(tmp_path / "test" / name / "0.png", (0, green, 0))
    data = load(tmp_path)
    assert data.classes == ("cat", "dog", "fox")
    assert data.test.labels.tolist() == [0, 2]
    assert data.test.images[:, 1, 0, 0].tolist() == [2, 1]
    assert "Left out, because it is not trained: zebra." in notes(data)
    assert "No test images of: dog." in notes(data)


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


def test_a_limit_is_even_and_decodes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    decode = folder._decode_one
    monkeypatch.setattr(folder, "_decode_one", lambda path, form: read.append(path) or decode(path, form))
    data = load(tree(tmp_path, count=30), limit=4)
    assert torch.bincount(data.train.labels).tolist() == [2, 2]
    assert len(data.test) == 4
    assert len(read) == 8


def test_cancelling_ends_the_reading(tmp_path: Path) -> None:
    tree(tmp_path, count=200)
    seen: list[float] = []
    with pytest.raises(Cancelled):
        load(
            tmp_path,
            progress=lambda _, fraction: seen.append(fraction or 0.0),
            is_cancelled=lambda: bool(seen) and seen[-1] > 0.2,
        )
    assert 0.2 < seen[-1] < 0.9


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


def test_cifar_as_class_folders(tmp_path: Path) -> None:
    tree(tree(tmp_path, below="train"), below="test")
    assert datasets.load("cifar10", tmp_path).classes == ("cat", "dog")


def test_thousands_of_files_are_read_within_seconds(tmp_path: Path) -> None:
    """4,000 of 32 x 32; 60,000 take well under a minute then. Measured: about 4,000 a second on two cores."""
    content = hostile.encoded(Image.effect_noise((32, 32), 60).convert("RGB"), "JPEG")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for index in range(2000):
            (tmp_path / name / f"{index}.jpg").write_bytes(content)
    start = time.process_time()
    data = folder.load("x", tmp_path, watch=Watch())
    assert time.process_time() - start < 4
    assert len(data.train) == 3200


def test_a_folder_removed_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path / "data", count=30)
    decode = folder._decode_one

    def remove(path: str, form: object) -> object:
        if path.endswith("010.png") and root.exists():
            shutil.move(root, tmp_path / "elsewhere")
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
    assert "1 images cannot be read and are left out, the first is 004.png" in notes(load(root))


def test_a_folder_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one on a network whose server is gone: the system call simply does not return."""
    hanging = threading.Event()
    listed = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: hanging.wait(20) and listed(place))
    started = time.monotonic()
    with pytest.raises(Cancelled):
        load(tree(tmp_path), is_cancelled=lambda: time.monotonic() - started > 0.3)
    assert time.monotonic() - started < 3
    monkeypatch.setattr(class_folders, "answered", functools.partial(class_folders.answered, seconds=0.2))
    with pytest.raises(ExplorerError, match="does not answer"):
        load(tmp_path)
    hanging.set()


def test_a_hundred_thousand_files_can_be_cancelled_while_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listing alone: files are told by their names, none is opened."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    made = [ImageFile(f"{tmp_path}/a/{number}.png", 1, 1) for number in range(100_000)]

    def slowly(place: Path, *_: object) -> Iterator[ImageFile]:
        for number, file in enumerate(made):
            if number % 1000 == 0:
                time.sleep(0.02)  # 100,000 take two seconds
            yield file

    monkeypatch.setattr(class_folders, "_images", slowly)
    started = time.monotonic()
    with pytest.raises(Cancelled):
        class_folders.scan(tmp_path, watch=Watch(is_cancelled=lambda: time.monotonic() - started > 0.2))
    assert time.monotonic() - started < 1


def test_a_batch_larger_than_the_data(tmp_path: Path) -> None:
    data = load(tree(tmp_path, count=3))
    batches = Batches(
        data.train, batch_size=512, input_shape=(3, 12, 12), mean=data.mean, std=data.std, device="cpu", seed=0,
        shuffle=True,
    )  # fmt: skip
    assert [len(labels) for _, labels in batches.epoch(0)] == [4]


# --- an archive in place of a folder


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
