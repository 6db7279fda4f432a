"""Data sets by name, held in memory as one uint8 tensor a split."""

from pathlib import Path

from explorer import paths
from explorer.data import files, folder, idx, synthetic
from explorer.data.cards import CARDS, FOLDER_PREFIX, DatasetCard, find
from explorer.data.split import Dataset, Split
from explorer.data.watch import Cancelled, IsCancelled, Progress, Watch

LARGEST_SHAPES = 128  # pixels; 5,000 of them take 246 MB, and more detail shows nothing more

__all__ = ["CARDS", "Cancelled", "Dataset", "DatasetCard", "Split", "find", "load"]


def load(
    name: str,
    data_dir: str | Path | None = None,
    *,
    limit: int | None = None,
    seed: int = 0,
    size: int | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> Dataset:
    """The data set `name` (a card's, or `folder:PATH`).

    Args:
        data_dir: Where the files of a downloadable data set are; None for the program's own folder, to which what is
            missing is downloaded.
        limit: At most so many training images, and as many test images, even over the classes.
        seed: Of the drawn shapes, and of the split of a folder without one.
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
        return _shapes(card, limit, seed, min(size or card.size, LARGEST_SHAPES), watch)
    if name in files.TORCHVISION_NAMES:
        return files.load_idx(card, place, limit, watch)
    if name == "cifar10":
        return files.load_cifar(card, place, limit, watch)
    root = Path(name.removeprefix(FOLDER_PREFIX)).expanduser()
    return folder.load(name, root, limit=limit, seed=seed, size=size, watch=watch)


def _digits(card: DatasetCard, limit: int | None) -> Dataset:
    found = idx.files(paths.resources() / "digits")
    assert found is not None, "the digits are shipped with the program"
    train, test = idx.load(found)
    return Dataset(card.name, card.classes, train.limited(limit), test.limited(limit))


def _shapes(card: DatasetCard, limit: int | None, seed: int, size: int, watch: Watch) -> Dataset:
    """Training and test images of different seeds; with a limit the first ones, which are the same without it."""
    counts = [count if limit is None else min(limit, count) for count in (card.train_images, card.test_images)]
    train = synthetic.shapes(counts[0], size, 2 * seed, watch)
    test = synthetic.shapes(counts[1], size, 2 * seed + 1, watch)
    return Dataset(card.name, card.classes, train, test, is_photos=True)
