"""Any folder of class folders, as people have them."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.data import class_folders, datasets, folder, images
from explorer.data.batches import Batches
from explorer.data.watch import Watch
from tests.data import hostile
from tests.data.folders import load, notes, picture, tree


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


def test_a_link_back_brings_neither_an_end_nor_images_of_other_classes(tmp_path: Path) -> None:
    tree(tmp_path / "train", count=3)
    tree(tmp_path / "test", count=2)
    (tmp_path / "train" / "cat" / "back").symlink_to(tmp_path)
    (tmp_path / "train" / "dog" / "up").symlink_to(tmp_path / "train")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    (tmp_path / "train" / "itself").symlink_to(tmp_path / "train" / "itself")
    data = load(tmp_path)
    assert data.classes == ("cat", "dog")
    assert (len(data.train), len(data.test)) == (6, 4)


def test_folders_that_are_passed_over_are_named(tmp_path: Path) -> None:
    for below, count in (("train", 3), ("val", 2), ("test", 1), ("__MACOSX", 1)):
        tree(tmp_path, below=below, count=count)
    data = load(tmp_path)
    assert len(data.test) == 2
    assert "Not used: val." in notes(data)
    tree(tmp_path / "other")
    tree(tmp_path / "other", below="test")
    tree(tmp_path / "other", ("@eaDir",))
    assert "Not used: test." in notes(load(tmp_path / "other"))
    assert load(tmp_path / "other").classes == ("cat", "dog")


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


def test_a_limit_is_even_and_decodes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    decode = folder._decode_one
    monkeypatch.setattr(folder, "_decode_one", lambda path, form: read.append(path) or decode(path, form))
    data = load(tree(tmp_path, count=30), limit=4)
    assert torch.bincount(data.train.labels).tolist() == [2, 2]
    assert len(data.test) == 4
    assert len(read) == 8


def test_cifar_as_class_folders(tmp_path: Path) -> None:
    tree(tree(tmp_path, below="train"), below="test")
    assert datasets.load("cifar10", tmp_path).classes == ("cat", "dog")


def test_each_image_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[str] = Counter()
    decode = images.decode
    monkeypatch.setattr(images, "decode", lambda path, **how: read.update([str(path)]) or decode(path, **how))
    data = folder.load("x", tree(tmp_path, count=200), watch=Watch())
    assert len(data.train) == 320
    assert len(read) == 400
    assert max(read.values()) == 1


def test_a_batch_larger_than_the_data(tmp_path: Path) -> None:
    data = load(tree(tmp_path, count=3))
    batches = Batches(
        data.train, batch_size=512, input_shape=(3, 12, 12), mean=data.mean, std=data.std, device="cpu", seed=0,
        shuffle=True,
    )  # fmt: skip
    assert [len(labels) for _, labels in batches.epoch(0)] == [4]


def test_a_folder_of_grey_images_has_one_channel(tmp_path: Path) -> None:
    root = tree(tmp_path / "grey")
    for path in root.rglob("*.png"):
        Image.open(path).convert("L").save(path)
    assert class_folders.card(f"folder:{root}", watch=Watch()).channels == 1
    assert load(root).channels == 1
    picture(root / "cat" / "000.png")
    assert class_folders.card(f"folder:{root}", watch=Watch()).channels == load(root).channels == 3
