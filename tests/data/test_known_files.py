"""MNIST and CIFAR-10 from files as they are found: whole, packed or not, damaged, or made to harm."""

import gzip
import io
import os
import pickle
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.data import cifar, datasets, idx
from explorer.errors import ExplorerError

RANDOM = np.random.default_rng(0)
STEMS = tuple(f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1"))


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    return bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def small_mnist() -> dict[str, bytes]:
    made = {}
    for part, count in (("train", 40), ("t10k", 20)):
        images = RANDOM.integers(0, 256, (count, 28, 28), np.uint8)
        made[f"{part}-images-idx3-ubyte"] = idx_bytes(images)
        made[f"{part}-labels-idx1-ubyte"] = idx_bytes((np.arange(count) % 10).astype(np.uint8))
    return made


def write(folder: Path, contents: dict[str, bytes], *, packed: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)
    return folder


# --- MNIST


def test_the_real_mnist(shared_data: Path) -> None:
    mnist = datasets.load("mnist", shared_data / "mnist")
    assert mnist.train.images.shape == (60000, 1, 28, 28)
    assert mnist.test.images.shape == (10000, 1, 28, 28)
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.mean == pytest.approx((0.1307,), abs=1e-4)
    assert mnist.std == pytest.approx((0.3081,), abs=1e-4)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("name", "below"), [("mnist", "."), ("mnist", "MNIST/raw"), ("fashion-mnist", "FashionMNIST/raw")]
)
def test_files_are_found_where_they_may_be(tmp_path: Path, packed: bool, name: str, below: str) -> None:
    contents = small_mnist()
    write(tmp_path / below, contents, packed=packed)
    data = datasets.load(name, str(tmp_path))
    assert data.train.images.numpy().tobytes() == contents["train-images-idx3-ubyte"][16:]
    assert data.test.labels.tolist() == [n % 10 for n in range(20)]
    assert len(data.classes) == 10


def test_the_other_spelling_of_the_names(tmp_path: Path) -> None:
    write(tmp_path, {name.replace("-idx", ".idx"): content for name, content in small_mnist().items()}, packed=False)
    assert len(datasets.load("mnist", tmp_path).train) == 40


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    contents = small_mnist()
    del contents[STEMS[0]]
    write(tmp_path, contents, packed=True)
    with pytest.raises(ExplorerError, match=r"train-images-idx3-ubyte\.gz") as refusal:
        datasets.load("mnist", tmp_path)
    assert str(tmp_path) in refusal.value.language("zh")


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "wrong magic": lambda content: b"\1" + content[1:],
    "empty": lambda _: b"",
    "header only": lambda content: content[:10],
    "cut": lambda content: content[:-1],
    "claims more": lambda content: content[:4] + struct.pack(">I", 2**32 - 1) + content[8:],
    "other kind": lambda content: content[:3] + bytes([content[3] + 1]) + content[4:],
    "gzip cut": lambda content: gzip.compress(content)[:-20],
    "gzip broken": lambda content: gzip.compress(content)[:30] + b"\xff" * 40 + gzip.compress(content)[70:],
}


@pytest.mark.parametrize("stem", STEMS[:2])
@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_file_is_named(tmp_path: Path, damage: str, stem: str) -> None:
    contents = small_mnist()
    contents[stem] = DAMAGES[damage](contents[stem])
    write(tmp_path, contents, packed=False)
    with pytest.raises(ExplorerError, match=f"{stem} cannot be used.*Get the file again"):
        datasets.load("mnist", tmp_path)


def test_garbage_behind_the_packed_part_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, small_mnist(), packed=True)
    path = tmp_path / f"{STEMS[0]}.gz"
    path.write_bytes(path.read_bytes() + b"garbage")
    assert len(datasets.load("mnist", tmp_path).train) == 40


def test_a_gzip_bomb_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "_LARGEST", 1 << 20)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(50 << 20)))
    with pytest.raises(ExplorerError, match="cannot be unpacked"):
        idx.read(path, dimensions=1)


def test_other_numbers_of_images_and_labels(tmp_path: Path) -> None:
    contents = small_mnist()
    contents[STEMS[1]] = idx_bytes(np.zeros(39, np.uint8))
    write(tmp_path, contents, packed=True)
    with pytest.raises(ExplorerError, match="40 images, but 39 labels"):
        datasets.load("mnist", tmp_path)


def test_a_label_out_of_range(tmp_path: Path) -> None:
    contents = small_mnist()
    contents[STEMS[1]] = idx_bytes(np.full(40, 10, np.uint8))
    write(tmp_path, contents, packed=True)
    with pytest.raises(ExplorerError, match="not among the 10 classes"):
        datasets.load("mnist", tmp_path)


# --- CIFAR-10


def batch(count: int = 20) -> dict[bytes, object]:
    images = RANDOM.integers(0, 256, (count, 3072), np.uint8)
    return {b"batch_label": b"x", b"labels": [n % 10 for n in range(count)], b"data": images, b"filenames": []}


def small_cifar() -> dict[str, bytes]:
    return {name: pickle.dumps(batch(), protocol=2) for name in cifar.TEN.batches}


def archive(contents: dict[str, bytes], folder: str = cifar.TEN.folder) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["folder", "folder itself", "archive"])
def test_cifar_is_found_where_it_may_be(tmp_path: Path, form: str) -> None:
    contents = small_cifar()
    if form == "archive":
        (tmp_path / cifar.TEN.archive).write_bytes(archive(contents))
    else:
        write(tmp_path / (cifar.TEN.folder if form == "folder" else "."), contents, packed=False)
    data = datasets.load("cifar10", tmp_path)
    assert data.train.images.shape == (100, 3, 32, 32)
    assert data.test.images.shape == (20, 3, 32, 32)
    first = pickle.loads(contents["data_batch_1"])
    assert data.train.images[:20].numpy().reshape(20, -1).tolist() == first[b"data"].tolist()
    assert data.train.labels[:20].tolist() == first[b"labels"]
    assert data.classes[3] == "cat"
    assert data.is_photos


def old_pickle(images: NDArray[np.uint8], labels: list[int]) -> bytes:
    """As Python 2 and the numpy of its time wrote the real files: byte strings and the old module name."""
    raw = images.tobytes()
    written = b"\x80\x02}q\x01(U\x06labelsq\x02]q\x03(" + b"".join(b"K" + bytes([n]) for n in labels) + b"e"
    written += b"U\x04dataq\x04cnumpy.core.multiarray\n_reconstruct\nq\x05cnumpy\nndarray\nq\x06K\x00\x85U\x01b\x87R"
    written += b"(K\x01" + b"M" + struct.pack("<H", len(images)) + b"M" + struct.pack("<H", 3072) + b"\x86"
    written += b"cnumpy\ndtype\nq\x07U\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    return written + b"\x89T" + struct.pack("<I", len(raw)) + raw + b"tbu."


def test_batches_as_they_were_written_at_the_time() -> None:
    images = RANDOM.integers(0, 256, (7, 3072), np.uint8)
    read, labels = cifar.read_batch(old_pickle(images, [1, 2, 3, 4, 5, 6, 7]), Path("x"))
    assert np.array_equal(read.reshape(7, -1), images)
    assert labels.tolist() == [1, 2, 3, 4, 5, 6, 7]


class Evil:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, (f"touch '{self.mark}'",))


def test_a_pickle_that_runs_something_does_not(tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    contents = small_cifar()
    contents["data_batch_3"] = pickle.dumps({**batch(), b"evil": Evil(mark)}, protocol=2)
    write(tmp_path / cifar.TEN.folder, contents, packed=False)
    with pytest.raises(ExplorerError, match="data_batch_3 is damaged"):
        datasets.load("cifar10", tmp_path)
    assert not mark.exists()
    pickle.loads(contents["data_batch_3"])
    assert mark.exists()  # so the trap was a real one


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        pickle.dumps([1, 2]),
        pickle.dumps({b"labels": [1]}),
        pickle.dumps({b"labels": [1], b"data": 5}),
        pickle.dumps({b"labels": [1], b"data": np.zeros((1, 3072), np.float32)}),
        pickle.dumps({b"labels": [1], b"data": np.zeros((1, 3071), np.uint8)}),
        pickle.dumps({b"labels": [1, 2], b"data": np.zeros((1, 3072), np.uint8)}),
        pickle.dumps({b"labels": ["x"], b"data": np.zeros((1, 3072), np.uint8)}),
        pickle.dumps({b"labels": [1], b"data": np.array([print], object)}),
        pickle.dumps(batch(), protocol=2)[:-200],
    ],
)
def test_a_damaged_batch(content: bytes) -> None:
    with pytest.raises(ExplorerError, match="the-file is damaged"):
        cifar.read_batch(content, Path("the-file"))


def test_an_archive_writes_nowhere(tmp_path: Path) -> None:
    """Members with other names, also those that lead out of the folder, are passed over."""
    contents = {"../../escaped": b"x", **small_cifar()}
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / cifar.TEN.archive).write_bytes(archive(contents))
    assert len(datasets.load("cifar10", tmp_path / "in" / "deep").train) == 100
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [cifar.TEN.archive]


def test_an_archive_that_is_cut_or_lacks_something(tmp_path: Path) -> None:
    path = tmp_path / cifar.TEN.archive
    contents = small_cifar()
    path.write_bytes(archive(contents)[:-5000])
    with pytest.raises(ExplorerError, match="damaged"):
        datasets.load("cifar10", tmp_path)
    del contents["test_batch"]
    path.write_bytes(archive(contents))
    with pytest.raises(ExplorerError, match="lacks test_batch"):
        datasets.load("cifar10", tmp_path)
