"""Data sets by name, held in memory as one uint8 tensor a split."""

from pathlib import Path

from explorer import paths
from explorer.bilingual import Text
from explorer.data import files, folder, idx, synthetic
from explorer.data.cards import CARDS, FOLDER_PREFIX, DatasetCard, find
from explorer.data.split import Dataset, Split
from explorer.data.watch import Cancelled, IsCancelled, Progress, Watch
from explorer.errors import ExplorerError

LARGEST_SHAPES = 128  # pixels; 5,000 of them take 246 MB, and more detail shows nothing more
TRAIN_SEED, TEST_SEED = 0, 1  # of the drawn shapes: never the run's, or runs could not be compared

__all__ = ["CARDS", "Cancelled", "Dataset", "DatasetCard", "Split", "find", "load", "load_here"]


def load(
    name: str,
    data_dir: str | Path | None = None,
    *,
    limit: int | None = None,
    size: int | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Dataset:
    """The data set `name` (a card's, or `folder:PATH`); the same images for training and for testing each time.

    Args:
        data_dir: Where the files of a downloadable data set are; None for the program's own folder, to which what is
            missing is downloaded.
        limit: At most so many training images, and as many test images, even over the classes.
        size: Side that the model takes; None for the data set's own. Shapes are drawn in it, up to 128, and large
            images of a folder are scaled down to it.

    Raises:
        ExplorerError: There is no such data set, or its files are missing or damaged.
        Cancelled: `is_cancelled` said so.
    """
    card, watch = find(name), Watch(progress, is_cancelled)
    watch.check()
    place = None if data_dir is None else Path(data_dir).expanduser()
    if name == "digits":
        return _digits(card, limit)
    if name == "shapes":
        return _shapes(card, limit, min(size or card.size, LARGEST_SHAPES), watch)
    if card.needs_download:
        return files.load(card, place, limit, size, watch)
    root = Path(name.removeprefix(FOLDER_PREFIX)).expanduser()
    return folder.load(name, root, limit=limit, size=size, watch=watch)


def load_here(
    name: str,
    data_dir: str | Path | None = None,
    *,
    limit: int | None = None,
    size: int | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Dataset:
    """As `load`, but nothing is downloaded for it.

    Raises:
        ExplorerError: As `load`, or the files are not on this machine.
        Cancelled: `is_cancelled` said so.
    """
    card, place = find(name), None if data_dir is None else Path(data_dir).expanduser()
    if card.needs_download and not files.is_there(card, place):
        raise ExplorerError(
            Text(f"The images of {card.title.en} are not here.", f"{card.title.zh} 的图像不在本机。"),
            Text("The data page downloads them.", "可在数据页下载。"),
        )
    return load(name, place, limit=limit, size=size, is_cancelled=is_cancelled)


def _digits(card: DatasetCard, limit: int | None) -> Dataset:
    found = idx.files(paths.resources() / "digits")
    assert found is not None, "the digits are shipped with the program"
    train, test = idx.load(found)
    return Dataset(card.name, card.classes, train.limited(limit), test.limited(limit))


def _shapes(card: DatasetCard, limit: int | None, size: int, watch: Watch) -> Dataset:
    """Training and test images of different seeds; with a limit the first ones, which are the same without it."""
    counts = [count if limit is None else min(limit, count) for count in (card.train_images, card.test_images)]
    train = synthetic.shapes(counts[0], size, TRAIN_SEED, watch)
    test = synthetic.shapes(counts[1], size, TEST_SEED, watch)
    return Dataset(card.name, card.classes, train, test, is_photos=True)
