"""DenseNet: every layer reads the outputs of all layers before it.

Source: Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", CVPR 2017; as taught in
d2l.ai 8.7: dense blocks of 3x3 convolutions without bottlenecks, joined by transitions that halve channels and size.
"""

import torch
from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture

_DENSE_BLOCKS = 4
_STEM_CHANNELS = 64


class DenseBlock(nn.Module):
    """Convolution blocks, each of which adds `growth_rate` channels to all those before it."""

    def __init__(self, convolutions: int, in_channels: int, growth_rate: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            *(conv_block(in_channels + number * growth_rate, growth_rate) for number in range(convolutions))
        )
        self.out_channels = in_channels + convolutions * growth_rate

    def forward(self, x: Tensor) -> Tensor:
        for block in self.net:
            x = torch.cat((x, block(x)), dim=1)
        return x


@architecture(
    "densenet",
    title="DenseNet",
    year=2017,
    source="Huang et al. 2017; d2l.ai 8.7",
    input_shape=(1, 96, 96),
    params=758_226,
    min_size=29,
    reference="https://d2l.ai/chapter_convolutional-modern/densenet.html",
    about=Text(
        en="Instead of adding its result to the input, a layer appends it: each layer reads everything that was found "
        "before and contributes a few new maps, the growth rate. Transitions with a 1×1 convolution and average "
        "pooling keep the channels in check.",
        zh="每一层不是把结果与输入相加，而是拼接在后面：它读取此前得到的全部特征图，只新增少量几张，其数目就是增长率。"
        "过渡层用 1×1 卷积和平均汇聚控制通道数。",
    ),
    settings=(
        Setting(
            "growth_rate",
            Text("Growth rate", "增长率"),
            32,
            Text("Channels that each convolution adds.", "每个卷积块新增的通道数。"),
            minimum=1,
            maximum=64,
        ),
        Setting(
            "convolutions",
            Text("Layers per block", "每块层数"),
            4,
            Text("Convolutions in each of the four dense blocks.", "四个稠密块中每块的卷积层数。"),
            minimum=1,
            maximum=16,
        ),
    ),
)
class DenseNet(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, growth_rate: int = 32, convolutions: int = 4) -> None:
        super().__init__()
        self.b1 = nn.Sequential(
            nn.Conv2d(input_shape[0], _STEM_CHANNELS, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(_STEM_CHANNELS),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.features = nn.Sequential()
        channels = _STEM_CHANNELS
        for number in range(1, _DENSE_BLOCKS + 1):
            dense = DenseBlock(convolutions, channels, growth_rate)
            self.features.add_module(f"dense_blk{number}", dense)
            channels = dense.out_channels
            if number < _DENSE_BLOCKS:
                self.features.add_module(f"tran_blk{number}", transition_block(channels, channels // 2))
                channels //= 2
        self.head = nn.Sequential(
            nn.BatchNorm2d(channels), nn.ReLU(),
            nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(channels, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # (N, 64, 24, 24) for 96x96
        x = self.features(x)  # (N, 248, 3, 3)
        logits: Tensor = self.head(x)
        return logits


def conv_block(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)
    )


def transition_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Fewer channels and half the size."""
    return nn.Sequential(
        nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, out_channels, kernel_size=1),
        nn.AvgPool2d(kernel_size=2, stride=2),
    )  # fmt: skip
