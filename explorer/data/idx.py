"""The IDX files of MNIST, gzipped or not."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.data.split import Split
from explorer.errors import ExplorerError, unreadable

NAMES = {"train": "train", "test": "t10k"}
BYTES, INTEGERS = 8, 12  # kinds of numbers, by the third byte of the file
_KINDS = {BYTES: "u1", INTEGERS: ">i4"}
_GZIP = b"\x1f\x8b"
_LARGEST = 1 << 30  # bytes unpacked; MNIST's are 47 million


def files(folder: Path) -> dict[str, Path] | None:
    """The four files by name ("train-images", ...) where all are in `folder`, unpacked ones first; else None."""
    found: dict[str, Path] = {}
    for part in NAMES.values():
        for kind in ("images-idx3", "labels-idx1"):
            stem = f"{part}-{kind}-ubyte"
            names = (stem, stem.replace("-idx", ".idx"), f"{stem}.gz")
            path = next((folder / name for name in names if os.path.isfile(folder / name)), None)
            if path is None:
                return None
            found[f"{part}-{kind.split('-')[0]}"] = path
    return found


def find(folder: Path, name: str) -> dict[str, Path] | None:
    """The four files in `folder` itself, or where torchvision keeps them (`name`/raw, raw)."""
    for candidate in (folder, folder / name / "raw", folder / "raw", folder / name):
        found = files(candidate)
        if found is not None:
            return found
    return None


def load(found: dict[str, Path]) -> tuple[Split, Split]:
    """Training and test images.

    Raises:
        ExplorerError: A file is damaged, or not what its name says.
    """
    return _split(found, NAMES["train"]), _split(found, NAMES["test"])


def _split(found: dict[str, Path], part: str) -> Split:
    images = read(found[f"{part}-images"], dimensions=3)
    labels = read(found[f"{part}-labels"], dimensions=1)
    return split_of(images, labels)


def read(path: Path, *, dimensions: int, kind: int = BYTES) -> NDArray[np.generic]:
    """The array of one file; `dimensions` 3 for images (N, H, W), 1 for labels (N,).

    Raises:
        ExplorerError: It is no IDX file of such numbers with so many dimensions, is cut short, or cannot be read.
    """
    return parse(_content(path), path, dimensions=dimensions, kind=kind)


def parse(content: bytes, path: Path, *, dimensions: int, kind: int = BYTES) -> NDArray[np.generic]:
    """The array in the content of a file, which may be gzipped; `path` is for the message.

    Raises:
        ExplorerError: As `read`.
    """
    if content[:2] == _GZIP:
        content = _unpacked(content, path)
    size = 4 + 4 * dimensions
    if len(content) < size or content[:4] != bytes((0, 0, kind, dimensions)):
        raise _damaged(path, Text("it is no such file (wrong first bytes)", "文件格式不符（开头字节不对）"))
    shape = struct.unpack(f">{dimensions}I", content[4:size])
    count, numbers = int(np.prod(shape, dtype=object)), np.dtype(_KINDS[kind])
    if len(content) - size < count * numbers.itemsize:
        raise _damaged(path, Text("it is cut short", "文件不完整"))
    return np.frombuffer(content, numbers, count, size).reshape(shape).copy()


def split_of(images: NDArray[np.generic], labels: NDArray[np.generic]) -> Split:
    """Images (N, H, W) of bytes and their labels (N,)."""
    return Split(torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels.astype(np.int64)))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise unreadable(path, error) from error


def _unpacked(packed: bytes, path: Path) -> bytes:
    # By hand and not by gzip.open, which refuses what some tools append after the end of the stream.
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, _LARGEST)
    except zlib.error as error:
        raise _damaged(path, Text(f"it cannot be unpacked ({error})", "无法解压")) from error
    if not unpacker.eof:
        raise _damaged(path, Text("it cannot be unpacked (ends too early)", "无法解压"))
    return content


def _damaged(path: Path, why: Text) -> ExplorerError:
    return ExplorerError(
        Text(f"{path} cannot be used: {why.en}.", f"{path} 无法使用：{why.zh}。"),
        Text("Get the file again.", "请重新获取该文件。"),
    )
