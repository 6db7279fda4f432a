"""A data set in memory: images as one uint8 tensor, labels as another."""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.bilingual import Text
from explorer.errors import ExplorerError

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow and torchvision weigh colours
Numbers = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Split:
    """Images uint8 (N, C, H, W) and labels int64 (N,), on the CPU."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64]) -> "Split":
        chosen = torch.from_numpy(indices)
        return Split(self.images[chosen], self.labels[chosen])

    def limited(self, limit: int | None) -> "Split":
        """At most `limit` images, as even over the classes as may be; the same ones each time."""
        if limit is None or limit >= len(self):
            return self
        return self.take(evenly(self.labels.numpy(), limit))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test images with the names of their classes.

    Attributes:
        mean: Of the training images, a channel, of pixels in 0-1; `std` likewise.
        notes: What the user should know (skipped files, how it was split).
        left_out: That of `notes` which says that images cannot be read and are left out; None where none is.
        is_photos: Mirror images of it make sense, so that augmentation may flip.
        file_sizes: (height, width) of some of the files, where the images had to be brought to one size.
    """

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    notes: tuple[Text, ...] = ()
    is_photos: bool = False
    file_sizes: tuple[tuple[int, int], ...] = ()
    left_out: Text | None = None
    _normalisations: dict[int, tuple[Numbers, Numbers]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for split in (self.train, self.test):
            if len(split.images) != len(split.labels):
                raise ExplorerError(
                    Text(
                        f"{self.name}: {len(split.images)} images, but {len(split.labels)} labels.",
                        f"{self.name}：有 {len(split.images)} 张图像，却有 {len(split.labels)} 个标签。",
                    ),
                    Text("The files do not belong together; get them again.", "文件不配套，请重新获取。"),
                )
            # On a GPU a wrong label would end every later use of the device, so it is looked for here.
            if len(split) and not 0 <= int(split.labels.min()) <= int(split.labels.max()) < len(self.classes):
                raise ExplorerError(
                    Text(
                        f"{self.name}: a label is not among the {len(self.classes)} classes.",
                        f"{self.name}：有标签不在 {len(self.classes)} 个类别之内。",
                    ),
                    Text("The label file is damaged; get it again.", "标签文件已损坏，请重新获取。"),
                )
        if not len(self.train) or not len(self.test):
            raise ExplorerError(
                Text(f"{self.name}: no images to train or to test with.", f"{self.name}：没有可用于训练或测试的图像。"),
                Text("At least two images a class are needed.", "每个类别至少需要两张图像。"),
            )

    @property
    def channels(self) -> int:
        return self.train.images.shape[1]

    @property
    def mean(self) -> Numbers:
        return self.normalisation(self.channels)[0]

    @property
    def std(self) -> Numbers:
        return self.normalisation(self.channels)[1]

    def normalisation(self, channels: int) -> tuple[Numbers, Numbers]:
        """Mean and standard deviation of the training images for a model with so many input channels, of pixels in 0-1.

        Exact, from a histogram that is made once; a deviation of zero (images of one colour) counts as 1, so that
        nothing is divided by zero.
        """
        if channels not in self._normalisations:
            own = self._moments(channels)
            self._normalisations[channels] = tuple(mean for mean, _ in own), tuple(std for _, std in own)
        return self._normalisations[channels]

    def _moments(self, channels: int) -> list[tuple[float, float]]:
        images = self.train.images
        if channels == 1 and images.shape[1] == 3:
            return [_moments(torch.cat([to_channels(part, 1) for part in images.split(4096)]))]
        own = [_moments(images[:, channel]) for channel in range(images.shape[1])]
        return own if channels == len(own) else [own[0]] * channels


def _moments(values: Tensor) -> tuple[float, float]:
    counts = torch.bincount(values.reshape(-1), minlength=256).to(torch.float64)
    levels = torch.arange(256, dtype=torch.float64) / 255
    share = counts / counts.sum()
    mean = float((share * levels).sum())
    std = float((share * (levels - mean) ** 2).sum().sqrt())
    return mean, std if std > 0 else 1.0


def to_channels(images: Tensor, channels: int) -> Tensor:
    """`images` uint8 (N, C, H, W) with 1 or 3 channels for C; grey is repeated, colours are weighed (BT.601).

    Raises:
        ExplorerError: Neither 1 nor 3 channels are asked for.
    """
    own = images.shape[1]
    if own == channels:
        return images
    if own == 1 and channels == 3:
        return images.expand(-1, 3, -1, -1)
    if own == 3 and channels == 1:
        weights = torch.tensor(LUMA, device=images.device).view(1, 3, 1, 1)
        return (images.to(torch.float32) * weights).sum(1, keepdim=True).round_().to(torch.uint8)
    raise ExplorerError(
        Text(f"Images cannot be given {channels} channels.", f"图像不能转换为 {channels} 个通道。"),
        Text("Choose an input of 1 (grey) or 3 (colour) channels.", "请选择 1（灰度）或 3（彩色）个输入通道。"),
    )


def evenly(labels: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Indices, ascending, of at most `limit` labels: the first of each class, then the second of each, and so on."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    starts = np.searchsorted(ordered, ordered)  # where the class of each begins
    rank = np.arange(len(labels)) - starts
    chosen = order[np.lexsort((ordered, rank))][:limit]
    result: NDArray[np.int64] = np.sort(chosen)
    return result
