"""Inception net for MNIST: two Inception blocks between 5x5 convolutions.

Source: the block is a small form of Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR
2016, figure 5 (the 5x5 branch kept beside two 3x3 convolutions); the net is that of S. Kim's course "PyTorch Zero To
All", 2017, lecture 11, whose names are kept. The one pooling module serves twice.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Shape, architecture


class InceptionA(nn.Module):
    """Four branches of 16, 24, 24 and 24 channels, 88 together; the size stays."""

    out_channels = 16 + 24 + 24 + 24

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.branch_pool = nn.Conv2d(in_channels, 24, kernel_size=1)

        self.branch1x1 = nn.Conv2d(in_channels, 16, kernel_size=1)

        self.branch5x5_1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.branch5x5_2 = nn.Conv2d(16, 24, kernel_size=5, padding=2)

        self.branch3x3_1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.branch3x3_2 = nn.Conv2d(16, 24, kernel_size=3, padding=1)
        self.branch3x3_3 = nn.Conv2d(24, 24, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        branch1x1 = self.branch1x1(x)
        branch5x5 = self.branch5x5_2(self.branch5x5_1(x))
        branch3x3 = self.branch3x3_3(self.branch3x3_2(self.branch3x3_1(x)))
        branch_pool = self.branch_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1))
        return torch.cat((branch1x1, branch5x5, branch3x3, branch_pool), dim=1)


@architecture(
    "mnist_inception",
    title="Inception · MNIST",
    year=2017,
    source="Szegedy et al. 2015; Kim 2017, lecture 11",
    input_shape=(1, 28, 28),
    params=97_298,
    min_size=16,
    reference="https://arxiv.org/abs/1512.00567",
    about=Text(
        en="The Inception idea at the size of a digit: pooling, 1×1, 5×5 and two 3×3 convolutions look at the same "
        "maps side by side, and their results are stacked to 88 channels. The 1×1 convolutions in front of the "
        "large kernels make them cheap.",
        zh="数字大小的 Inception：汇聚、1×1、5×5 和两个 3×3 卷积并排观察同样的特征图，结果拼接成 88 个通道。"
        "大卷积核之前的 1×1 卷积大大降低了计算量。",
    ),
)
class MnistInception(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv1 = nn.Conv2d(channels, 10, kernel_size=5)
        self.incep1 = InceptionA(10)
        self.conv2 = nn.Conv2d(InceptionA.out_channels, 20, kernel_size=5)
        self.incep2 = InceptionA(20)
        self.mp = nn.MaxPool2d(2)
        self.fc = nn.Linear(InceptionA.out_channels * _final_side(height) * _final_side(width), classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.mp(self.conv1(x)))  # (N, 10, 12, 12) for 28x28
        x = self.incep1(x)  # (N, 88, 12, 12)
        x = F.relu(self.mp(self.conv2(x)))  # (N, 20, 4, 4)
        x = self.incep2(x)  # (N, 88, 4, 4)
        logits: Tensor = self.fc(x.flatten(1))
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: twice less 4 for an unpadded 5x5 convolution, then halved."""
    return ((side - 4) // 2 - 4) // 2
