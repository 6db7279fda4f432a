"""NiN: dense layers replaced by 1x1 convolutions and one global average.

Source: Lin, Chen and Yan, "Network in network", 2013 (ICLR 2014); as taught in d2l.ai 8.3.
"""

from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture


@architecture(
    "nin",
    title="NiN",
    year=2013,
    source="Lin et al. 2013; d2l.ai 8.3",
    input_shape=(1, 224, 224),
    params=1_992_166,
    min_size=67,
    reference="https://d2l.ai/chapter_convolutional-modern/nin.html",
    about=Text(
        en="A 1×1 convolution is a small dense network that is applied to the channels of every pixel; after each "
        "larger convolution NiN puts two of them. At the end there is one feature map per class and its average is "
        "the score, so no dense layer is left, nor its millions of weights.",
        zh="1×1 卷积相当于对每个像素的各通道使用同一个小的全连接网络；NiN 在每个较大的卷积之后放两个 1×1 卷积。"
        "最后每个类别对应一张特征图，取它的平均值作为得分，于是不再需要全连接层，也省去了其中数以百万计的权重。",
    ),
    settings=(
        Setting(
            "dropout",
            Text("Dropout", "暂退率"),
            0.5,
            Text(
                "Share of the units before the last block that are switched off at each training step.",
                "每个训练步中，最后一个块之前被随机关闭的单元的比例。",
            ),
            minimum=0.0,
            maximum=0.95,
        ),
    ),
)
class NiN(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nin_block(input_shape[0], 96, kernel_size=11, stride=4, padding=0),  # 96x54x54 for 224x224
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(96, 256, kernel_size=5, stride=1, padding=2),  # 256x26x26
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(256, 384, kernel_size=3, stride=1, padding=1),  # 384x12x12
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Dropout(dropout),
        )
        self.head = nn.Sequential(
            nin_block(384, classes, kernel_size=3, stride=1, padding=1),  # one map per class, 10x5x5
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        logits: Tensor = self.head(x)
        return logits


def nin_block(in_channels: int, out_channels: int, *, kernel_size: int, stride: int, padding: int) -> nn.Sequential:
    """A convolution and two 1x1 convolutions, each with a ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding), nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU(),
    )  # fmt: skip
