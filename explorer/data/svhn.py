"""SVHN, digits of house numbers, from its two MATLAB files."""

import os
from pathlib import Path

import numpy as np
import torch

from explorer.bilingual import Text
from explorer.data import mat5
from explorer.data.split import Split
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

NAMES = ("train_32x32.mat", "test_32x32.mat")
_ZERO = 10  # how the files call the digit 0


def find(folder: Path) -> tuple[Path, Path] | None:
    """The files for training and for testing, where both are there."""
    train, test = (folder / name for name in NAMES)
    return (train, test) if os.path.isfile(train) and os.path.isfile(test) else None


def load(found: tuple[Path, Path], watch: Watch) -> tuple[Split, Split]:
    """Training and test images (N, 3, 32, 32), labels 0-9 by the digit.

    Raises:
        ExplorerError: A file is damaged, or not what its name says.
    """
    train, test = found
    watch.report(Text("Reading SVHN", "正在读取 SVHN"), 0.0)
    first = _split(train)
    watch.report(Text("Reading SVHN", "正在读取 SVHN"), 0.75)
    return first, _split(test)


def _split(path: Path) -> Split:
    arrays = mat5.read(path)
    images, labels = arrays.get("X"), arrays.get("y")
    if images is None or labels is None or images.dtype != np.uint8 or images.ndim != 4 or images.shape[2] != 3:
        raise ExplorerError(
            Text(f"{path} has not the arrays of SVHN.", f"{path} 中没有 SVHN 的数据。"),
            Text("Get the file again.", "请重新获取该文件。"),
        )
    digits = labels.reshape(-1).astype(np.int64)
    upright = np.ascontiguousarray(images.transpose(3, 2, 0, 1))  # (rows, columns, colours, N) in the file
    return Split(torch.from_numpy(upright), torch.from_numpy(np.where(digits == _ZERO, 0, digits)))
