"""CIFAR-10 and CIFAR-100 in their Python form, read without running what a pickle may ask for."""

import io
import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.data import archive
from explorer.data.split import Split
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

_ROW = 3 * 32 * 32
_BYTEARRAY = pickle.BYTEARRAY8[0]
_LARGEST = 256 << 20  # bytes of one batch; the largest real one has 155 million


@dataclass(frozen=True, slots=True)
class Form:
    """How one of the two is packed: folder and archive, batches for training and testing, where the labels are."""

    title: str
    folder: str
    archive: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    labels: bytes

    @property
    def batches(self) -> tuple[str, ...]:
        return self.train + self.test


TEN = Form(
    "CIFAR-10",
    "cifar-10-batches-py",
    "cifar-10-python.tar.gz",
    tuple(f"data_batch_{number}" for number in range(1, 6)),
    ("test_batch",),
    b"labels",
)
HUNDRED = Form(
    "CIFAR-100", "cifar-100-python", "cifar-100-python.tar.gz", ("train",), ("test",), b"fine_labels"
)  # fmt: skip


def find(form: Form, folder: Path) -> Path | None:
    """The folder of the batches, or else the archive, in `folder` or where torchvision unpacks it."""
    for candidate in (folder, folder / form.folder):
        if all(os.path.isfile(candidate / name) for name in form.batches):
            return candidate
    packed = folder / form.archive
    return packed if os.path.isfile(packed) else None


def load(form: Form, found: Path, watch: Watch) -> tuple[Split, Split]:
    """Training and test images.

    Raises:
        ExplorerError: A file is damaged, or holds something else than a batch does.
    """
    what = Text(f"Reading {form.title}", f"正在读取 {form.title}")
    batches = _from_folder(form, found, watch, what) if found.is_dir() else _from_archive(form, found, watch, what)
    missing = [name for name in form.batches if name not in batches]
    if missing:
        raise archive.lacking(found, missing)
    return _joined([batches[name] for name in form.train]), _joined([batches[name] for name in form.test])


Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]


def _from_folder(form: Form, folder: Path, watch: Watch, what: Text) -> dict[str, Batch]:
    batches = {}
    for number, name in enumerate(form.batches):
        watch.report(what, number / len(form.batches))
        try:
            with (folder / name).open("rb") as file:
                content = file.read(_LARGEST)
        except OSError as error:
            raise archive.unreadable(folder / name, error) from error
        batches[name] = read_batch(content, folder / name, form.labels)
    return batches


def _from_archive(form: Form, packed: Path, watch: Watch, what: Text) -> dict[str, Batch]:
    """Nothing is unpacked to the disk, so no path or link in the archive matters."""
    members = archive.members_of_tar(packed, [f"{form.folder}/{name}" for name in form.batches], watch, what)
    return {name.rpartition("/")[2]: read_batch(content, packed, form.labels) for name, content in members.items()}


def read_batch(content: bytes, path: Path, labels_key: bytes = TEN.labels) -> Batch:
    """Images (N, 3, 32, 32) and labels (N,) of one pickled batch; `path` is for the message.

    Raises:
        ExplorerError: It is no batch, or asks for anything but arrays.
    """
    try:
        batch = _ArraysOnly(content).load()
        data, labels = batch[b"data"], batch[labels_key]
        images = data.array().reshape(-1, 3, 32, 32)
        numbers = np.array([int(label) for label in labels], np.int64)
        if len(images) != len(numbers):
            raise _damaged(path)
    except (pickle.UnpicklingError, ValueError, TypeError, LookupError, AttributeError, EOFError, MemoryError) as error:
        raise _damaged(path) from error
    return images, numbers


class _Dtype:
    """Stands in for numpy.dtype; only bytes will do."""

    def __init__(self, kind: Any = None, *_: Any) -> None:
        self.is_bytes = kind in ("u1", b"u1", "B", b"B")

    def __setstate__(self, state: Any) -> None:
        """Byte order and such: nothing that bytes have."""


class _Array:
    """Stands in for numpy.ndarray, and only keeps what it is given."""

    def __init__(self, *_: Any) -> None:
        self._state: Any = None

    def __setstate__(self, state: Any) -> None:
        self._state = state

    def array(self) -> NDArray[np.uint8]:
        """(N, 3072)."""
        _, shape, dtype, is_fortran, raw = self._state
        if not dtype.is_bytes or len(shape) != 2 or shape[1] != _ROW or len(raw) != shape[0] * _ROW:
            raise ValueError("not the array of a batch")
        return np.frombuffer(raw, np.uint8).reshape(shape, order="F" if is_fortran else "C").copy()


_STAND_INS = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
}


class _ArraysOnly(pickle._Unpickler):
    """A pickle can name any function to be called; this one knows the stand-ins above and nothing else.

    It is the one that is written in Python: that in C makes room for what a file claims before it has read it, so that
    ten bytes take many gigabytes.
    """

    # Without arrays of bytes that can be changed: room for these is made here too, and no batch has any.
    dispatch: ClassVar = {code: load for code, load in pickle._Unpickler.dispatch.items() if code != _BYTEARRAY}

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="bytes")
        self._room = _LARGEST

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return self._encode
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None

    def _encode(self, text: str, encoding: str) -> bytes:
        """How Python 3 writes bytes in old pickles; the same text can be asked for again and again."""
        self._room -= len(text)
        if encoding not in ("latin1", "latin-1") or self._room < 0:
            raise ValueError(encoding)
        return text.encode("latin-1")


def _joined(batches: list[Batch]) -> Split:
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    return Split(torch.from_numpy(images), torch.from_numpy(labels))


def _damaged(path: Path) -> ExplorerError:
    return ExplorerError(
        Text(f"{path} is damaged, or no CIFAR batch.", f"{path} 已损坏，或不是 CIFAR 数据文件。"),
        Text("Get the file again.", "请重新获取该文件。"),
    )
