"""Whether the images that a resumed run finds are those with which it began."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.data.split import Dataset

OTHERWISE = Text(
    "Training goes on with them; begin a new run to compare it with others.",
    "训练将使用现在的图像继续；若要与其他运行比较，请开始新的运行。",
)

WHERE_TOLD = Text(
    "The training goes on without them; Labs, Data says more about the folder, as does the command data.",
    "训练将不使用这些图像；“实验室”的“数据”页以及命令 data 有关于该文件夹的更多说明。",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells the images of a data set from others: their numbers, and a digest of a part of each."""

    train_images: int
    test_images: int
    digest: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def mark_of(dataset: Dataset, channels: int) -> Mark:
    """The mark of `dataset` for a model with so many channels; of each image the label and the pixel in the middle.

    The other pixels tell by the mean and the deviation of all, which are known by the time. It takes milliseconds.
    """
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        _, _, rows, columns = split.images.shape
        digest.update(repr(tuple(split.images.shape)).encode())
        digest.update(split.labels.numpy().tobytes())
        digest.update(split.images[:, :, rows // 2, columns // 2].contiguous().numpy().tobytes())
    for numbers in dataset.normalisation(channels):
        digest.update(repr([f"{number:.9f}" for number in numbers]).encode())
    return Mark(len(dataset.train), len(dataset.test), digest.hexdigest())


def remark(dataset: Dataset, now: Mark, state: Mapping[str, Any] | None) -> tuple[Text, Text] | None:
    """What to say of the images, and what follows: which are left out where a run begins, else what has changed.

    `state` is that of the checkpoint with which the run goes on; None where it begins.
    """
    if state is None:
        return None if dataset.left_out is None else (dataset.left_out, WHERE_TOLD)
    change = difference(state.get("data"), now)
    return None if change is None else (change, OTHERWISE)


def difference(kept: Mapping[str, Any] | None, now: Mark) -> Text | None:
    """What to say where the images are not those of which `kept` is the mark; None where they are, or nobody knows."""
    if kept is None or kept == now.to_json():
        return None
    before, after = f"{kept['train_images']:,} + {kept['test_images']:,}", f"{now.train_images:,} + {now.test_images:,}"
    if before == after:
        return Text("Some images are not those with which this run began.", "部分图像已不是本次运行开始时的图像。")
    return Text(
        f"The images are not those with which this run began: {before} for training and testing then, {after} now.",
        f"图像已不是本次运行开始时的图像：当时训练与测试图像为 {before} 张，现在为 {after} 张。",
    )
