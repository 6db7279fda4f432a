"""The known data sets from their own files: those already there, or downloaded."""

from pathlib import Path

from explorer import paths
from explorer.bilingual import Text
from explorer.data import cifar, download, folder, idx
from explorer.data.cards import DatasetCard
from explorer.data.split import Dataset
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

TORCHVISION_NAMES = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}


def load_idx(card: DatasetCard, data_dir: Path | None, limit: int | None, watch: Watch) -> Dataset:
    """MNIST or Fashion-MNIST."""
    name = TORCHVISION_NAMES[card.name]
    place = paths.datasets() / card.name if data_dir is None else data_dir
    found = idx.find(place, name)
    if found is None:
        if data_dir is not None:
            raise _not_there(card, data_dir, "train-images-idx3-ubyte.gz", f"{name}/raw")
        fetch_idx(name, place, watch)
        found = idx.find(place, name)
        assert found is not None, "all four files have been fetched"
    watch.report(Text(f"Reading {card.title.en}", f"正在读取 {card.title.zh}"))
    train, test = idx.load(found)
    return Dataset(card.name, card.classes, train.limited(limit), test.limited(limit))


def load_cifar(card: DatasetCard, data_dir: Path | None, limit: int | None, watch: Watch) -> Dataset:
    """CIFAR-10; `data_dir` may also hold its images in class folders."""
    place = paths.datasets() / card.name if data_dir is None else data_dir
    found = cifar.find(place)
    if found is None:
        if data_dir is not None:
            if folder.has_split(data_dir):
                return folder.load(card.name, data_dir, limit=limit, watch=watch)
            raise _not_there(card, data_dir, cifar.ARCHIVE, cifar.FOLDER)
        fetch_cifar(place, watch)
        found = place / cifar.ARCHIVE
    train, test = cifar.load(found, watch)
    return Dataset(card.name, card.classes, train.limited(limit), test.limited(limit), is_photos=True)


def fetch_idx(name: str, place: Path, watch: Watch) -> None:
    """Downloads the four files; addresses and checksums are those that torchvision keeps."""
    import torchvision.datasets

    source = getattr(torchvision.datasets, name)
    for file_name, md5 in source.resources:
        urls = [f"{mirror.rstrip('/')}/{file_name}" for mirror in source.mirrors]
        download.fetch(urls, place / file_name, checksum=f"md5:{md5}", watch=watch)


def fetch_cifar(place: Path, watch: Watch) -> None:
    """Downloads the archive; address and checksum are those that torchvision keeps."""
    from torchvision.datasets import CIFAR10

    download.fetch([CIFAR10.url], place / cifar.ARCHIVE, checksum=f"md5:{CIFAR10.tgz_md5}", watch=watch)


def _not_there(card: DatasetCard, data_dir: Path, file_name: str, subfolder: str) -> ExplorerError:
    return ExplorerError(
        Text(f"The files of {card.title.en} are not in {data_dir}.", f"{data_dir} 中没有 {card.title.zh} 的文件。"),
        Text(
            f"Looked for {file_name} and the others there and in {subfolder}; without a folder they are downloaded.",
            f"会在该处及其 {subfolder} 中查找 {file_name} 等文件；不指定文件夹时会自动下载。",
        ),
    )
