"""EMNIST, IDX files of several sets in one archive, read from it or unpacked; QMNIST, whose labels say more."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.bilingual import Text
from explorer.data import archive, idx
from explorer.data.split import Split
from explorer.data.watch import Watch

ARCHIVE = "gzip.zip"
_PARTS = ("train", "test")
_KINDS = (("images-idx3", 3), ("labels-idx1", 1))
_READING = Text("Reading EMNIST", "正在读取 EMNIST")
QMNIST_STEMS = {
    part: (f"qmnist-{part}-images-idx3-ubyte", f"qmnist-{part}-labels-idx2-int") for part in _PARTS
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The four files by (part, kind), or the archive that has them."""

    files: dict[tuple[str, str], Path]
    archive: Path | None = None


def find(which: str, folder: Path) -> Found | None:
    """The files of the set `which` ("letters", "balanced") where they may be unpacked, or else the archive."""
    places = (folder, folder / "EMNIST" / "raw", folder / "raw", folder / "gzip")
    for place in places:
        files = {
            (part, kind): path
            for part in _PARTS
            for kind, _ in _KINDS
            if (path := _there(place, f"emnist-{which}-{part}-{kind}-ubyte")) is not None
        }
        if len(files) == len(_PARTS) * len(_KINDS):
            return Found(files)
    packed = next((place / ARCHIVE for place in places if os.path.isfile(place / ARCHIVE)), None)
    return None if packed is None else Found({}, packed)


def load(which: str, first_label: int, found: Found, watch: Watch) -> tuple[Split, Split]:
    """Training and test images; the files have them on their side, and count the classes from `first_label`.

    Raises:
        ExplorerError: A file is damaged, or missing in the archive.
    """
    arrays = {}
    contents = {} if found.archive is None else _unpacked(which, found.archive, watch)
    for part in _PARTS:
        for kind, dimensions in _KINDS:
            watch.report(_READING)
            if found.archive is None:
                arrays[part, kind] = idx.read(found.files[part, kind], dimensions=dimensions)
            else:
                arrays[part, kind] = idx.parse(contents[part, kind], found.archive, dimensions=dimensions)
    train, test = (
        idx.split_of(
            np.ascontiguousarray(arrays[part, "images-idx3"].transpose(0, 2, 1)),
            arrays[part, "labels-idx1"].astype(np.int64) - first_label,
        )
        for part in _PARTS
    )
    return train, test


def _unpacked(which: str, packed: Path, watch: Watch) -> dict[tuple[str, str], bytes]:
    names = {
        (part, kind): f"gzip/emnist-{which}-{part}-{kind}-ubyte.gz" for part in _PARTS for kind, _ in _KINDS
    }  # fmt: skip
    members = archive.members_of_zip(packed, names.values(), watch, _READING)
    missing = [name for name in names.values() if name not in members]
    if missing:
        raise archive.lacking(packed, missing)
    return {key: members[name] for key, name in names.items()}


def find_qmnist(folder: Path) -> Found | None:
    """QMNIST's four files, gzipped or not."""
    for place in (folder, folder / "QMNIST" / "raw", folder / "raw"):
        files = {
            (part, kind): path
            for part, stems in QMNIST_STEMS.items()
            for kind, stem in zip(("images", "labels"), stems, strict=True)
            if (path := _there(place, stem)) is not None
        }
        if len(files) == 4:
            return Found(files)
    return None


def load_qmnist(found: Found, watch: Watch) -> tuple[Split, Split]:
    """Training and test images; of the eight numbers to each image the first is its class."""
    splits = []
    for part in _PARTS:
        watch.report(Text("Reading QMNIST", "正在读取 QMNIST"))
        images = idx.read(found.files[part, "images"], dimensions=3)
        about = idx.read(found.files[part, "labels"], dimensions=2, kind=idx.INTEGERS)
        splits.append(idx.split_of(images, about[:, 0]))
    return splits[0], splits[1]


def _there(place: Path, stem: str) -> Path | None:
    return next((place / name for name in (stem, f"{stem}.gz") if os.path.isfile(place / name)), None)
