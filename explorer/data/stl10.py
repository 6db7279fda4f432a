"""STL-10 in its binary form: the images with labels, out of the archive or unpacked."""

import os
from pathlib import Path

import numpy as np
import torch

from explorer.bilingual import Text
from explorer.data import archive
from explorer.data.split import Split
from explorer.data.watch import Watch

FOLDER = "stl10_binary"
ARCHIVE = "stl10_binary.tar.gz"
NAMES = ("train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin")
_IMAGE = (3, 96, 96)
_BYTES = 3 * 96 * 96
_READING = Text("Reading STL-10", "正在读取 STL-10")


def find(folder: Path) -> Path | None:
    """The folder of the four files, or else the archive."""
    for candidate in (folder, folder / FOLDER):
        if all(os.path.isfile(candidate / name) for name in NAMES):
            return candidate
    packed = folder / ARCHIVE
    return packed if os.path.isfile(packed) else None


def load(found: Path, watch: Watch) -> tuple[Split, Split]:
    """Training and test images (N, 3, 96, 96).

    Raises:
        ExplorerError: A file is damaged, or missing in the archive.
    """
    if found.is_dir():
        contents = _from_folder(found, watch)
    else:
        packed = archive.members_of_tar(found, [f"{FOLDER}/{name}" for name in NAMES], watch, _READING)
        contents = {name.rpartition("/")[2]: content for name, content in packed.items()}
        missing = [name for name in NAMES if name not in contents]
        if missing:
            raise archive.lacking(found, missing)
    return _split(found, contents, "train"), _split(found, contents, "test")


def _from_folder(folder: Path, watch: Watch) -> dict[str, bytes]:
    contents = {}
    for number, name in enumerate(NAMES):
        watch.report(_READING, number / len(NAMES))
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            raise archive.unreadable(folder / name, error) from error
    return contents


def _split(found: Path, contents: dict[str, bytes], part: str) -> Split:
    pixels = np.frombuffer(contents[f"{part}_X.bin"], np.uint8)
    labels = np.frombuffer(contents[f"{part}_y.bin"], np.uint8).astype(np.int64) - 1  # from 1 in the file
    if len(pixels) % _BYTES:
        raise archive.damaged(found)
    images = pixels.reshape(-1, *_IMAGE).transpose(0, 1, 3, 2)  # column by column in the file
    return Split(torch.from_numpy(np.ascontiguousarray(images)), torch.from_numpy(labels))
