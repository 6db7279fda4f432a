"""CIFAR-10 in its Python form, read without running what a pickle may ask for."""

import io
import os
import pickle
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.data.split import Split
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

FOLDER = "cifar-10-batches-py"
ARCHIVE = "cifar-10-python.tar.gz"
TRAIN = tuple(f"data_batch_{number}" for number in range(1, 6))
TEST = ("test_batch",)
_ROW = 3 * 32 * 32
_LARGEST = 64 << 20  # bytes of one batch; the real ones have 31 million


def find(folder: Path) -> Path | None:
    """The folder of the batches, or else the archive, in `folder` or where torchvision unpacks it."""
    for candidate in (folder, folder / FOLDER):
        if all(os.path.isfile(candidate / name) for name in TRAIN + TEST):
            return candidate
    archive = folder / ARCHIVE
    return archive if os.path.isfile(archive) else None


def load(found: Path, watch: Watch) -> tuple[Split, Split]:
    """Training and test images.

    Raises:
        ExplorerError: A file is damaged, or holds something else than a batch does.
    """
    try:
        batches = _from_folder(found, watch) if found.is_dir() else _from_archive(found, watch)
    except (EOFError, tarfile.TarError, zlib.error) as error:
        raise _damaged(found) from error
    except OSError as error:
        raise ExplorerError(
            Text(
                f"{found} cannot be read: {error.strerror or error}.", f"无法读取 {found}:{error.strerror or error}。"
            ),
            Text("Get the file again.", "请重新获取该文件。"),
        ) from error
    missing = [name for name in TRAIN + TEST if name not in batches]
    if missing:
        raise ExplorerError(
            Text(f"{found} lacks {', '.join(missing)}.", f"{found} 缺少 {', '.join(missing)}。"),
            Text("Get the file again.", "请重新获取该文件。"),
        )
    return _joined([batches[name] for name in TRAIN]), _joined([batches[name] for name in TEST])


Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]


def _from_folder(folder: Path, watch: Watch) -> dict[str, Batch]:
    batches = {}
    for number, name in enumerate(TRAIN + TEST):
        watch.report(Text("Reading CIFAR-10", "正在读取 CIFAR-10"), number / 6)
        with (folder / name).open("rb") as file:
            batches[name] = read_batch(file.read(_LARGEST), folder / name)
    return batches


def _from_archive(archive: Path, watch: Watch) -> dict[str, Batch]:
    """Reads the six members by name; nothing is unpacked to the disk, so no path or link in it matters."""
    batches: dict[str, Batch] = {}
    with tarfile.open(archive, "r|gz") as members:
        for member in members:
            folder, _, name = member.name.rpartition("/")
            if folder != FOLDER or name not in TRAIN + TEST or not member.isreg():
                continue
            watch.report(Text("Reading CIFAR-10", "正在读取 CIFAR-10"), len(batches) / 6)
            file = members.extractfile(member)
            assert file is not None, "regular members can be read"
            batches[name] = read_batch(file.read(_LARGEST), archive)
    return batches


def read_batch(content: bytes, path: Path) -> Batch:
    """Images (N, 3, 32, 32) and labels (N,) of one pickled batch; `path` is for the message.

    Raises:
        ExplorerError: It is no batch, or asks for anything but arrays.
    """
    try:
        batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
        data, labels = batch[b"data"], batch[b"labels"]
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


def _encode(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes in old pickles."""
    if encoding not in ("latin1", "latin-1"):
        raise ValueError(encoding)
    return text.encode("latin-1")


_STAND_INS = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encode,
}


class _ArraysOnly(pickle.Unpickler):
    """A pickle can name any function to be called; this one knows the stand-ins above and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None


def _joined(batches: list[Batch]) -> Split:
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    return Split(torch.from_numpy(images), torch.from_numpy(labels))


def _damaged(path: Path) -> ExplorerError:
    return ExplorerError(
        Text(f"{path} is damaged, or no CIFAR-10 batch.", f"{path} 已损坏，或不是 CIFAR-10 数据文件。"),
        Text("Get the file again.", "请重新获取该文件。"),
    )
