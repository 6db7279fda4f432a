"""LeNet with batch normalisation, whose layer is written from scratch.

Source: Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate
shift", ICML 2015; as taught in d2l.ai 8.5, with the convolutions unpadded, so that a 28x28 image ends in maps of 4x4.
Departs from the lecture in one detail: the moving variance is the unbiased one, as in torch's own layer.
"""

import torch
from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture

_ACTIVATIONS: dict[str, type[nn.Module]] = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}
_POOLINGS = {"average": nn.AvgPool2d, "max": nn.MaxPool2d}


class BatchNorm(nn.Module):
    """Brings every channel to mean 0 and variance 1, then gives it a learned scale and shift.

    Takes (N, C) or (N, C, H, W). In training the statistics are those of the batch, over all dimensions but the
    channels, and the moving averages follow them; in evaluation the moving averages are used.

    Attributes:
        gamma: Learned scale, (C,).
        beta: Learned shift, (C,).
        moving_mean: Moving average of the batch means, (C,).
        moving_var: Moving average of the unbiased batch variances, (C,).
    """

    moving_mean: Tensor
    moving_var: Tensor

    def __init__(self, channels: int, *, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))
        self.register_buffer("moving_mean", torch.zeros(channels))
        self.register_buffer("moving_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        mean, variance = self._batch_statistics(x) if self.training else (self.moving_mean, self.moving_var)
        per_channel = (1, -1) + (1,) * (x.dim() - 2)  # lines the channels up with those of x
        normalised = (x - mean.reshape(per_channel)) / torch.sqrt(variance.reshape(per_channel) + self.eps)
        return self.gamma.reshape(per_channel) * normalised + self.beta.reshape(per_channel)

    def _batch_statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        all_but_channels = [dimension for dimension in range(x.dim()) if dimension != 1]
        count = x.numel() // x.shape[1]
        if count == 1:
            raise ValueError("batch normalisation needs more than one value per channel in training")
        x = x.float()  # sums of bfloat16 would lose most of their digits
        mean = x.mean(all_but_channels)
        variance = x.var(all_but_channels, correction=0)
        with torch.no_grad():
            self.moving_mean.lerp_(mean, self.momentum)
            self.moving_var.lerp_(variance * count / (count - 1), self.momentum)
        return mean, variance

    def extra_repr(self) -> str:
        return f"{self.gamma.numel()}, eps={self.eps}, momentum={self.momentum}"


@architecture(
    "lenet_bn",
    title="LeNet + batch norm",
    title_zh="LeNet + 批量规范化",
    year=2015,
    source="Ioffe & Szegedy 2015; d2l.ai 8.5",
    input_shape=(1, 28, 28),
    params=44_878,
    min_size=16,
    reference="https://d2l.ai/chapter_convolutional-modern/batch-norm.html",
    about=Text(
        en="After every layer each channel is brought to mean 0 and variance 1 over the batch, then given a learned "
        "scale and shift. The layers above no longer chase moving targets, so that the learning rate can be much "
        "larger; in use, moving averages take the place of the batch.",
        zh="在每一层之后，"
        "先用小批量的均值和方差把每个通道规范化为均值 0、方差 1，再乘以可学习的缩放、加上可学习的偏移。"
        "后面的层不必再追逐不断变动的输入，学习率可以取得大得多；预测时则用移动平均代替小批量的统计量。",
    ),
    settings=(
        Setting(
            "activation",
            Text("Activation", "激活函数"),
            "sigmoid",
            Text("Sigmoid as in the lecture, or ReLU.", "课程中用 sigmoid，也可以用 ReLU。"),
            choices=("sigmoid", "relu"),
        ),
        Setting(
            "pooling",
            Text("Pooling", "汇聚方式"),
            "average",
            Text("Average as in the lecture, or the maximum.", "课程中用平均汇聚，也可以用最大汇聚。"),
            choices=("average", "max"),
        ),
    ),
)
class LeNetBatchNorm(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(
        self, input_shape: Shape, classes: int, *, activation: str = "sigmoid", pooling: str = "average"
    ) -> None:
        super().__init__()
        channels, height, width = input_shape
        act, pool = _ACTIVATIONS[activation], _POOLINGS[pooling]
        self.features = nn.Sequential(
            nn.Conv2d(channels, 6, kernel_size=5), BatchNorm(6), act(), pool(kernel_size=2, stride=2),
            nn.Conv2d(6, 16, kernel_size=5), BatchNorm(16), act(), pool(kernel_size=2, stride=2),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(16 * _final_side(height) * _final_side(width), 120), BatchNorm(120), act(),
            nn.Linear(120, 84), BatchNorm(84), act(),
            nn.Linear(84, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)  # (N, 16, 4, 4) for 28x28
        logits: Tensor = self.head(x)
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: twice less 4 for an unpadded 5x5 convolution, then halved."""
    return ((side - 4) // 2 - 4) // 2
