"""USPS, digits of the US mail, from the two text files of LIBSVM's collection (bzip2)."""

import bz2
import os
from pathlib import Path

import numpy as np
import torch

from explorer.bilingual import Text
from explorer.data.split import Split
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

NAMES = ("usps.bz2", "usps.t.bz2")
_SIDE = 16
_PIXELS = _SIDE * _SIDE
_LARGEST = 256 << 20  # bytes unpacked; the training file has 24 million


def find(folder: Path) -> tuple[Path, Path] | None:
    """The files for training and for testing, where both are there."""
    train, test = (folder / name for name in NAMES)
    return (train, test) if os.path.isfile(train) and os.path.isfile(test) else None


def load(found: tuple[Path, Path], watch: Watch) -> tuple[Split, Split]:
    """Training and test images (N, 1, 16, 16).

    Raises:
        ExplorerError: A file is damaged, or not what its name says.
    """
    splits = []
    for number, path in enumerate(found):
        watch.report(Text("Reading USPS", "正在读取 USPS"), 0.75 * number)
        try:
            splits.append(_split(path))
        except (OSError, EOFError, ValueError) as error:
            raise ExplorerError(
                Text(f"{path} is damaged, or no file of USPS.", f"{path} 已损坏，或不是 USPS 的文件。"),
                Text("Get the file again.", "请重新获取该文件。"),
            ) from error
    return splits[0], splits[1]


def _split(path: Path) -> Split:
    """Lines "LABEL 1:VALUE 2:VALUE ... 256:VALUE"; labels from 1, values from -1 (black) to 1."""
    unpacker = bz2.BZ2Decompressor()
    content = unpacker.decompress(path.read_bytes(), _LARGEST)
    if not unpacker.eof:
        raise EOFError("ends too early, or is too large")
    numbers = np.array(content.replace(b":", b" ").split(), dtype=np.float32)
    rows = numbers.reshape(-1, 1 + 2 * _PIXELS)
    if not (rows[:, 1::2] == np.arange(1, _PIXELS + 1)).all():
        raise ValueError("pixels are not in order")
    if not np.isfinite(rows).all():
        raise ValueError("not a number")
    images = np.rint((rows[:, 2::2].clip(-1, 1) + 1) / 2 * 255).astype(np.uint8).reshape(-1, 1, _SIDE, _SIDE)
    return Split(torch.from_numpy(images), torch.from_numpy(rows[:, 0].astype(np.int64) - 1))
