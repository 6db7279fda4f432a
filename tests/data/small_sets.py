"""The files of the known data sets, made small: each as its makers pack it."""

import bz2
import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.data import cifar, class_names, sources, stl10
from tests.data import server

RANDOM = np.random.default_rng(0)


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def serve(
    web: server.Server, monkeypatch: pytest.MonkeyPatch, name: str, contents: Mapping[str, bytes] | None = None
) -> sources.Source:
    """Has the data set `name` come from `web`: its small files, or `contents`."""
    files = SMALL[name]() if contents is None else contents
    remote = tuple(
        sources.RemoteFile(file, (f"{web.url}/dead/", f"{web.url}/{name}/"), md5(content), len(content))
        for file, content in files.items()
    )
    for file, content in files.items():
        web.serve(f"/{name}/{file}", server.good(content))
    source = sources.Source(sources.SOURCES[name].folder, remote)
    monkeypatch.setitem(sources.SOURCES, name, source)  # type: ignore[arg-type]
    return source


# --- IDX


def idx_bytes(values: NDArray[np.generic]) -> bytes:
    kind = {1: 8, 4: 12}[values.itemsize]
    return bytes((0, 0, kind, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def mnist() -> dict[str, bytes]:
    made = {}
    for part, count in (("train", 40), ("t10k", 20)):
        images = RANDOM.integers(0, 256, (count, 28, 28), np.uint8)
        made[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(images))
        made[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes((np.arange(count) % 10).astype(np.uint8)))
    return made


def qmnist() -> dict[str, bytes]:
    made = {}
    for part, count in (("train", 40), ("test", 30)):
        about = np.arange(count * 8, dtype=">i4").reshape(count, 8)
        about[:, 0] = np.arange(count) % 10
        made[f"qmnist-{part}-images-idx3-ubyte.gz"] = gzip.compress(
            idx_bytes(RANDOM.integers(0, 256, (count, 28, 28), np.uint8))
        )
        made[f"qmnist-{part}-labels-idx2-int.gz"] = gzip.compress(idx_bytes(about))
    return made


def emnist_member(which: str, part: str, count: int) -> dict[str, bytes]:
    """Each image has one bright pixel, in row 2 and column 5 when upright."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 5, 2] = 255  # on its side, as in the real files
    classes, first = (26, 1) if which == "letters" else (47, 0)
    labels = (np.arange(count) % classes + first).astype(np.uint8)
    stem = f"gzip/emnist-{which}-{part}"
    return {
        f"{stem}-images-idx3-ubyte.gz": gzip.compress(idx_bytes(images)),
        f"{stem}-labels-idx1-ubyte.gz": gzip.compress(idx_bytes(labels)),
    }


def emnist() -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    for which in ("letters", "balanced"):
        members |= emnist_member(which, "train", 94) | emnist_member(which, "test", 47)
    return {"gzip.zip": zipped(members)}


# --- archives


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def tarred(members: Mapping[str, bytes], *more: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
        for member in more:
            packed.addfile(member)
    return buffer.getvalue()


# --- the others


def cifar_batch(form: cifar.Form, count: int = 20) -> bytes:
    classes = 10 if form is cifar.TEN else 100
    batch = {
        b"batch_label": b"x",
        b"coarse_labels": [0] * count,
        form.labels: [number * 7 % classes for number in range(count)],
        b"data": RANDOM.integers(0, 256, (count, 3072), np.uint8),
    }
    return pickle.dumps(batch, protocol=2)


def cifar_archive(form: cifar.Form) -> dict[str, bytes]:
    return {form.archive: tarred({f"{form.folder}/{name}": cifar_batch(form) for name in form.batches})}


def usps() -> dict[str, bytes]:
    made = {}
    for name, count in (("usps.bz2", 30), ("usps.t.bz2", 20)):
        lines = []
        for number in range(count):
            values = np.linspace(-1, 1, 256)
            pixels = " ".join(f"{place}:{value:.4f}" for place, value in enumerate(values, 1))
            lines.append(f"{number % 10 + 1} {pixels} ")
        made[name] = bz2.compress("\n".join(lines).encode() + b"\n")
    return made


def mat_element(kind: int, content: bytes, *, is_short: bool = False) -> bytes:
    if is_short:
        return struct.pack("<I", len(content) << 16 | kind) + content.ljust(4, b"\0")
    return struct.pack("<2I", kind, len(content)) + content + bytes(-len(content) % 8)


def mat_array(name: str, values: NDArray[np.generic], *, packed: bool = True, matlab_class: int = 9) -> bytes:
    stored = {"u1": 2, "f8": 9, "i2": 3}[values.dtype.str[1:]]
    body = mat_element(6, struct.pack("<2I", matlab_class, 0))
    body += mat_element(5, struct.pack(f"<{values.ndim}i", *values.shape))
    body += mat_element(1, name.encode(), is_short=len(name) <= 4)
    body += mat_element(stored, values.tobytes(order="F"))
    matrix = mat_element(14, body)
    if not packed:
        return matrix
    content = zlib.compress(matrix)
    return struct.pack("<2I", 15, len(content)) + content


def mat_file(*arrays: bytes) -> bytes:
    return b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM" + b"".join(arrays)


def svhn() -> dict[str, bytes]:
    made = {}
    for name, count in (("train_32x32.mat", 30), ("test_32x32.mat", 20)):
        images = RANDOM.integers(0, 256, (32, 32, 3, count), np.uint8)
        labels = (np.arange(count) % 10 + 1).astype(np.uint8)[:, None]
        made[name] = mat_file(mat_array("X", images), mat_array("y", labels))
    return made


def stl10_archive() -> dict[str, bytes]:
    members = {}
    for part, count in (("train", 20), ("test", 10)):
        images = np.zeros((count, 3, 96, 96), np.uint8)
        images[:, 0, 5, 2] = 255  # red in row 2 and column 5: column by column in the file
        members[f"{stl10.FOLDER}/{part}_X.bin"] = images.tobytes()
        members[f"{stl10.FOLDER}/{part}_y.bin"] = bytes(number % 10 + 1 for number in range(count))
    members[f"{stl10.FOLDER}/unlabeled_X.bin"] = bytes(1000)
    return {stl10.ARCHIVE: tarred(members)}


def picture(colour: tuple[int, int, int], size: tuple[int, int], kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def imagenette() -> dict[str, bytes]:
    members = {}
    for part, count in (("train", 3), ("val", 2)):
        for number, folder in enumerate(class_names.IMAGENETTE):
            for index in range(count):
                members[f"imagenette2-160/{part}/{folder}/{index}.JPEG"] = picture(
                    (number * 20, 9, 9), (213 + index, 160)
                )
    return {"imagenette2-160.tgz": tarred(members)}


def eurosat() -> dict[str, bytes]:
    members = {
        f"2750/{folder}/{folder}_{index}.jpg": picture((number * 20, 9, 9), (64, 64))
        for number, folder in enumerate(class_names.EUROSAT)
        for index in range(5)
    }
    return {"EuroSAT.zip": zipped(members)}


SMALL = {
    "mnist": mnist,
    "fashion-mnist": mnist,
    "kmnist": mnist,
    "qmnist": qmnist,
    "emnist-letters": emnist,
    "emnist-balanced": emnist,
    "usps": usps,
    "svhn": svhn,
    "cifar10": lambda: cifar_archive(cifar.TEN),
    "cifar100": lambda: cifar_archive(cifar.HUNDRED),
    "stl10": stl10_archive,
    "imagenette": imagenette,
    "eurosat": eurosat,
}
