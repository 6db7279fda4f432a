"""GoogLeNet: nine blocks of parallel branches.

Source: Szegedy et al., "Going deeper with convolutions", CVPR 2015; as taught in d2l.ai 8.4, without local response
normalisation and without the two auxiliary classifiers. The names `b1` to `b5` and `p1_1` to `p4_2` are the lecture's.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture


class Inception(nn.Module):
    """Four branches side by side; their outputs are stacked along the channels.

    `widths` are the output channels of branch 1, of the two layers of branches 2 and 3, and of branch 4.
    """

    def __init__(
        self, in_channels: int, widths: tuple[int, tuple[int, int], tuple[int, int], int], *, batch_norm: bool
    ) -> None:
        super().__init__()
        c1, c2, c3, c4 = widths
        self.p1_1 = _convolution(in_channels, c1, 1, batch_norm=batch_norm)
        self.p2_1 = _convolution(in_channels, c2[0], 1, batch_norm=batch_norm)
        self.p2_2 = _convolution(c2[0], c2[1], 3, padding=1, batch_norm=batch_norm)
        self.p3_1 = _convolution(in_channels, c3[0], 1, batch_norm=batch_norm)
        self.p3_2 = _convolution(c3[0], c3[1], 5, padding=2, batch_norm=batch_norm)
        self.p4_1 = nn.MaxPool2d(kernel_size=3, stride=1, padding=1)
        self.p4_2 = _convolution(in_channels, c4, 1, batch_norm=batch_norm)
        self.out_channels = c1 + c2[1] + c3[1] + c4

    def forward(self, x: Tensor) -> Tensor:
        p1 = F.relu(self.p1_1(x))
        p2 = F.relu(self.p2_2(F.relu(self.p2_1(x))))
        p3 = F.relu(self.p3_2(F.relu(self.p3_1(x))))
        p4 = F.relu(self.p4_2(self.p4_1(x)))
        return torch.cat((p1, p2, p3, p4), dim=1)


@architecture(
    "googlenet",
    title="GoogLeNet",
    year=2014,
    source="Szegedy et al. 2014; d2l.ai 8.4",
    input_shape=(1, 96, 96),
    params=5_977_530,
    min_size=1,
    reference="https://d2l.ai/chapter_convolutional-modern/googlenet.html",
    about=Text(
        en="Nobody knows the right kernel size, so 1×1, 3×3, 5×5 and pooling run side by side and training chooses "
        "among them. The 1×1 convolutions in front thin out the channels first and keep the bill small.",
        zh="没有人知道多大的卷积核最合适，于是让 1×1、3×3、5×5 卷积和汇聚并排运行，由训练来取舍。"
        "前面的 1×1 卷积先减少通道数，让计算量保持在可接受的范围内。",
    ),
    settings=(
        Setting(
            "width",
            Text("Width ×", "宽度倍数"),
            1.0,
            Text("All channels are multiplied by it.", "所有通道数都乘以它。"),
            choices=(0.25, 0.5, 1.0, 2.0),
        ),
        Setting(
            "batch_norm",
            Text("Batch norm", "批量规范化"),
            False,
            Text(
                "A batch normalisation after each convolution, as the authors did a year later.",
                "在每个卷积层后加批量规范化，作者们一年后正是这样做的。",
            ),
            choices=(False, True),
        ),
    ),
)
class GoogLeNet(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, width: float = 1.0, batch_norm: bool = False) -> None:
        super().__init__()

        def w(channels: int) -> int:
            return int(channels * width)

        def inception(in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> Inception:
            widths = (w(c1), (w(c2[0]), w(c2[1])), (w(c3[0]), w(c3[1])), w(c4))
            return Inception(w(in_channels), widths, batch_norm=batch_norm)

        self.b1 = nn.Sequential(
            _convolution(input_shape[0], w(64), 7, stride=2, padding=3, batch_norm=batch_norm), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )  # fmt: skip
        self.b2 = nn.Sequential(
            _convolution(w(64), w(64), 1, batch_norm=batch_norm), nn.ReLU(),
            _convolution(w(64), w(192), 3, padding=1, batch_norm=batch_norm), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )  # fmt: skip
        self.b3 = nn.Sequential(
            inception(192, 64, (96, 128), (16, 32), 32),
            inception(256, 128, (128, 192), (32, 96), 64),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.b4 = nn.Sequential(
            inception(480, 192, (96, 208), (16, 48), 64),
            inception(512, 160, (112, 224), (24, 64), 64),
            inception(512, 128, (128, 256), (24, 64), 64),
            inception(512, 112, (144, 288), (32, 64), 64),
            inception(528, 256, (160, 320), (32, 128), 128),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.b5 = nn.Sequential(
            inception(832, 256, (160, 320), (32, 128), 128),
            inception(832, 384, (192, 384), (48, 128), 128),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
        )
        self.head = nn.Linear(w(1024), classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # (N, 64, 24, 24) for 96x96
        x = self.b2(x)  # (N, 192, 12, 12)
        x = self.b3(x)  # (N, 480, 6, 6)
        x = self.b4(x)  # (N, 832, 3, 3)
        x = self.b5(x)  # (N, 1024)
        logits: Tensor = self.head(x)
        return logits


def _convolution(
    in_channels: int, out_channels: int, kernel_size: int, *, batch_norm: bool, stride: int = 1, padding: int = 0
) -> nn.Module:
    """A convolution, with its batch normalisation if that is chosen."""
    convolution = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=not batch_norm)
    return nn.Sequential(convolution, nn.BatchNorm2d(out_channels)) if batch_norm else convolution
