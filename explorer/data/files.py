"""The known data sets from their own files: whether they are there, downloading them, and reading them."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from explorer import paths
from explorer.bilingual import Text
from explorer.data import cifar, class_names, download, emnist, folder, idx, stl10, svhn, unpack, usps
from explorer.data.alone import alone_in
from explorer.data.cards import DatasetCard
from explorer.data.sources import SOURCES
from explorer.data.split import Dataset, Split
from explorer.data.watch import Watch
from explorer.errors import ExplorerError, unwritable

_SPARE = 64 << 20  # bytes that a download leaves free on the disk
_UNPACKING = 0.1  # of the time of a download with what follows


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be read: all of the data set `card`, or up to `limit` images; photographs of a size for `size`."""

    card: DatasetCard
    limit: int | None
    size: int | None
    watch: Watch


Reading = Callable[[Wish], Dataset]
T = TypeVar("T")


def place_of(card: DatasetCard) -> Path:
    """Where the program keeps the files of `card`."""
    return paths.datasets() / SOURCES[card.name].folder


def is_there(card: DatasetCard, data_dir: Path | None = None) -> bool:
    """Whether `card` can be read without a download."""
    return find(card, place_of(card) if data_dir is None else data_dir) is not None


def come_so_far(card: DatasetCard) -> int:
    """Bytes of a download that have come already, and with which it goes on."""
    place, total = place_of(card), 0
    for file in SOURCES[card.name].files:
        for path in (place / file.name, download.part_of(place / file.name)):
            if os.path.isfile(path):
                total += min(path.stat().st_size, file.size)
                break
    return total


def find(card: DatasetCard, place: Path) -> Reading | None:
    """How to read `card` from what is in `place`; None if its files are not there."""
    return _FINDERS[card.name](place)


def load(card: DatasetCard, data_dir: Path | None, limit: int | None, size: int | None, watch: Watch) -> Dataset:
    """The data set `card`, downloaded first if it is not there and no folder is named.

    Raises:
        ExplorerError: Its files are not in `data_dir`, are damaged, or cannot be downloaded.
        Cancelled: The user wants no more of it.
    """
    place = place_of(card) if data_dir is None else data_dir
    reading = find(card, place)
    if reading is None:
        if data_dir is not None:
            raise _not_there(card, data_dir)
        fetch(card, watch)
        reading = find(card, place)
        assert reading is not None, "all its files have been fetched"
    watch.report(Text(f"Reading {card.title.en}", f"正在读取 {card.title.zh}"))
    return reading(Wish(card, limit, size, watch))


def fetch(card: DatasetCard, watch: Watch) -> None:
    """Downloads what is missing of `card` to the program's own folder, and unpacks what has to be.

    Raises:
        ExplorerError: No address has the files, the disk is full, or the folder cannot be written to.
        Cancelled: The user wants no more of it; what has come is kept for the next time.
    """
    source, place = SOURCES[card.name], place_of(card)
    archive = _ARCHIVES.get(card.name)
    try:
        with alone_in(place, watch):
            _refuse_full_disk(card, place)
            done, share = 0, 1.0 if archive is None else 1 - _UNPACKING
            for file in source.files:
                span = (done / source.size * share, (done + file.size) / source.size * share)
                download.fetch(file.urls, place / file.name, checksum=f"md5:{file.md5}", watch=watch.part(*span))
                done += file.size
            if archive is not None:
                unpack.unpack(place / archive.file, place / archive.folder, watch.part(share, 1.0))
    except OSError as error:
        raise unwritable(place, error) from error


def _refuse_full_disk(card: DatasetCard, place: Path) -> None:
    missing = SOURCES[card.name].size - come_so_far(card)
    free = shutil.disk_usage(place).free
    if missing > 0 and free < missing + _SPARE:
        need, have = (f"{number / 1e6:,.0f} MB" for number in (missing, free))
        raise ExplorerError(
            Text(f"{card.title.en} needs {need}, but there are only {have} free in {place}.",
                 f"{card.title.zh} 需要 {need}，而 {place} 只剩 {have}。"),
            Text("Make room on the disk.", "请清理磁盘空间。"),
        )  # fmt: skip


# --- what each data set is read from


@dataclass(frozen=True, slots=True)
class _ImageArchive:
    """An archive of class folders: its file, the folder it becomes, and what the class folders are called."""

    file: str
    folder: str
    classes: Mapping[str, str]


_ARCHIVES = {
    "imagenette": _ImageArchive("imagenette2-160.tgz", "imagenette2-160", class_names.IMAGENETTE),
    "eurosat": _ImageArchive("EuroSAT.zip", "EuroSAT", class_names.EUROSAT),
}


def _in_memory(
    find_in: Callable[[Path], T | None],
    load_from: Callable[[T, Watch], tuple[Split, Split]],
    *,
    is_photos: bool = False,
) -> Callable[[Path], Reading | None]:
    """For data sets whose files hold all images in one size: the files in a folder, and how they are read."""

    def find_reading(place: Path) -> Reading | None:
        found = find_in(place)
        return None if found is None else partial(read, found)

    def read(found: T, wish: Wish) -> Dataset:
        train, test = load_from(found, wish.watch)
        card = wish.card
        for split in (train, test):
            if tuple(split.images.shape[1:]) != (card.channels, card.size, card.size):
                raise _misshapen(card, tuple(split.images.shape[1:]))
        return Dataset(
            card.name, card.classes, train.limited(wish.limit), test.limited(wish.limit), is_photos=is_photos
        )

    return find_reading


def _idx(name: str) -> Callable[[Path], Reading | None]:
    return _in_memory(partial(_idx_in, name), lambda found, _: idx.load(found))


def _idx_in(name: str, place: Path) -> dict[str, Path] | None:
    return idx.find(place, name)


def _emnist(which: str, first_label: int) -> Callable[[Path], Reading | None]:
    return _in_memory(partial(emnist.find, which), partial(emnist.load, which, first_label))


def _cifar(form: cifar.Form) -> Callable[[Path], Reading | None]:
    """Batches, their archive, or the same images in class folders."""
    packed = _in_memory(partial(cifar.find, form), partial(cifar.load, form), is_photos=True)

    def find_reading(place: Path) -> Reading | None:
        return packed(place) or (partial(_from_folder, place, {}) if folder.has_split(place) else None)

    return find_reading


def _images(name: str) -> Callable[[Path], Reading | None]:
    """Class folders, or the archive of them, which is then unpacked beside itself."""
    about = _ARCHIVES[name]

    def find_reading(place: Path) -> Reading | None:
        root = place / about.folder
        if os.path.isdir(root):
            return partial(_from_folder, root, about.classes)
        if os.path.isfile(place / about.file):
            return partial(_from_archive, place, about)
        return partial(_from_folder, place, about.classes) if _has_classes(place, about.classes) else None

    return find_reading


def _has_classes(place: Path, classes: Mapping[str, str]) -> bool:
    return any(all(os.path.isdir(root / name) for name in classes) for root in (place, place / "train"))


def _from_folder(root: Path, titles: Mapping[str, str], wish: Wish) -> Dataset:
    dataset = folder.load(wish.card.name, root, limit=wish.limit, size=wish.size, watch=wish.watch)
    return replace(dataset, classes=tuple(titles.get(name, name) for name in dataset.classes))


def _from_archive(place: Path, about: _ImageArchive, wish: Wish) -> Dataset:
    try:
        with alone_in(place, wish.watch):
            unpack.unpack(place / about.file, place / about.folder, wish.watch)
    except OSError as error:
        raise unwritable(place, error) from error
    return _from_folder(place / about.folder, about.classes, wish)


_FINDERS: Mapping[str, Callable[[Path], Reading | None]] = {
    "mnist": _idx("MNIST"),
    "fashion-mnist": _idx("FashionMNIST"),
    "kmnist": _idx("KMNIST"),
    "qmnist": _in_memory(emnist.find_qmnist, emnist.load_qmnist),
    "emnist-letters": _emnist("letters", 1),
    "emnist-balanced": _emnist("balanced", 0),
    "usps": _in_memory(usps.find, usps.load),
    "svhn": _in_memory(svhn.find, svhn.load),
    "cifar10": _cifar(cifar.TEN),
    "cifar100": _cifar(cifar.HUNDRED),
    "stl10": _in_memory(stl10.find, stl10.load, is_photos=True),
    "imagenette": _images("imagenette"),
    "eurosat": _images("eurosat"),
}


def _misshapen(card: DatasetCard, shape: tuple[int, ...]) -> ExplorerError:
    own, found = ("×".join(str(side) for side in sides) for sides in ((card.channels, card.size, card.size), shape))
    return ExplorerError(
        Text(f"{card.title.en} has images of {own}, but in the files they are of {found}.",
             f"{card.title.zh} 的图像为 {own}，而文件中为 {found}。"),
        Text("The files are damaged, or of another data set; get them again.",
             "文件已损坏或属于其他数据集，请重新获取。"),
    )  # fmt: skip


def _not_there(card: DatasetCard, data_dir: Path) -> ExplorerError:
    names = ", ".join(file.name for file in SOURCES[card.name].files)
    return ExplorerError(
        Text(f"The files of {card.title.en} are not in {data_dir}.", f"{data_dir} 中没有 {card.title.zh} 的文件。"),
        Text(
            f"Looked for {names} there, and unpacked; without a folder they are downloaded.",
            f"会在该处查找 {names}，以及解压后的文件；不指定文件夹时会自动下载。",
        ),
    )
