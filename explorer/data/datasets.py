"""Data sets by name, held in memory as one uint8 tensor a split."""

from pathlib import Path

from explorer import paths
from explorer.data import idx, synthetic
from explorer.data.cards import CARDS, DatasetCard, find
from explorer.data.split import Dataset, Split
from explorer.data.watch import Cancelled, IsCancelled, Progress, Watch

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
        size: Side of drawn shapes, and of the images of a folder; None for the data set's own.

    Raises:
        ExplorerError: There is no such data set, or its files are missing or damaged.
        Cancelled: `is_cancelled` said so.
    """
    card, watch = find(name), Watch(progress, is_cancelled)
    watch.check()
    if name == "digits":
        found = idx.files(paths.resources() / "digits")
        assert found is not None, "the digits are shipped with the program"
        train, test = idx.load(found)
        return Dataset(name, card.classes, train.limited(limit), test.limited(limit))
    if name == "shapes":
        side = size or card.size
        counts = [count if limit is None else min(limit, count) for count in (card.train_images, card.test_images)]
        train = synthetic.shapes(counts[0], side, 2 * seed, watch)
        test = synthetic.shapes(counts[1], side, 2 * seed + 1, watch)
        return Dataset(name, card.classes, train, test, is_photos=True)
    raise NotImplementedError(data_dir)
