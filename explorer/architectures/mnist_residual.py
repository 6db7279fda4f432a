"""Residual net for MNIST: two convolutions, each followed by pooling and one residual block.

Source: the block of He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016, figure 2, with
the identity as skip edge and no normalisation; the net is that of Liu Er's course "PyTorch deep learning practice",
2020, lecture 11, whose names are kept. The one pooling module serves twice.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Shape, architecture


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions that keep channels and size; the input is added before the last ReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.conv1(x))
        y = self.conv2(y)
        return F.relu(x + y)


@architecture(
    "mnist_residual",
    title="ResNet · MNIST",
    year=2020,
    source="He et al. 2015; Liu 2020, lecture 11",
    input_shape=(1, 28, 28),
    params=41_514,
    min_size=16,
    reference="https://arxiv.org/abs/1512.03385",
    about=Text(
        en="The smallest network that shows the point of a residual block: input and output have the same shape, so "
        "they can simply be added. Two such blocks between ordinary convolutions recognise 99 % of the MNIST "
        "digits.",
        zh="能说明残差块要点的最小网络：输入和输出形状相同，直接相加即可。"
        "在普通卷积之间放两个这样的块，就能认出 99% 的 MNIST 数字。",
    ),
)
class MnistResidual(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv1 = nn.Conv2d(channels, 16, kernel_size=5)
        self.rblock1 = ResidualBlock(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=5)
        self.rblock2 = ResidualBlock(32)
        self.mp = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * _final_side(height) * _final_side(width), classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.mp(F.relu(self.conv1(x)))  # (N, 16, 12, 12) for 28x28
        x = self.rblock1(x)
        x = self.mp(F.relu(self.conv2(x)))  # (N, 32, 4, 4)
        x = self.rblock2(x)
        logits: Tensor = self.fc(x.flatten(1))
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: twice less 4 for an unpadded 5x5 convolution, then halved."""
    return ((side - 4) // 2 - 4) // 2
